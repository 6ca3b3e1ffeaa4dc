/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of loading that concerns tables, columns, inputs, the model. */
#include "contract/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"

enum { NAME_MOST = 256 }; /* bytes of a string in a list */

char *load_text(const struct load *l, const struct flat_value *v, size_t i, size_t most)
{
    size_t len = strlen(v->strings[i]);

    if (len == 0 || len > most)
        return err_null(
            load_complain(l, v->path, "entry %zu has %zu bytes, expected 1 to %zu", i, len, most));
    char *text = strdup(v->strings[i]);
    return text ? text : err_null(err_memory(l->e, v->path));
}

/* Copies the strings of a list. */
static int copy_names(const struct load *l, const struct flat_value *v, char **names, size_t *count)
{
    for (*count = 0; *count < v->count; (*count)++)
        if (!(names[*count] = load_text(l, v, *count, NAME_MOST)))
            return -1;
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int load_distinct(const struct load *l, const struct flat_value *v)
{
    const char **sorted = err_alloc(v->count, sizeof *sorted, v->path, l->e);
    int rc = sorted ? 0 : -1;

    if (sorted) {
        memcpy(sorted, v->strings, v->count * sizeof *sorted);
        qsort(sorted, v->count, sizeof *sorted, by_text);
    }
    for (size_t i = 1; rc == 0 && i < v->count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            rc = load_complain(l, v->path, "'%.80s' is there twice", sorted[i]);
    free(sorted);
    return rc;
}

const struct flat_value *load_list(const struct load *l, const char *path, enum flat_type type,
                                   size_t least, size_t most)
{
    const struct flat_value *v = flat_find(l->f, path);

    if (!v)
        load_complain(l, path, "is missing");
    else if (v->type != type || v->rank != 1)
        load_complain(l, path, "expected one dimension of %s",
                      type == FLAT_STRING ? "strings" : "numbers");
    else if (v->count < least || v->count > most)
        load_complain(l, path,
                      least == most ? "has %zu entries, expected %zu"
                                    : "has %zu entries, expected %zu to %zu",
                      v->count, least, most);
    else
        return v;
    return NULL;
}

static int load_columns(const struct load *l)
{
    const struct flat_value *v;
    struct contract *c = l->c;

    if (!flat_find(l->f, "/data/columns"))
        return 0;
    if (!(v = load_list(l, "/data/columns", FLAT_STRING, 1, SCHEMA_LIST)) ||
        load_distinct(l, v) < 0)
        return -1;
    c->columns = err_alloc(v->count, sizeof *c->columns, v->path, l->e);
    return c->columns ? copy_names(l, v, c->columns, &c->columns_count) : -1;
}

static int by_feature(const void *a, const void *b)
{
    const struct contract_range *x = a, *y = b;

    return strcmp(x->feature, y->feature);
}

static int load_plausible(const struct load *l)
{
    const struct flat_value *names, *lower, *upper;
    struct contract *c = l->c;
    int rc = -1;

    if (!flat_find(l->f, "/limits/plausible/feature"))
        return 0;
    if (!(names = load_list(l, "/limits/plausible/feature", FLAT_STRING, 1, SCHEMA_LIST)) ||
        !(lower =
              load_list(l, "/limits/plausible/lower", FLAT_NUMBER, names->count, names->count)) ||
        !(upper =
              load_list(l, "/limits/plausible/upper", FLAT_NUMBER, names->count, names->count)) ||
        load_distinct(l, names) < 0)
        return -1;
    char **copies = err_alloc(names->count, sizeof *copies, names->path, l->e);
    c->plausible = err_alloc(names->count, sizeof *c->plausible, names->path, l->e);
    size_t count = 0;
    if (copies && c->plausible)
        rc = copy_names(l, names, copies, &count);
    for (size_t i = 0; i < count; i++) {
        c->plausible[i] = (struct contract_range){copies[i], lower->numbers[i], upper->numbers[i]};
        c->plausible_count++;
        if (!isfinite(lower->numbers[i]) || !isfinite(upper->numbers[i]) ||
            lower->numbers[i] > upper->numbers[i])
            rc = load_complain(l, names->path,
                               "the range of '%.80s' is %g to %g, expected lower <= upper",
                               copies[i], lower->numbers[i], upper->numbers[i]);
    }
    free(copies);
    if (rc == 0)
        qsort(c->plausible, count, sizeof *c->plausible, by_feature);
    return rc;
}

static int load_inputs(const struct load *l)
{
    const struct flat_value *ids, *digests;
    uint8_t digest[SHA256_LEN];
    struct contract *c = l->c;

    if (!flat_find(l->f, "/inputs/contract"))
        return 0;
    if (!(ids = load_list(l, "/inputs/contract", FLAT_STRING, 1, SCHEMA_LIST)) ||
        !(digests = load_list(l, "/inputs/aggregate", FLAT_STRING, ids->count, ids->count)))
        return -1;
    c->inputs = err_alloc(ids->count, sizeof *c->inputs, ids->path, l->e);
    if (!c->inputs)
        return -1;
    for (size_t i = 0; i < ids->count; i++) {
        if (hex_decode(ids->strings[i], digest, SHA256_LEN) < 0)
            return load_complain(l, ids->path,
                                 "found '%.80s', expected a contract's id (64 hexadecimal digits)",
                                 ids->strings[i]);
        if (strncmp(digests->strings[i], "sha256:", 7) != 0 ||
            hex_decode(digests->strings[i] + 7, digest, SHA256_LEN) < 0)
            return load_complain(l, digests->path,
                                 "found '%.80s', expected sha256: and 64 hexadecimal digits",
                                 digests->strings[i]);
        struct contract_input *input = &c->inputs[c->inputs_count++];
        *input = (struct contract_input){strdup(ids->strings[i]), strdup(digests->strings[i])};
        if (!input->contract || !input->aggregate)
            return err_memory(l->e, ids->path);
    }
    return 0;
}

static int load_model(const struct load *l)
{
    const struct flat_value *v = flat_find(l->f, "/model");

    if (!v)
        return 0;
    if (v->type != FLAT_NUMBER || v->rank != 1 || v->count == 0)
        return load_complain(l, v->path, "expected one dimension of numbers");
    l->c->model = err_alloc(v->count, sizeof *l->c->model, "a model", l->e);
    if (!l->c->model)
        return -1;
    memcpy(l->c->model, v->numbers, v->count * sizeof *l->c->model);
    l->c->model_length = v->count;
    for (size_t i = 0; i < v->count; i++)
        if (!isfinite(v->numbers[i]))
            return load_complain(l, v->path, "entry %zu is not finite", i);
    return 0;
}

/* The parts of a table stand and fall together. */
static int check_parts(const struct load *l)
{
    static const char *const parts[][2] = {
        {"/limits/plausible/lower", "/limits/plausible/feature"},
        {"/limits/plausible/upper", "/limits/plausible/feature"},
        {"/inputs/aggregate", "/inputs/contract"},
        {"/data/types/kind", "/data/types/column"},
        {"/data/factors/count", "/data/factors/column"},
        {"/data/factors/other", "/data/factors/column"},
        {"/data/factors/ordered", "/data/factors/column"},
        {"/data/factors/level", "/data/factors/column"},
        {"/data/derive/expression", "/data/derive/column"},
        {"/data/impute/by", "/data/impute/column"},
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (flat_find(l->f, parts[i][0]) && !flat_find(l->f, parts[i][1]))
            return load_complain(l, parts[i][1], "is missing");
    return 0;
}

int load_lists(const struct load *l)
{
    if (check_parts(l) < 0 || load_columns(l) < 0 || load_plausible(l) < 0)
        return -1;
    return load_inputs(l) < 0 ? -1 : load_model(l);
}

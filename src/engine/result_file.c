/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/result.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/writer.h"

enum { RESULT_FORMAT = 1 };

/* What reading a result may cost. */
static const struct reader_limits limits = {
    .elements = UINT64_C(1) << 31,
    .memory = UINT64_C(16) << 30,
    .seconds = 600,
};

/* The texts that are attributes of the file, and where they are in the struct. */
struct text_field {
    const char *path;
    size_t offset;
};

static const struct text_field text_fields[] = {
    {"/@title", offsetof(struct result, title)},
    {"/provenance@origin", offsetof(struct result, origin)},
    {"/provenance@function", offsetof(struct result, function)},
    {"/filter@method", offsetof(struct result, method)},
    {"/provenance@started", offsetof(struct result, started)},
    {"/provenance@finished", offsetof(struct result, finished)},
    {"/provenance@version", offsetof(struct result, version)},
    {"/provenance@job", offsetof(struct result, job)},
};

enum { TEXT_FIELDS = sizeof text_fields / sizeof text_fields[0] };

/* Adds one column of the table of slaves. */
static void add_slave_texts(struct flat *f, const char *path, const struct result *r, size_t offset,
                            bool pointer)
{
    const char **texts = calloc(r->slaves ? r->slaves : 1, sizeof *texts);

    for (size_t k = 0; texts && k < r->slaves; k++) {
        const char *place = (const char *)&r->slave[k] + offset;
        texts[k] = pointer ? *(char *const *)(const void *)place : place;
    }
    if (texts)
        flat_add(f, path, FLAT_STRING, 1, &r->slaves, texts, 0);
    free(texts);
}

static void add_slave_numbers(struct flat *f, const char *path, const struct result *r,
                              size_t offset)
{
    double *numbers = calloc(r->slaves ? r->slaves : 1, sizeof *numbers);

    for (size_t k = 0; numbers && k < r->slaves; k++)
        memcpy(&numbers[k], (const char *)&r->slave[k] + offset, sizeof *numbers);
    if (numbers)
        flat_add(f, path, FLAT_NUMBER, 1, &r->slaves, numbers, 0);
    free(numbers);
}

static void add_slave_integers(struct flat *f, const char *path, const struct result *r,
                               int64_t (*get)(const struct result_slave *s))
{
    int64_t *integers = calloc(r->slaves ? r->slaves : 1, sizeof *integers);

    for (size_t k = 0; integers && k < r->slaves; k++)
        integers[k] = get(&r->slave[k]);
    if (integers)
        flat_add(f, path, FLAT_INTEGER, 1, &r->slaves, integers, 0);
    free(integers);
}

static int64_t get_items(const struct result_slave *s)
{
    return (int64_t)s->items;
}

static int64_t get_answered(const struct result_slave *s)
{
    return s->answered;
}

static int64_t get_rejected(const struct result_slave *s)
{
    return s->answered && s->decision.rejected;
}

static void add_slaves(struct flat *f, const struct result *r)
{
    flat_add_group(f, "/slaves");
    add_slave_texts(f, "/slaves/name", r, offsetof(struct result_slave, name), true);
    add_slave_texts(f, "/slaves/node", r, offsetof(struct result_slave, node), true);
    add_slave_texts(f, "/slaves/trouble", r, offsetof(struct result_slave, trouble), true);
    add_slave_texts(f, "/slaves/objection", r, offsetof(struct result_slave, objection), true);
    add_slave_texts(f, "/slaves/why", r, offsetof(struct result_slave, why), false);
    add_slave_integers(f, "/slaves/items", r, get_items);
    add_slave_integers(f, "/slaves/answered", r, get_answered);
    add_slave_integers(f, "/slaves/rejected", r, get_rejected);
    add_slave_numbers(f, "/slaves/seconds", r, offsetof(struct result_slave, seconds));
    add_slave_numbers(f, "/slaves/weight", r, offsetof(struct result_slave, weight));
    add_slave_numbers(f, "/slaves/share", r, offsetof(struct result_slave, share));
    add_slave_numbers(f, "/slaves/score", r, offsetof(struct result_slave, decision.score));
}

/* Adds the arrays of an answer, each a dataset with its words beside it. */
static void add_arrays(struct flat *f, const char *group, const struct result_arrays *a)
{
    char path[400], attribute[440];

    flat_add_group(f, group);
    for (size_t i = 0; i < a->count; i++) {
        const struct result_array *x = &a->list[i];
        const size_t dims[2] = {x->rows, x->columns};
        snprintf(path, sizeof path, "%s/%s", group, x->name);
        flat_add(f, path, FLAT_NUMBER, x->columns == 1 ? 1 : 2, dims, x->values, 0);
        snprintf(attribute, sizeof attribute, "%s@help", path);
        flat_add_string(f, attribute, x->help);
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct result_array *x = &a->list[i];
        snprintf(path, sizeof path, "%s/%s_rows", group, x->name);
        if (x->row_labels)
            flat_add(f, path, FLAT_STRING, 1, &x->rows, x->row_labels, 0);
        snprintf(path, sizeof path, "%s/%s_columns", group, x->name);
        if (x->column_labels)
            flat_add(f, path, FLAT_STRING, 1, &x->columns, x->column_labels, 0);
    }
}

static void add_head(struct flat *f, const struct result *r)
{
    flat_add_integer(f, "/@format", RESULT_FORMAT);
    flat_add_string(f, "/@run", r->run);
    flat_add_string(f, "/@contract", r->id);
    for (size_t i = 0; i < TEXT_FIELDS; i++)
        flat_add_string(f, text_fields[i].path,
                        *(char *const *)(const void *)((const char *)r + text_fields[i].offset));
    flat_add_integer(f, "/provenance@ranks", r->ranks);
    flat_add_integer(f, "/provenance@ranks_per_slave", r->ranks_per_slave);
    flat_add_number(f, "/filter@threshold", r->threshold);
    flat_add(f, "/contract", FLAT_BYTES, 1, &r->contract_len, r->contract, 0);
    flat_add(f, "/columns", FLAT_STRING, 1, &r->columns_count, r->columns, 0);
}

int result_write(const struct result *r, const char *path, struct err *e)
{
    const size_t states[2] = {r->slaves, r->length}, features[2] = {r->slaves, r->features};
    struct flat *f = flat_create(e);

    if (!f)
        return -1;
    add_head(f, r);
    add_slaves(f, r);
    flat_add_group(f, "/rounds/1");
    flat_add(f, "/rounds/1/states", FLAT_NUMBER, 2, states, r->states, 0);
    flat_add(f, "/rounds/1/features", FLAT_NUMBER, 2, features, r->values, 0);
    flat_add(f, "/rounds/1/errors", FLAT_NUMBER, 2, features, r->errors, 0);
    flat_add(f, "/rounds/1/centre", FLAT_NUMBER, 1, &r->features, r->centre, 0);
    flat_add(f, "/rounds/1/feature_names", FLAT_STRING, 1, &r->features, r->feature_names, 0);
    add_arrays(f, "/aggregate", &r->accepted);
    flat_add(f, "/aggregate_state", FLAT_NUMBER, 1, &r->length, r->aggregate, 0);
    add_arrays(f, "/unfiltered", &r->all);
    int rc = writer_write(path, f, e);
    flat_destroy(f);
    return rc;
}

/* A reading in progress. */
struct load {
    const struct flat *f;
    const char *name;
    struct err *e;
};

/* Returns the value at path, which must have that type and shape. */
static const struct flat_value *expect(const struct load *l, const char *path, enum flat_type type,
                                       unsigned rank, size_t rows, size_t columns)
{
    const struct flat_value *v = flat_find(l->f, path);

    if (v && v->type == type && v->rank == rank && v->dims[0] == rows && v->dims[1] == columns)
        return v;
    err_set(l->e, ERR_INPUT, "%s: %s is %s", l->name, path,
            v ? "of another type or shape than a result's" : "missing: not a whole result");
    return NULL;
}

static int load_head(const struct load *l, struct result *r)
{
    const struct flat_value *v;

    if (!(v = expect(l, "/@run", FLAT_STRING, 0, 1, 1)))
        return -1;
    snprintf(r->run, sizeof r->run, "%s", v->strings[0]);
    if (!(v = expect(l, "/@contract", FLAT_STRING, 0, 1, 1)))
        return -1;
    snprintf(r->id, sizeof r->id, "%s", v->strings[0]);
    for (size_t i = 0; i < TEXT_FIELDS; i++) {
        if (!(v = expect(l, text_fields[i].path, FLAT_STRING, 0, 1, 1)) ||
            result_set((char **)(void *)((char *)r + text_fields[i].offset), v->strings[0], l->e) <
                0)
            return -1;
    }
    if (!(v = expect(l, "/provenance@ranks", FLAT_INTEGER, 0, 1, 1)))
        return -1;
    r->ranks = v->integers[0];
    if (!(v = expect(l, "/provenance@ranks_per_slave", FLAT_INTEGER, 0, 1, 1)))
        return -1;
    r->ranks_per_slave = v->integers[0];
    if (!(v = expect(l, "/filter@threshold", FLAT_NUMBER, 0, 1, 1)))
        return -1;
    r->threshold = v->numbers[0];
    return 0;
}

static int load_contract(const struct load *l, struct result *r)
{
    const struct flat_value *v = flat_find(l->f, "/contract");

    if (!v || v->type != FLAT_BYTES || v->count > CONTRACT_FILE_MOST)
        return err_set(l->e, ERR_INPUT, "%s: /contract is no contract's bytes", l->name);
    r->contract = err_alloc(v->count, 1, "a contract", l->e);
    if (!r->contract)
        return -1;
    memcpy(r->contract, v->bytes, v->count);
    r->contract_len = v->count;
    return 0;
}

/* Returns copies of the strings of a one-dimensional dataset. */
static char **load_strings(const struct load *l, const struct flat_value *v)
{
    char **strings = err_alloc(v->count, sizeof *strings, v->path, l->e);

    for (size_t i = 0; strings && i < v->count; i++)
        if (result_set(&strings[i], v->strings[i], l->e) < 0)
            return NULL; /* out of memory: what was copied is lost with the process */
    return strings;
}

static int load_slave_texts(const struct load *l, const char *path, struct result *r, size_t offset)
{
    const struct flat_value *v = expect(l, path, FLAT_STRING, 1, r->slaves, 1);

    for (size_t k = 0; v && k < r->slaves; k++)
        if (result_set((char **)(void *)((char *)&r->slave[k] + offset), v->strings[k], l->e) < 0)
            return -1;
    return v ? 0 : -1;
}

static int load_slave_numbers(const struct load *l, const char *path, struct result *r,
                              size_t offset)
{
    const struct flat_value *v = expect(l, path, FLAT_NUMBER, 1, r->slaves, 1);

    for (size_t k = 0; v && k < r->slaves; k++)
        memcpy((char *)&r->slave[k] + offset, &v->numbers[k], sizeof v->numbers[k]);
    return v ? 0 : -1;
}

static int load_slaves(const struct load *l, struct result *r)
{
    const struct flat_value *items = expect(l, "/slaves/items", FLAT_INTEGER, 1, r->slaves, 1);
    const struct flat_value *answered =
        expect(l, "/slaves/answered", FLAT_INTEGER, 1, r->slaves, 1);
    const struct flat_value *rejected =
        expect(l, "/slaves/rejected", FLAT_INTEGER, 1, r->slaves, 1);
    const struct flat_value *why = expect(l, "/slaves/why", FLAT_STRING, 1, r->slaves, 1);

    if (!items || !answered || !rejected || !why)
        return -1;
    for (size_t k = 0; k < r->slaves; k++) {
        r->slave[k].items = (uint64_t)items->integers[k];
        r->slave[k].answered = answered->integers[k] != 0;
        r->slave[k].decision.rejected = rejected->integers[k] != 0;
        snprintf(r->slave[k].why, sizeof r->slave[k].why, "%s", why->strings[k]);
    }
    if (load_slave_texts(l, "/slaves/name", r, offsetof(struct result_slave, name)) < 0 ||
        load_slave_texts(l, "/slaves/node", r, offsetof(struct result_slave, node)) < 0 ||
        load_slave_texts(l, "/slaves/trouble", r, offsetof(struct result_slave, trouble)) < 0 ||
        load_slave_texts(l, "/slaves/objection", r, offsetof(struct result_slave, objection)) < 0)
        return -1;
    if (load_slave_numbers(l, "/slaves/seconds", r, offsetof(struct result_slave, seconds)) < 0 ||
        load_slave_numbers(l, "/slaves/weight", r, offsetof(struct result_slave, weight)) < 0 ||
        load_slave_numbers(l, "/slaves/share", r, offsetof(struct result_slave, share)) < 0)
        return -1;
    return load_slave_numbers(l, "/slaves/score", r, offsetof(struct result_slave, decision.score));
}

static int load_matrix(const struct load *l, const char *path, unsigned rank, size_t rows,
                       size_t columns, double *into)
{
    const struct flat_value *v = expect(l, path, FLAT_NUMBER, rank, rows, columns);

    if (v)
        memcpy(into, v->numbers, v->count * sizeof *into);
    return v ? 0 : -1;
}

static int load_rounds(const struct load *l, struct result *r)
{
    const struct flat_value *states = flat_find(l->f, "/rounds/1/states");
    const struct flat_value *names = flat_find(l->f, "/rounds/1/feature_names");

    if (!states || states->rank != 2 || !names || names->rank != 1 || names->type != FLAT_STRING)
        return err_set(l->e, ERR_INPUT, "%s: /rounds/1 is missing: not a whole result", l->name);
    if (result_size(r, states->dims[1], names->count, l->e) < 0)
        return -1;
    for (size_t i = 0; i < r->features; i++)
        if (result_set(&r->feature_names[i], names->strings[i], l->e) < 0)
            return -1;
    if (load_matrix(l, "/rounds/1/states", 2, r->slaves, r->length, r->states) < 0 ||
        load_matrix(l, "/rounds/1/features", 2, r->slaves, r->features, r->values) < 0 ||
        load_matrix(l, "/rounds/1/errors", 2, r->slaves, r->features, r->errors) < 0 ||
        load_matrix(l, "/rounds/1/centre", 1, r->features, 1, r->centre) < 0)
        return -1;
    return load_matrix(l, "/aggregate_state", 1, r->length, 1, r->aggregate);
}

/* The labels beside an array, or NULL when there are none. */
static const char *const *labels_of(const struct load *l, const char *path, const char *suffix,
                                    size_t count)
{
    char name[440];

    snprintf(name, sizeof name, "%s%s", path, suffix);
    const struct flat_value *v = flat_find(l->f, name);
    return v && v->type == FLAT_STRING && v->count == count ? (const char *const *)v->strings
                                                            : NULL;
}

static int load_arrays(const struct load *l, const char *group, struct result_arrays *a)
{
    size_t n = strlen(group);

    for (size_t i = 0; i < flat_count(l->f); i++) {
        const struct flat_value *v = flat_at(l->f, i);
        char help[440];
        if (strncmp(v->path, group, n) != 0 || v->path[n] != '/' || strchr(v->path, '@') ||
            v->type != FLAT_NUMBER)
            continue;
        snprintf(help, sizeof help, "%s@help", v->path);
        const struct flat_value *words = flat_find(l->f, help);
        const struct function_array array = {
            .name = v->path + n + 1,
            .help =
                words && words->type == FLAT_STRING && words->rank == 0 ? words->strings[0] : "",
            .rows = v->dims[0],
            .columns = v->dims[1],
            .row_labels = labels_of(l, v->path, "_rows", v->dims[0]),
            .column_labels = labels_of(l, v->path, "_columns", v->dims[1]),
            .values = v->numbers,
        };
        if (result_add(a, &array, l->e) < 0)
            return -1;
    }
    return 0;
}

static int load_all(const struct load *l, struct result *r)
{
    const struct flat_value *columns = flat_find(l->f, "/columns");

    if (!columns || columns->type != FLAT_STRING || columns->rank != 1)
        return err_set(l->e, ERR_INPUT, "%s: /columns is missing: not a whole result", l->name);
    if (!(r->columns = load_strings(l, columns)))
        return -1;
    r->columns_count = columns->count;
    if (load_head(l, r) < 0 || load_contract(l, r) < 0 || load_slaves(l, r) < 0 ||
        load_rounds(l, r) < 0)
        return -1;
    return load_arrays(l, "/aggregate", &r->accepted) < 0 ? -1
                                                          : load_arrays(l, "/unfiltered", &r->all);
}

struct result *result_read(struct reader *reader, const char *name, const void *bytes, size_t len,
                           struct err *e)
{
    struct flat *f = reader_read(reader, name, bytes, len, &limits, e);
    const struct load l = {f, name, e};
    struct result *r = NULL;
    const struct flat_value *v, *names;

    if (!f)
        return NULL;
    v = flat_find(f, "/@format");
    names = flat_find(f, "/slaves/name");
    if (!v || v->type != FLAT_INTEGER || v->rank != 0)
        err_set(e, ERR_INPUT, "%s: is not a result (no attribute format)", name);
    else if (v->integers[0] != RESULT_FORMAT)
        err_set(e, ERR_INPUT, "%s: is of format version %" PRId64 ", this program reads version %d",
                name, v->integers[0], RESULT_FORMAT);
    else if (!names || names->rank != 1)
        err_set(e, ERR_INPUT, "%s: /slaves/name is missing: not a whole result", name);
    else
        r = result_create(names->count, e);
    if (r && load_all(&l, r) < 0) {
        result_free(r);
        r = NULL;
    }
    flat_destroy(f);
    return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "contract/document.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"
#include "util/text.h"

/* A loading in progress. */
struct load {
    const struct flat *f;
    const char *name;
    struct contract *c;
    struct err *e;
};

/* One error, with the line of the spec or the path in the file. Returns -1. */
static int complain(const struct load *l, const struct flat_value *v, const char *format, ...)
{
    char words[700];
    va_list ap;

    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    if (v->line)
        return err_set(l->e, ERR_INPUT, "%s:%u: %s: %s", l->name, v->line, v->path, words);
    return err_set(l->e, ERR_INPUT, "%s: %s: %s", l->name, v->path, words);
}

/* A scalar value in the form that the schema stores. */
static int as_param(const struct load *l, const struct flat_value *v, struct contract_param *p)
{
    *p = (struct contract_param){.type = v->type};
    if (v->rank != 0)
        return complain(l, v, "has %zu elements, expected one value", v->count);
    if (v->type == FLAT_STRING)
        p->string = v->strings[0];
    else if (v->type == FLAT_NUMBER)
        p->number = v->numbers[0];
    else if (v->type == FLAT_INTEGER || v->type == FLAT_BOOLEAN)
        p->integer = v->integers[0];
    else
        return complain(l, v, "has a type that no value here has");
    return 0;
}

static void describe(const struct contract_param *p, char *text, size_t size)
{
    if (p->type == FLAT_STRING)
        snprintf(text, size, "'%.80s'", p->string);
    else if (p->type == FLAT_NUMBER)
        snprintf(text, size, "%g", p->number);
    else
        snprintf(text, size, "%" PRId64, p->integer);
}

static int store(const struct load *l, const struct schema_field *f, const struct flat_value *v)
{
    struct contract_param p;
    char expected[300], found[120];

    if (as_param(l, v, &p) < 0)
        return -1;
    if (schema_store(f, l->c, &p, expected, sizeof expected) == 0)
        return 0;
    describe(&p, found, sizeof found);
    return complain(l, v, "found %s, expected %s", found, expected);
}

/* Every field: from the document, else its default. */
static int load_fields(const struct load *l)
{
    char path[128], expected[300];

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *f = schema_field(i);
        struct contract_param p;
        snprintf(path, sizeof path, "%s@%s", f->group, f->key);
        const struct flat_value *v = flat_find(l->f, path);
        if (v) {
            if (store(l, f, v) < 0)
                return -1;
            continue;
        }
        if (!f->fallback)
            return err_set(l->e, ERR_INPUT, "%s: %s is missing (it has no default)", l->name, path);
        if (schema_parse(f, f->fallback, &p, expected, sizeof expected) < 0 ||
            schema_store(f, l->c, &p, expected, sizeof expected) < 0)
            return err_set(l->e, ERR_SOFTWARE, "the default of %s is not %s", path, expected);
    }
    return 0;
}

/* A number that is whole is an integer, so that 4 and 4.0 are one contract. */
static void normalise(struct contract_param *p)
{
    if (p->type == FLAT_NUMBER && p->number == floor(p->number) && fabs(p->number) < 9e15) {
        p->type = FLAT_INTEGER;
        p->integer = (int64_t)p->number;
        p->number = 0;
    }
}

static int load_param(const struct load *l, const struct flat_value *v)
{
    struct contract *c = l->c;
    struct contract_param p;
    const char *name = strchr(v->path, '@') + 1;

    if (as_param(l, v, &p) < 0)
        return -1;
    if (p.type == FLAT_NUMBER && !isfinite(p.number))
        return complain(l, v, "found %g, expected a finite number", p.number);
    if (!text_is_name(name))
        return complain(l, v, "is no name for a parameter");
    normalise(&p);
    struct contract_param *params = realloc(c->params, (c->params_count + 1) * sizeof *params);
    if (!params)
        return err_memory(l->e, "parameters");
    c->params = params;
    p.name = strdup(name);
    if (p.type == FLAT_STRING)
        p.string = strdup(p.string);
    params[c->params_count++] = p;
    return p.name && (p.type != FLAT_STRING || p.string) ? 0 : err_memory(l->e, "parameters");
}

/* Returns the strings of a one-dimensional dataset as copies. */
static int load_strings(const struct load *l, const struct flat_value *v, char ***strings,
                        size_t *count)
{
    if (v->type != FLAT_STRING || v->rank != 1)
        return complain(l, v, "expected one dimension of strings");
    *strings = err_alloc(v->count, sizeof **strings, v->path, l->e);
    if (!*strings)
        return -1;
    for (*count = 0; *count < v->count; (*count)++)
        if (!((*strings)[*count] = strdup(v->strings[*count])))
            return err_memory(l->e, v->path);
    return 0;
}

static int load_columns(const struct load *l)
{
    const struct flat_value *v = flat_find(l->f, "/data/columns");

    if (!v)
        return 0;
    if (load_strings(l, v, &l->c->columns, &l->c->columns_count) < 0)
        return -1;
    for (size_t i = 0; i < v->count; i++) {
        if (v->strings[i][0] == '\0' || strlen(v->strings[i]) > 256)
            return complain(l, v, "entry %zu is no column name of 1 to 256 bytes", i);
        for (size_t k = 0; k < i; k++)
            if (strcmp(v->strings[k], v->strings[i]) == 0)
                return complain(l, v, "names column '%.80s' twice", v->strings[i]);
    }
    return 0;
}

/* Returns a dataset of a table, which must have count entries of the type. */
static const struct flat_value *member(const struct load *l, const char *path, enum flat_type type,
                                       size_t count)
{
    const struct flat_value *v = flat_find(l->f, path);

    if (!v)
        err_set(l->e, ERR_INPUT, "%s: %s is missing", l->name, path);
    else if (v->type != type || v->rank != 1 || v->count != count)
        complain(l, v, "expected one dimension of %zu %s", count,
                 type == FLAT_STRING ? "strings" : "numbers");
    else
        return v;
    return NULL;
}

static int load_plausible(const struct load *l)
{
    const struct flat_value *names = flat_find(l->f, "/limits/plausible/feature");
    struct contract *c = l->c;

    if (!names)
        return 0;
    const struct flat_value *lower =
        member(l, "/limits/plausible/lower", FLAT_NUMBER, names->count);
    const struct flat_value *upper =
        member(l, "/limits/plausible/upper", FLAT_NUMBER, names->count);
    if (!lower || !upper || !member(l, names->path, FLAT_STRING, names->count))
        return -1;
    c->plausible = err_alloc(names->count, sizeof *c->plausible, names->path, l->e);
    if (!c->plausible)
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        struct contract_range *range = &c->plausible[c->plausible_count++];
        *range = (struct contract_range){strdup(names->strings[i]), lower->numbers[i],
                                         upper->numbers[i]};
        if (!range->feature)
            return err_memory(l->e, names->path);
        if (!isfinite(range->lower) || !isfinite(range->upper) || range->lower > range->upper)
            return complain(l, lower, "the range of '%.80s' is not lower <= upper", range->feature);
    }
    return 0;
}

static int load_inputs(const struct load *l)
{
    const struct flat_value *ids = flat_find(l->f, "/inputs/contract"), *digests;
    uint8_t digest[SHA256_LEN];
    struct contract *c = l->c;

    if (!ids)
        return 0;
    if (!member(l, ids->path, FLAT_STRING, ids->count) ||
        !(digests = member(l, "/inputs/aggregate", FLAT_STRING, ids->count)))
        return -1;
    c->inputs = err_alloc(ids->count, sizeof *c->inputs, ids->path, l->e);
    if (!c->inputs)
        return -1;
    for (size_t i = 0; i < ids->count; i++) {
        if (hex_decode(ids->strings[i], digest, SHA256_LEN) < 0)
            return complain(l, ids, "entry %zu is no contract's id (64 hexadecimal digits)", i);
        if (strncmp(digests->strings[i], "sha256:", 7) != 0 ||
            hex_decode(digests->strings[i] + 7, digest, SHA256_LEN) < 0)
            return complain(l, digests, "entry %zu is not sha256: and 64 hexadecimal digits", i);
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
        return complain(l, v, "expected one dimension of numbers");
    l->c->model = err_alloc(v->count, sizeof *l->c->model, "a model", l->e);
    if (!l->c->model)
        return -1;
    memcpy(l->c->model, v->numbers, v->count * sizeof *l->c->model);
    l->c->model_length = v->count;
    return 0;
}

/* What the format has no place for is refused, as it might be meant to count. */
static int check_known(const struct load *l)
{
    static const char *const datasets[] = {
        "/data/columns",
        "/limits/plausible/feature",
        "/limits/plausible/lower",
        "/limits/plausible/upper",
        "/inputs/contract",
        "/inputs/aggregate",
        "/model",
    };

    for (size_t i = 0; i < flat_count(l->f); i++) {
        const struct flat_value *v = flat_at(l->f, i);
        const char *at = strchr(v->path, '@');
        char group[128];
        bool known = false;
        snprintf(group, sizeof group, "%.*s", at ? (int)(at - v->path) : 0, v->path);
        if (v->type == FLAT_GROUP)
            known = schema_has_group(v->path);
        else if (at && strcmp(group, "/function/params") == 0)
            known = load_param(l, v) == 0;
        else if (at)
            known = schema_find(group, at + 1) != NULL;
        for (size_t k = 0; !known && k < sizeof datasets / sizeof datasets[0]; k++)
            known = strcmp(v->path, datasets[k]) == 0;
        if (!known)
            return complain(l, v, "is unknown in a contract of format %d", CONTRACT_FORMAT);
    }
    return 0;
}

/* The version is looked at first, as everything else may differ with it. */
static int check_version(const struct load *l)
{
    static const char *const groups[] = {"/contract",  "/function", "/aggregate", "/filter",
                                         "/resources", "/data",     "/limits"};
    const struct flat_value *v = flat_find(l->f, "/contract@format");

    if (v && v->type == FLAT_INTEGER && v->rank == 0 && v->integers[0] != CONTRACT_FORMAT)
        return complain(l, v, "is format version %" PRId64 ", this program reads version %d",
                        v->integers[0], CONTRACT_FORMAT);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        v = flat_find(l->f, groups[i]);
        if (!v || v->type != FLAT_GROUP)
            return err_set(l->e, ERR_INPUT, "%s: group %s is missing: not a contract", l->name,
                           groups[i]);
    }
    return 0;
}

int document_load(const struct flat *f, const char *name, struct contract *c, struct err *e)
{
    const struct load l = {f, name, c, e};

    if (check_version(&l) < 0 || check_known(&l) < 0 || load_fields(&l) < 0)
        return -1;
    if (load_columns(&l) < 0 || load_plausible(&l) < 0)
        return -1;
    return load_inputs(&l) < 0 ? -1 : load_model(&l);
}

static void make_param(struct flat *f, const char *path, const struct contract_param *p)
{
    if (p->type == FLAT_STRING)
        flat_add(f, path, FLAT_STRING, 0, NULL, &p->string, 0);
    else if (p->type == FLAT_NUMBER)
        flat_add(f, path, FLAT_NUMBER, 0, NULL, &p->number, 0);
    else
        flat_add(f, path, p->type, 0, NULL, &p->integer, 0);
}

static void make_fields(struct flat *f, const struct contract *c)
{
    char path[128];

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *field = schema_field(i);
        const struct contract_param p = schema_load(field, c);
        if (i == 0 || strcmp(field->group, schema_field(i - 1)->group) != 0)
            flat_add_group(f, field->group);
        snprintf(path, sizeof path, "%s@%s", field->group, field->key);
        if (field->type != SCHEMA_OPTIONAL || !isnan(p.number))
            make_param(f, path, &p);
    }
    flat_add_group(f, "/function/params");
    for (size_t i = 0; i < c->params_count; i++) {
        snprintf(path, sizeof path, "/function/params@%s", c->params[i].name);
        make_param(f, path, &c->params[i]);
    }
}

/* The ranges and inputs, as datasets of equal length. */
static int make_tables(struct flat *f, const struct contract *c, struct err *e)
{
    size_t n = c->plausible_count, m = c->inputs_count;
    const char **text = err_alloc(n + m, sizeof *text, "a table", e);
    double *numbers = err_alloc(n, sizeof *numbers, "a table", e);

    for (size_t i = 0; text && i < n; i++)
        text[i] = c->plausible[i].feature;
    if (text && numbers && n) {
        flat_add(f, "/limits/plausible/feature", FLAT_STRING, 1, &n, text, 0);
        for (size_t i = 0; i < n; i++)
            numbers[i] = c->plausible[i].lower;
        flat_add(f, "/limits/plausible/lower", FLAT_NUMBER, 1, &n, numbers, 0);
        for (size_t i = 0; i < n; i++)
            numbers[i] = c->plausible[i].upper;
        flat_add(f, "/limits/plausible/upper", FLAT_NUMBER, 1, &n, numbers, 0);
    }
    for (size_t i = 0; text && i < m; i++)
        text[i] = c->inputs[i].contract;
    if (text && m)
        flat_add(f, "/inputs/contract", FLAT_STRING, 1, &m, text, 0);
    for (size_t i = 0; text && i < m; i++)
        text[i] = c->inputs[i].aggregate;
    if (text && m)
        flat_add(f, "/inputs/aggregate", FLAT_STRING, 1, &m, text, 0);
    int rc = text && numbers ? 0 : -1;
    free(text);
    free(numbers);
    return rc;
}

struct flat *document_make(const struct contract *c, struct err *e)
{
    struct flat *f = flat_create(e);

    if (!f)
        return NULL;
    make_fields(f, c);
    if (c->columns_count)
        flat_add(f, "/data/columns", FLAT_STRING, 1, &c->columns_count, c->columns, 0);
    if (c->model)
        flat_add(f, "/model", FLAT_NUMBER, 1, &c->model_length, c->model, 0);
    if (make_tables(f, c, e) == 0 && flat_ok(f, e) == 0)
        return f;
    flat_destroy(f);
    return NULL;
}

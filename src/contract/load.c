/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flat document as a contract. */
#include "contract/load.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"
#include "util/text.h"

enum { PARAMS_MOST = 1024 }; /* parameters of a function */

/* A scalar value in the form that the schema stores. */
static int as_param(const struct load *l, const struct flat_value *v, struct contract_param *p)
{
    *p = (struct contract_param){.type = v->type};
    if (v->rank != 0)
        return load_complain(l, v->path, "has %zu elements, expected one value", v->count);
    switch (v->type) {
    case FLAT_STRING:
        p->string = v->strings[0];
        return 0;
    case FLAT_NUMBER:
        p->number = v->numbers[0];
        return 0;
    case FLAT_INTEGER:
    case FLAT_BOOLEAN:
        p->integer = v->integers[0];
        return 0;
    case FLAT_GROUP:
    case FLAT_BYTES:
        break;
    }
    return load_complain(l, v->path, "is %s, expected one value",
                         v->type == FLAT_GROUP ? "a group" : "bytes");
}

static void describe(const struct contract_param *p, char *text, size_t size)
{
    if (p->type == FLAT_STRING)
        snprintf(text, size, "'%.80s'", p->string);
    else if (p->type == FLAT_NUMBER)
        snprintf(text, size, "%g", p->number);
    else if (p->type == FLAT_BOOLEAN)
        snprintf(text, size, "%s", p->integer ? "true" : "false");
    else
        snprintf(text, size, "%" PRId64, p->integer);
}

/* The version that the document is of, as far as it says: a wrong one is found elsewhere. */
static int64_t format_of(const struct load *l)
{
    const struct flat_value *v = flat_find(l->f, "/contract@format");

    return v && v->type == FLAT_INTEGER && v->rank == 0 ? v->integers[0] : 1;
}

static int store(const struct load *l, const struct schema_field *f, const struct flat_value *v)
{
    struct contract_param p;
    char expected[SCHEMA_EXPECTED], found[120];

    if (as_param(l, v, &p) < 0)
        return -1;
    describe(&p, found, sizeof found);
    if (format_of(l) < schema_value_since(f, &p))
        return load_complain(l, v->path,
                             "found %s, which needs a contract of format %" PRId64
                             "; the document says that it is of format %" PRId64,
                             found, schema_value_since(f, &p), format_of(l));
    if (schema_store(f, l->c, &p, expected, sizeof expected) == 0)
        return 0;
    return load_complain(l, v->path, "found %s, expected %s", found, expected);
}

static bool has_group(const struct load *l, const char *path)
{
    const struct flat_value *v = flat_find(l->f, path);

    return v && v->type == FLAT_GROUP;
}

/* What the document does not say. Who writes a spec means what is best today; a file is what it was. */
static int store_default(const struct load *l, const struct schema_field *f, const char *path)
{
    char expected[SCHEMA_EXPECTED];
    struct contract_param p;
    const char *text = l->spec ? schema_meant(f, l->c) : schema_default(f, format_of(l));

    if (!text && !schema_applies(f, format_of(l), has_group(l, "/work")))
        return 0;
    if (!text)
        return load_complain(l, path, "is missing, and has no default");
    if (schema_parse(f, text, &p, expected, sizeof expected) < 0 ||
        schema_store(f, l->c, &p, expected, sizeof expected) < 0)
        return err_set(l->e, ERR_SOFTWARE, "the default of %s is not %s", path, expected);
    return 0;
}

/* Every field: from the document, else its default. Of data and work, the one that
 * is not there has its defaults too, and nothing where a value is required. */
static int load_fields(const struct load *l)
{
    char path[SCHEMA_PATH];
    int64_t format = format_of(l);
    bool work = has_group(l, "/work");

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *f = schema_field(i);
        snprintf(path, sizeof path, "%s@%s", f->group, f->key);
        const struct flat_value *v = flat_find(l->f, path);
        if (v && format < schema_since(f))
            return load_too_new(l, path, format, schema_since(f));
        bool given = v && schema_applies(f, format, work);
        if ((given ? store(l, f, v) : store_default(l, f, path)) < 0)
            return -1;
    }
    return 0;
}

/* A number that is whole is an integer, so that 4 and 4.0 are one contract. */
static void normalise(struct contract_param *p)
{
    if (p->type == FLAT_NUMBER && p->number == floor(p->number) &&
        fabs(p->number) <= SCHEMA_EXACT) {
        p->type = FLAT_INTEGER;
        p->integer = (int64_t)p->number;
        p->number = 0;
    }
}

static int load_param(const struct load *l, const struct flat_value *v, const char *name)
{
    struct contract *c = l->c;
    struct contract_param p;

    if (as_param(l, v, &p) < 0)
        return -1;
    if (p.type == FLAT_NUMBER && !isfinite(p.number))
        return load_complain(l, v->path, "found %g, expected a finite number", p.number);
    if (!text_is_name(name) || c->params_count >= PARAMS_MOST)
        return load_complain(l, v->path, "is no name for a parameter, or one of more than %d",
                             PARAMS_MOST);
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

static int by_name(const void *a, const void *b)
{
    const struct contract_param *x = a, *y = b;

    return strcmp(x->name, y->name);
}

int load_sort_params(struct contract_param *params, size_t count, struct err *e)
{
    if (count > 1)
        qsort(params, count, sizeof *params, by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(params[i - 1].name, params[i].name) == 0)
            return err_set(e, ERR_INPUT, "the parameter %s is given twice", params[i].name);
    return 0;
}

/* What the format has no place for is refused, as it might be meant to count. */
static int load_params(const struct load *l)
{
    static const char prefix[] = "/function/params@";

    for (size_t i = 0; i < flat_count(l->f); i++) {
        const struct flat_value *v = flat_at(l->f, i);
        if (strncmp(v->path, prefix, sizeof prefix - 1) == 0) {
            if (load_param(l, v, v->path + sizeof prefix - 1) < 0)
                return -1;
        } else if (!schema_knows(v->path, v->type == FLAT_GROUP)) {
            return load_complain(l, v->path, "is unknown in a contract of format %" PRId64,
                                 format_of(l));
        }
    }
    return load_sort_params(l->c->params, l->c->params_count, l->e);
}

/* The version is looked at first, as everything else may differ with it. */
static int load_version(const struct load *l)
{
    static const char *const groups[] = {"/contract", "/function",  "/aggregate",
                                         "/filter",   "/resources", "/limits"};
    int64_t format = format_of(l);

    if (format < 1 || format > CONTRACT_FORMAT)
        return load_complain(l, "/contract@format",
                             "is format version %" PRId64 ", this program reads versions 1 to %d",
                             format, CONTRACT_FORMAT);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (!has_group(l, groups[i]))
            return err_set(l->e, ERR_INPUT, "%s: group %s is missing: not a contract", l->name,
                           groups[i]);
    return 0;
}

/* A contract is over data or over work. */
static int load_kind(const struct load *l)
{
    bool data = has_group(l, "/data"), work = has_group(l, "/work");

    if (data && work)
        return load_complain(l, "/work",
                             "is there besides data; a contract has one of them: data to be "
                             "computed over, or work without data");
    if (!data && !work)
        return load_complain(l, "/contract",
                             "has neither data nor work; expected one of them: data to be "
                             "computed over, or work without data");
    return 0;
}

int load_document(const struct load *l)
{
    if (load_version(l) < 0 || load_kind(l) < 0 || load_params(l) < 0 || load_fields(l) < 0)
        return -1;
    return load_lists(l) < 0 || load_work(l) < 0 || load_recipe(l) < 0 ? -1 : load_check(l);
}

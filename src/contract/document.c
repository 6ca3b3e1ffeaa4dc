/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract as a flat document. */
#include "contract/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"

static void make_param(struct flat *f, const char *path, const struct contract_param *p)
{
    if (p->type == FLAT_STRING)
        flat_add(f, path, FLAT_STRING, 0, NULL, &p->string, 0);
    else if (p->type == FLAT_NUMBER)
        flat_add(f, path, FLAT_NUMBER, 0, NULL, &p->number, 0);
    else
        flat_add(f, path, p->type, 0, NULL, &p->integer, 0);
}

static void make_fields(struct flat *f, const struct contract *c, document_has *has)
{
    char path[SCHEMA_PATH];

    for (size_t i = 0; schema_field(i); i++) {
        const struct schema_field *field = schema_field(i);
        const struct contract_param p = schema_load(field, c);
        if (!schema_applies(field, c->format, c->work_units > 0))
            continue;
        if (i == 0 || strcmp(field->group, schema_field(i - 1)->group) != 0)
            flat_add_group(f, field->group);
        if (schema_leaves_out(field, c) || (has && !has(field)))
            continue;
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

struct flat *document_make_some(const struct contract *c, document_has *has, struct err *e)
{
    struct flat *f = flat_create(e);

    if (!f)
        return NULL;
    make_fields(f, c, has);
    if (c->columns_count)
        flat_add(f, "/data/columns", FLAT_STRING, 1, &c->columns_count, c->columns, 0);
    if (c->model)
        flat_add(f, "/model", FLAT_NUMBER, 1, &c->model_length, c->model, 0);
    if (make_tables(f, c, e) == 0 && document_recipe(f, &c->recipe, e) == 0 && flat_ok(f, e) == 0)
        return f;
    flat_destroy(f);
    return NULL;
}

struct flat *document_make(const struct contract *c, struct err *e)
{
    return document_make_some(c, NULL, e);
}

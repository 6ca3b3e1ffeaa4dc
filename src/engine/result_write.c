/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/result_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/writer.h"

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
    for (size_t i = 0; i < RESULT_TEXTS; i++)
        flat_add_string(f, result_texts[i].path,
                        *(char *const *)(const void *)((const char *)r + result_texts[i].offset));
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

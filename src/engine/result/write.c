/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes result.h5. */
#include "engine/result/format.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/result/name.h"
#include "engine/result/preparation.h"
#include "h5/writer.h"

static int add_slaves(struct flat *f, const struct result *r, struct err *e)
{
    void *room = err_alloc(r->slaves, sizeof(uint64_t), "the table of slaves", e);

    if (!room)
        return -1;
    flat_add_group(f, "/slaves");
    for (size_t i = 0; i < RESULT_OF_SLAVES; i++)
        if (!result_of_slaves[i].of_work || result_is_work(r))
            result_add_column(f, r, false, &result_of_slaves[i], room);
    free(room);
    return 0;
}

/* Adds the arrays of an answer, each a dataset with its words beside it. */
static void add_arrays(struct flat *f, const char *group, const struct result_arrays *a)
{
    char path[RESULT_PATH], attribute[RESULT_PATH + sizeof "@help"];

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
    if (r->cut[0]) { /* results of before have none */
        flat_add_string(f, "/filter@cut", r->cut);
        flat_add_number(f, "/filter@target_fpr", r->target_fpr);
    }
    flat_add(f, "/contract", FLAT_BYTES, 1, &r->contract_len, r->contract, 0);
    flat_add(f, "/columns", FLAT_STRING, 1, &r->columns_count, r->columns, 0);
}

static void add_robust(struct flat *f, const struct result_robust *x, size_t features)
{
    if (!x->method[0])
        return;
    flat_add_group(f, "/robust");
    flat_add_string(f, "/robust@method", x->method);
    flat_add_number(f, "/robust@share", x->share);
    if (x->dealt)
        return; /* it is filled in */
    if (x->features)
        flat_add(f, "/robust/features", FLAT_NUMBER, 1, &features, x->features, 0);
    else
        flat_add_string(f, "/robust@why", x->why);
}

/* The only round of what is not iterative. */
static void add_round(struct flat *f, const struct result *r)
{
    const size_t states[2] = {r->slaves, r->length}, features[2] = {r->slaves, r->features};
    const size_t salts = r->slaves * SHA256_LEN;

    flat_add_group(f, "/rounds/1");
    if (r->dealt.features) /* they are filled in, and so are states */
        return;
    flat_add(f, "/rounds/1/feature_names", FLAT_STRING, 1, &r->features, r->feature_names, 0);
    if (!result_is_stateless(r) && !r->dealt.states)
        flat_add(f, "/rounds/1/states", FLAT_NUMBER, 2, states, r->states, 0);
    if (!result_is_stateless(r) && r->salts)
        flat_add(f, "/rounds/1/salts", FLAT_BYTES, 1, &salts, r->salts, 0);
    if (r->disclose < DISCLOSE_FEATURES)
        return;
    flat_add(f, "/rounds/1/features", FLAT_NUMBER, 2, features, r->values, 0);
    flat_add(f, "/rounds/1/errors", FLAT_NUMBER, 2, features, r->errors, 0);
    flat_add(f, "/rounds/1/centre", FLAT_NUMBER, 1, &r->features, r->centre, 0);
}

struct flat *result_document(const struct result *r, struct err *e)
{
    static const struct result_arrays none;
    struct flat *f = flat_create(e);

    if (!f)
        return NULL;
    add_head(f, r);
    int rc = add_slaves(f, r, e);
    if (r->model_length == 0)
        add_round(f, r);
    else if (rc == 0)
        rc = result_add_rounds(f, r, e);
    add_arrays(f, "/aggregate", &r->accepted);
    if (!r->dealt.aggregate)
        flat_add(f, "/aggregate_state", FLAT_NUMBER, 1, &r->length, r->aggregate, 0);
    add_arrays(f, "/unfiltered", result_is_stateless(r) ? &none : &r->all);
    add_robust(f, &r->robust, r->features);
    if (rc == 0)
        rc = preparation_add(f, r, e);
    if (rc == 0 && flat_ok(f, e) == 0)
        return f;
    flat_destroy(f);
    return NULL;
}

int result_write(const struct result *r, const char *path, struct err *e)
{
    struct flat *f = result_document(r, e);
    int rc = f ? writer_write(path, f, WRITER_OWN, e) : -1;

    flat_destroy(f);
    return rc;
}

int result_write_sharded(const struct result *r, const char *path, result_fill *fill, void *context,
                         struct err *e)
{
    struct flat *f = result_document(r, e);
    int rc = f ? writer_write_slabs(path, f, WRITER_OWN, fill, context, e) : -1;

    flat_destroy(f);
    return rc;
}

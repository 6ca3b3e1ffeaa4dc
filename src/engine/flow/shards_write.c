/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a result that no rank holds, a part at a time. */
#include "engine/flow/shards.h"
#include "engine/flow/shards_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char names[] = "/rounds/1/feature_names", aggregate[] = "/aggregate_state";
static const char states[] = "/rounds/1/states", features[] = "/rounds/1/features";
static const char errors[] = "/rounds/1/errors", centre[] = "/rounds/1/centre";

enum { PATH = 120 };

/* What is being written. */
struct writing {
    struct shards_arrays arrays; /* the first member */
    const char *group;           /* where they are */
    double items;                /* of the sum that is written */
    size_t size;                 /* of a feature's name, bytes */
    char *names;                 /* of those of a block */
    double *means;               /* of a block of a result */
    size_t *slave;               /* whose results are in */
};

/* Returns the bytes of the longest name of a feature. */
static size_t longest_name(const struct job *j)
{
    char name[BOUND_FEATURE];
    size_t longest = 1;

    for (size_t i = 0; i < j->result->features; i++) {
        bound_feature_name(j->bound, i, name, sizeof name);
        size_t len = strlen(name);
        longest = len > longest ? len : longest;
    }
    return longest;
}

static int write_array(struct function_output *out, const struct function_array *a)
{
    struct writing *w = (struct writing *)out;
    char path[PATH];

    if (!result_find(&w->arrays.job->apart, a->name))
        return 0; /* it is there */
    snprintf(path, sizeof path, "%s/%.64s", w->group, a->name);
    return slabs_numbers(w->arrays.file, path, w->arrays.part.first, a->rows, a->values,
                         w->arrays.e);
}

/* The finished arrays of a block of the sum. */
static int write_arrays(void *context, size_t first, size_t count, const double *values,
                        struct err *e)
{
    struct writing *w = context;

    w->arrays.e = e;
    w->arrays.part = (struct function_part){w->items, first, count, values};
    return shards_finish(&w->arrays, e);
}

static int write_names(struct writing *w, size_t first, size_t count, struct err *e)
{
    char name[BOUND_FEATURE];

    memset(w->names, 0, count * w->size);
    for (size_t i = 0; i < count; i++) {
        bound_feature_name(w->arrays.job->bound, first + i, name, sizeof name);
        memcpy(w->names + i * w->size, name, strlen(name));
    }
    return slabs_strings(w->arrays.file, names, first, count, w->names, e);
}

static int write_aggregate(void *context, size_t first, size_t count, const double *values,
                           struct err *e)
{
    struct writing *w = context;

    if (slabs_numbers(w->arrays.file, aggregate, 1 + first, count, values, e) < 0 ||
        write_names(w, first, count, e) < 0)
        return -1;
    return write_arrays(w, first, count, values, e);
}

static int write_centre(void *context, size_t first, size_t count, const double *values,
                        struct err *e)
{
    struct writing *w = context;

    return slabs_numbers(w->arrays.file, centre, first, count, values, e);
}

/* A block of a state, and what is compared of it: see finish_part in metaneuron/function.h. */
static int write_result(void *context, size_t result, size_t first, size_t count,
                        const double *values, struct err *e)
{
    struct writing *w = context;
    size_t k = w->slave[result];
    double items = w->arrays.job->partitions[k].items;

    for (size_t i = 0; i < count; i++)
        w->means[i] = items != 0 ? values[i] / items : 0;
    if (slabs_row(w->arrays.file, states, k, 1 + first, count, values, e) < 0 ||
        slabs_row(w->arrays.file, features, k, first, count, w->means, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        w->means[i] = items != 0 ? 0 : INFINITY;
    return slabs_row(w->arrays.file, errors, k, first, count, w->means, e);
}

/* Who has not answered has zeros. */
static int write_absent(struct writing *w, size_t k, struct err *e)
{
    size_t d = w->arrays.job->result->features;

    memset(w->means, 0, SHARD_BLOCK * sizeof *w->means);
    for (size_t at = 0; at < d; at += SHARD_BLOCK) {
        size_t count = d - at < SHARD_BLOCK ? d - at : SHARD_BLOCK;
        if (slabs_row(w->arrays.file, states, k, 1 + at, count, w->means, e) < 0 ||
            slabs_row(w->arrays.file, features, k, at, count, w->means, e) < 0 ||
            slabs_row(w->arrays.file, errors, k, at, count, w->means, e) < 0)
            return -1;
    }
    return slabs_row(w->arrays.file, states, k, 0, 1, w->means, e);
}

static int make_arrays(const struct writing *w, struct err *e)
{
    const struct job *j = w->arrays.job;
    char path[PATH];

    for (size_t i = 0; i < j->apart.count; i++) {
        snprintf(path, sizeof path, "%s/%.64s", w->group, j->apart.list[i].name);
        if (slabs_make(w->arrays.file, path, j->result->features, 0, j->apart.list[i].help, e) < 0)
            return -1;
    }
    return 0;
}

/* The aggregate, what is finished of it, and the names of features. */
static int fill_aggregate(struct writing *w, struct err *e)
{
    struct job *j = w->arrays.job;
    const struct result *r = j->result;

    w->group = "/aggregate";
    w->items = j->items;
    if (slabs_make(w->arrays.file, names, r->features, w->size, NULL, e) < 0 ||
        slabs_make(w->arrays.file, aggregate, r->length, 0, NULL, e) < 0 || make_arrays(w, e) < 0 ||
        slabs_numbers(w->arrays.file, aggregate, 0, 1, &j->items, e) < 0 ||
        shards_begin_step(j, SHARDS_DELIVER, e) < 0)
        return -1;
    return shard_deliver(j->shards->shard, write_aggregate, w, e);
}

/* What is of single slaves. */
static int fill_results(struct writing *w, struct err *e)
{
    struct job *j = w->arrays.job;
    const struct result *r = j->result;
    struct slabs *file = w->arrays.file;
    size_t n = 0;

    if (slabs_make_rows(file, states, r->slaves, r->length, e) < 0 ||
        slabs_make_rows(file, features, r->slaves, r->features, e) < 0 ||
        slabs_make_rows(file, errors, r->slaves, r->features, e) < 0 ||
        slabs_make(file, centre, r->features, 0, NULL, e) < 0)
        return -1;
    for (size_t k = 0; k < r->slaves; k++) {
        if (!r->slave[k].answered) {
            if (write_absent(w, k, e) < 0)
                return -1;
            continue;
        }
        w->slave[n++] = k;
        if (slabs_row(file, states, k, 0, 1, &j->partitions[k].items, e) < 0)
            return -1;
    }
    if (shards_begin_step(j, SHARDS_RESULTS, e) < 0 ||
        shard_deliver_results(j->shards->shard, write_result, w, e) < 0 ||
        shards_begin_step(j, SHARDS_CENTRE, e) < 0)
        return -1;
    return shard_deliver_centre(j->shards->shard, write_centre, w, e);
}

/* What would be finished without the filter. */
static int fill_unfiltered(struct writing *w, struct err *e)
{
    struct job *j = w->arrays.job;

    w->group = "/unfiltered";
    w->items = j->all_items;
    if (make_arrays(w, e) < 0 || shards_begin_step(j, SHARDS_DELIVER, e) < 0)
        return -1;
    return shard_deliver(j->shards->shard, write_arrays, w, e);
}

static int fill(struct slabs *file, void *context, struct err *e)
{
    struct job *j = context;
    struct writing w = {.arrays = {{write_array}, j, {0}, file, e}, .size = longest_name(j)};
    bool stateless = result_is_stateless(j->result);

    w.names = err_alloc(SHARD_BLOCK, w.size, "names", e);
    w.means = err_alloc(SHARD_BLOCK, sizeof *w.means, "means", e);
    w.slave = err_alloc(j->shards->n, sizeof *w.slave, "results", e);
    int rc = w.names && w.means && w.slave ? fill_aggregate(&w, e) : -1;
    if (rc == 0 && !stateless && (rc = fill_results(&w, e)) == 0) {
        double items; /* as they are known */
        rc = shards_take(j, true, &items, e) < 0 ? -1 : fill_unfiltered(&w, e);
    }
    free(w.names);
    free(w.means);
    free(w.slave);
    return rc;
}

/* Of what would be finished without the filter, arrays that are not taken apart stand in the
 * document: they are as of any part. */
static int add_unfiltered(struct function_output *out, const struct function_array *a)
{
    struct shards_arrays *x = (struct shards_arrays *)out;

    if (result_find(&x->job->apart, a->name))
        return 0;
    return result_add(&x->job->result->all, a, x->e);
}

static int finish_unfiltered(struct job *j, struct err *e)
{
    struct shards_arrays x = {.output = {add_unfiltered}, .job = j, .e = e};
    const double none[2] = {0};
    size_t n = 0;

    j->all_items = 0;
    for (size_t k = 0; k < j->result->slaves; k++) {
        if (!j->result->slave[k].answered)
            continue;
        if (shard_finite(j->shards->shard)[n++] && isfinite(j->partitions[k].items))
            j->all_items += j->partitions[k].items;
    }
    x.part = (struct function_part){j->all_items, 0, j->result->features > 1 ? 2 : 1, none};
    return shards_finish(&x, e);
}

/* Effect: the job knows what each rank has sent and used. */
static int learn_accounts(struct job *j, struct err *e)
{
    int ranks = j->shards->ranks;
    struct shard_account *all = err_alloc((size_t)ranks, sizeof *all, "accounts", e);
    int rc = all ? shards_begin_step(j, SHARDS_ACCOUNT, e) : -1;

    if (rc == 0)
        rc = shard_accounts(j->shards->shard, all, e);
    j->ranks = err_alloc((size_t)ranks, sizeof *j->ranks, "accounts", e);
    for (int r = 0; rc == 0 && j->ranks && r < ranks; r++)
        j->ranks[r] = (struct engine_rank){all[r].sent, all[r].received, all[r].least_sent,
                                           all[r].least_received, all[r].peak};
    j->ranks_count = j->ranks ? (size_t)ranks : 0;
    free(all);
    return j->ranks ? rc : -1;
}

int shards_write(struct job *j, const char *path, struct err *e)
{
    if (!result_is_stateless(j->result) && finish_unfiltered(j, e) < 0)
        return -1;
    if (result_write_sharded(j->result, path, fill, j, e) < 0)
        return -1;
    return learn_accounts(j, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a result that no rank holds, a part at a time. */
#include "engine/flow/shards.h"
#include "engine/flow/shards_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char names[] = "/rounds/1/feature_names", aggregate[] = "/aggregate_state";
static const char centre[] = "/rounds/1/centre", middle[] = "/robust/features";

/* What is being written. */
struct writing {
    struct shards_arrays arrays; /* the first member */
    const char *group;           /* where they are */
    double items;                /* of the sum that is written */
    size_t size;                 /* of a feature's name, bytes */
    char *names;                 /* of those of a block */
    const char *path;            /* of what is written block by block */
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

/* Numbers that pass the master in the order in which they stand. */
static int write_numbers(void *context, size_t first, size_t count, const double *values,
                         struct err *e)
{
    struct writing *w = context;

    return slabs_numbers(w->arrays.file, w->path, first, count, values, e);
}

static int write_array(struct function_output *out, const struct function_array *a)
{
    struct writing *w = (struct writing *)out;
    char path[SHARDS_PATH];

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
    return shards_finish_part(&w->arrays, e);
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

static int make_arrays(const struct writing *w, struct err *e)
{
    const struct job *j = w->arrays.job;
    char path[SHARDS_PATH];

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

/* The names of features, where the aggregate does not pass the master. */
static int fill_names(struct writing *w, struct err *e)
{
    size_t d = w->arrays.job->result->features;

    if (slabs_make(w->arrays.file, names, d, w->size, NULL, e) < 0)
        return -1;
    for (size_t at = 0; at < d; at += SHARD_BLOCK)
        if (write_names(w, at, d - at < SHARD_BLOCK ? d - at : SHARD_BLOCK, e) < 0)
            return -1;
    return 0;
}

/* What is in the middle of features: the filter's centre, or the estimate. */
static int fill_middle(struct writing *w, const char *path, enum shards_step step, struct err *e)
{
    struct job *j = w->arrays.job;
    struct shard *s = j->shards->shard;

    w->path = path;
    if (slabs_make(w->arrays.file, path, j->result->features, 0, NULL, e) < 0 ||
        shards_begin_step(j, step, e) < 0)
        return -1;
    return step == SHARDS_CENTRE ? shard_deliver_centre(s, write_numbers, w, e)
                                 : shard_deliver_middle(s, write_numbers, w, e);
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

/* What is dealt together with its features. */
static int fill_dealt(struct writing *w, struct err *e)
{
    struct job *j = w->arrays.job;
    bool parts = j->result->dealt.aggregate, stateless = result_is_stateless(j->result);

    w->names = err_alloc(SHARD_BLOCK, w->size, "names", e);
    int rc = !w->names ? -1 : parts ? fill_aggregate(w, e) : fill_names(w, e);
    if (rc == 0 && !stateless)
        rc = fill_middle(w, centre, SHARDS_CENTRE, e);
    if (rc == 0 && j->result->robust.dealt)
        rc = fill_middle(w, middle, SHARDS_MIDDLE, e);
    if (rc == 0 && !stateless)
        rc = shards_fill_states(j, w->arrays.file, e);
    if (rc == 0 && !stateless && parts) {
        double items; /* as they are known */
        rc = shards_add_up(j, true, &items, e) < 0 ? -1 : fill_unfiltered(w, e);
    }
    free(w->names);
    return rc;
}

static int fill(struct slabs *file, void *context, struct err *e)
{
    struct job *j = context;
    struct writing w = {.arrays = {{write_array}, j, {0}, file, e}};

    if (!j->result->dealt.features)
        return shards_fill_states(j, file, e) < 0 ? -1 : shards_fill_rounds(j, file, e);
    w.size = longest_name(j);
    return fill_dealt(&w, e);
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

    j->all_items = 0;
    for (size_t k = 0; k < j->result->slaves; k++)
        if (j->result->slave[k].answered && !j->result->slave[k].unfit)
            j->all_items += j->result->slave[k].counted;
    x.part = (struct function_part){j->all_items, 0, j->result->features > 1 ? 2 : 1, none};
    return shards_finish_part(&x, e);
}

/* Effect: the job knows what each rank has sent and used. */
static int learn_accounts(struct job *j, struct err *e)
{
    int ranks = j->shards->ranks;
    struct shard_account *all = err_alloc((size_t)ranks, sizeof *all, "accounts", e);
    struct shard_account mine = shards_account(j->shards);
    int rc = all ? shards_begin_step(j, SHARDS_ACCOUNT, e) : -1;

    if (rc == 0)
        rc = together_gather(j->transport, ranks, &mine, sizeof mine, all, e);
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
    if (j->result->dealt.aggregate && !result_is_stateless(j->result) &&
        finish_unfiltered(j, e) < 0)
        return -1;
    if (result_write_sharded(j->result, path, fill, j, e) < 0)
        return -1;
    return learn_accounts(j, e);
}

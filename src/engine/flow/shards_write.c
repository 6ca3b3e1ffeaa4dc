/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a result that no rank holds, a part at a time. */
#include "engine/flow/shards.h"
#include "engine/flow/shards_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char names[] = "/rounds/1/feature_names", state[] = "/aggregate_state";

enum { PATH = 120 };

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

/* What is being written. */
struct writing {
    struct shards_arrays arrays; /* the first member */
    size_t size;                 /* of a feature's name, bytes */
    char *names;                 /* of those of a block */
};

static int write_array(struct function_output *out, const struct function_array *a)
{
    struct shards_arrays *x = (struct shards_arrays *)out;
    char path[PATH];

    if (!result_find(&x->job->apart, a->name))
        return 0; /* it is there */
    snprintf(path, sizeof path, "/aggregate/%.64s", a->name);
    return slabs_numbers(x->file, path, x->part.first, a->rows, a->values, x->e);
}

static int write_names(struct writing *w, struct err *e)
{
    const struct function_part *part = &w->arrays.part;
    char name[BOUND_FEATURE];

    memset(w->names, 0, part->count * w->size);
    for (size_t i = 0; i < part->count; i++) {
        bound_feature_name(w->arrays.job->bound, part->first + i, name, sizeof name);
        memcpy(w->names + i * w->size, name, strlen(name));
    }
    return slabs_strings(w->arrays.file, names, part->first, part->count, w->names, e);
}

static int write_block(void *context, size_t first, size_t count, const double *values,
                       struct err *e)
{
    struct writing *w = context;

    w->arrays.e = e;
    w->arrays.part = (struct function_part){w->arrays.job->items, first, count, values};
    if (slabs_numbers(w->arrays.file, state, 1 + first, count, values, e) < 0 ||
        write_names(w, e) < 0)
        return -1;
    return shards_finish(&w->arrays, e);
}

static int make_datasets(struct job *j, struct slabs *file, size_t size, struct err *e)
{
    const struct result *r = j->result;
    char path[PATH];

    if (slabs_make(file, names, r->features, size, NULL, e) < 0 ||
        slabs_make(file, state, r->length, 0, NULL, e) < 0)
        return -1;
    for (size_t i = 0; i < j->apart.count; i++) {
        snprintf(path, sizeof path, "/aggregate/%.64s", j->apart.list[i].name);
        if (slabs_make(file, path, r->features, 0, j->apart.list[i].help, e) < 0)
            return -1;
    }
    return slabs_numbers(file, state, 0, 1, &j->items, e);
}

static int fill(struct slabs *file, void *context, struct err *e)
{
    struct job *j = context;
    struct writing w = {.arrays = {{write_array}, j, {0}, file, e}, .size = longest_name(j)};

    w.names = err_alloc(SHARD_BLOCK, w.size, "names", e);
    int rc = w.names ? make_datasets(j, file, w.size, e) : -1;
    if (rc == 0 && (rc = shards_begin_step(j, SHARDS_DELIVER, e)) == 0)
        rc = shard_deliver(j->shards->shard, write_block, &w, e);
    free(w.names);
    return rc;
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
    if (result_write_sharded(j->result, path, fill, j, e) < 0)
        return -1;
    return learn_accounts(j, e);
}

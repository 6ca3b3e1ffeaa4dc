/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges results that no rank holds. */
#include "engine/flow/shards.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/shards_private.h"
#include "engine/judge/merge.h"

size_t shards_list_taken(const struct job *j, bool all, bool *taken)
{
    size_t n = 0, count = 0;

    for (size_t k = 0; k < j->result->slaves; k++) {
        const struct result_slave *s = &j->result->slave[k];
        if (!s->answered)
            continue;
        taken[n] = (all || !s->decision.rejected) && !s->unfit;
        count += taken[n++];
    }
    return count;
}

int shards_add_up(struct job *j, bool all, double *items, struct err *e)
{
    bool *taken = err_alloc(j->shards->n, sizeof *taken, "the merge", e);
    size_t n = 0, count = taken ? shards_list_taken(j, all, taken) : 0;

    *items = 0;
    if (!taken)
        return -1;
    for (size_t k = 0; k < j->result->slaves; k++) {
        const struct result_slave *s = &j->result->slave[k];
        if (!s->answered)
            continue;
        *items += taken[n] ? s->counted : 0;
        taken[n] &= s->counted != 0; /* one that is empty adds nothing, as in bound_merge() */
        n++;
    }
    int rc = count > 0 ? shards_begin_step(j, SHARDS_MERGE, e) : 0;
    if (rc == 0 && count > 0)
        rc = shard_merge(j->shards->shard, taken, e);
    free(taken);
    return rc < 0 ? -1 : (int)count;
}

/* The same of whole states, into state. */
static int merge_states(struct job *j, bool all, double *state, struct err *e)
{
    bool *taken = err_alloc(j->shards->n, sizeof *taken, "the merge", e);
    size_t count = taken ? shards_list_taken(j, all, taken) : 0;
    const struct shards_call call = {.taken = taken, .merged = state};
    int rc = taken ? 0 : -1;

    if (rc == 0 && count > 0 && (rc = shards_begin_step(j, SHARDS_MERGE, e)) == 0)
        rc = shards_merge_states(j->shards, &call, e);
    free(taken);
    return rc < 0 ? -1 : (int)count;
}

/* What the sum is learnt from, block by block. */
struct merging {
    struct shards_arrays arrays; /* the first member */
    struct hash *hash;
};

static int see_block(void *context, size_t first, size_t count, const double *values, struct err *e)
{
    struct merging *m = context;

    hash_add_doubles(m->hash, values, count);
    if (first > 0)
        return 0;
    m->arrays.part = (struct function_part){m->arrays.job->items, first, count, values};
    return shards_finish_part(&m->arrays, e);
}

/* Of the arrays those that are not taken apart are in the result; of the others it is known which
 * there are. */
static int learn_array(struct function_output *out, const struct function_array *a)
{
    struct shards_arrays *x = (struct shards_arrays *)out;
    struct job *j = x->job;

    if (!shards_is_apart(x, a))
        return result_add(&j->result->accepted, a, x->e);
    const double none = 0;
    const struct function_array name = {a->name, a->help, 1, 1, NULL, NULL, &none};
    return result_add(&j->apart, &name, x->e);
}

static int merge_parts(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct merging m = {.arrays = {{learn_array}, j, {0}, NULL, e}, .hash = hash_create(e)};
    int count = m.hash ? shards_add_up(j, false, &j->items, e) : -1;
    int rc = count > 0 ? 0 : count < 0 ? -1 : judge_refuse(j->result, e);

    if (rc == 0 && (rc = shards_begin_step(j, SHARDS_DELIVER, e)) == 0) {
        hash_add_doubles(m.hash, &j->items, 1);
        rc = shard_deliver(j->shards->shard, see_block, &m, e);
    }
    if (rc == 0)
        rc = hash_final(m.hash, digest, e);
    hash_destroy(m.hash);
    return rc;
}

int shards_merge(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct result *r = j->result;

    if (r->dealt.aggregate)
        return merge_parts(j, digest, e);
    int count = merge_states(j, false, r->aggregate, e);
    if (count <= 0)
        return count < 0 ? -1 : judge_refuse(r, e);
    return hash_doubles(r->aggregate, r->length, digest, e);
}

/* For comparison only, as in judge_finish(): if nothing was rejected that could be merged, it is what
 * there is. */
static void finish_all(struct job *j)
{
    struct result *r = j->result;
    bool *taken = err_alloc(j->shards->n, sizeof *taken, "the merge", NULL);
    double *everything = NULL;

    if (!taken)
        return;
    size_t accepted = shards_list_taken(j, false, taken), all = shards_list_taken(j, true, taken);
    free(taken);
    if (all > accepted) {
        everything = err_alloc(r->length, sizeof *everything, "a state", NULL);
        if (!everything || merge_states(j, true, everything, NULL) < 0) {
            free(everything);
            return;
        }
    }
    judge_arrays(j->bound, everything ? everything : r->aggregate, &r->all, NULL);
    free(everything);
}

int shards_finish(struct job *j, bool last, struct err *e)
{
    if (j->result->dealt.aggregate)
        return 0;
    if (judge_finish_accepted(j->bound, j->result, e) < 0)
        return -1;
    if (last)
        finish_all(j);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges and merges results that no rank holds. */
#include "engine/flow/shards.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/answered.h"
#include "engine/flow/openings.h"
#include "engine/flow/shards_private.h"
#include "engine/flow/status.h"
#include "engine/judge/decisions.h"
#include "engine/judge/merge.h"
#include "ledger/fold/reason.h"

enum { READ = 8192 }; /* doubles at a time */

/* The file that keeps an objection to result k, which cannot be found again later. */
static const char *objection_name(uint32_t k, char name[static SUBMITTED_NAME])
{
    snprintf(name, SUBMITTED_NAME, "objection-%" PRIu32, k + 1);
    return name;
}

static int keep_objection(struct job *j, uint32_t k, const char *objection, struct err *e)
{
    char name[SUBMITTED_NAME];
    struct buf b = {0};

    if (!objection[0])
        return 0;
    seal_start(&b);
    buf_adds(&b, objection);
    int rc = seal_write(&j->seal, objection_name(k, name), &b, e);
    buf_free(&b);
    return rc;
}

int shards_accept(struct job *j, const struct message *m, bool opened, struct err *e)
{
    struct result_slave *s = &j->result->slave[m->partition];
    char objection[200] = "";
    struct shards_said said;

    if (m->length != sizeof said)
        return err_set(e, ERR_SOFTWARE,
                       "slave %s says %" PRIu64 " bytes of its state, expected %zu", s->name,
                       m->length, sizeof said);
    memcpy(&said, m->payload, sizeof said);
    if (!opened)
        snprintf(objection, sizeof objection, "%s", reason_text(REASON_COMMITMENT));
    else if (said.items != (double)s->items)
        snprintf(objection, sizeof objection, "count: the state has %.17g items, the claim %.0f",
                 said.items, (double)s->items);
    if (keep_objection(j, m->partition, objection, e) < 0 ||
        result_set(&s->objection, objection, e) < 0 || (opened && openings_keep(j, m, e) < 0))
        return -1;
    memcpy(j->partitions[m->partition].state, said.digest, SHA256_LEN);
    j->partitions[m->partition].items = said.items;
    return answered_accept(j, m, said.digest, e);
}

/* Whether the file has that very state; *items is its first double. Memory: a part of it. */
static bool is_there(const struct job *j, uint32_t k, const uint8_t digest[static SHA256_LEN],
                     double *items)
{
    double part[READ];
    size_t left = j->result->length - 1;
    struct submitted *x = submitted_open(j->directory, k, j->result->length, digest, items, NULL);
    int rc = x ? 0 : -1;

    for (size_t n; rc == 0 && left > 0; left -= n) {
        n = left < READ ? left : READ;
        rc = submitted_read(x, n, part, NULL);
    }
    submitted_close(x);
    return rc == 0;
}

int shards_resume(struct job *j, uint32_t k, const struct run_slave *known, struct err *e)
{
    struct result_slave *s = &j->result->slave[k];
    char name[SUBMITTED_NAME], *objection = NULL;
    size_t len;

    if (!is_there(j, k, known->state, &j->partitions[k].items))
        return 0;
    int found = job_read(j, objection_name(k, name), 4096, &objection, &len, e);
    if (found < 0)
        return -1;
    int rc = result_set(&s->objection, found > 0 ? objection : "", e);
    free(objection);
    memcpy(j->partitions[k].state, known->state, SHA256_LEN);
    s->answered = true;
    s->items = known->items;
    s->seconds = known->seconds;
    j->partitions[k].stage = JOB_ANSWERED;
    return rc == 0 && known->node ? result_set(&s->node, known->node, e) : rc;
}

/* Returns the rank that reads result k: who computed it, or any. */
static int owner_of(const struct job *j, size_t k)
{
    const struct job_partition *p = &j->partitions[k];
    int groups = transport_groups(j->transport);

    if (transport_size(j->transport) == 1)
        return 0;
    return transport_leader(j->transport, p->claimed ? p->group : (int)(k % (size_t)groups));
}

/* Effect: all ranks of all groups take that step, as the master is about to do. */
static int tell_step(struct job *j, const void *bytes, size_t len, struct err *e)
{
    struct message *m = message_create(MESSAGE_SHARD, 0, len, e);
    int rc = m ? 0 : -1;

    if (m) {
        memcpy(m->payload, bytes, len);
        memcpy(m->run, j->run.key, sizeof j->run.key);
    }
    for (int g = 0;
         transport_size(j->transport) > 1 && rc == 0 && g < transport_groups(j->transport); g++)
        rc = transport_send(j->transport, g, m, e);
    free(m);
    return rc;
}

int shards_begin_step(struct job *j, enum shards_step step, struct err *e)
{
    const struct shards_head head = {.step = step};

    return tell_step(j, &head, sizeof head, e);
}

/* Effect: every rank has its blocks of all results that are in. */
static int collect(struct job *j, struct err *e)
{
    struct buf b = {0};
    int ranks = transport_size(j->transport) == 1
                    ? 1
                    : transport_leader(j->transport, transport_groups(j->transport));
    struct shards_head head = {
        .step = SHARDS_COLLECT, .ranks = (uint64_t)ranks, .length = j->result->length};

    for (size_t k = 0; k < j->result->slaves; k++)
        head.n += j->result->slave[k].answered;
    buf_add(&b, &head, sizeof head);
    for (size_t k = 0; k < j->result->slaves; k++) {
        struct shards_result r = {.partition = k, .owner = (uint64_t)owner_of(j, k)};
        memcpy(r.digest, j->partitions[k].state, sizeof r.digest);
        if (j->result->slave[k].answered)
            buf_add(&b, &r, sizeof r);
    }
    transport_watch(j->transport, j->plan->options->lease, status_tick, j);
    j->shards = err_alloc(1, sizeof *j->shards, "results", e);
    int rc = buf_failed(&b) ? err_memory(e, "results") : j->shards ? 0 : -1;
    if (rc == 0 && (rc = tell_step(j, b.data, b.len, e)) == 0)
        rc = shards_collect(j->shards, j->transport, j->directory, b.data, b.len, e);
    buf_free(&b);
    return rc;
}

/* The filter, over the blocks of all ranks. */
static int apply(void *context, const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e)
{
    struct job *j = context;
    struct filter_input with_items = *in;
    double *items = err_alloc(in->n, sizeof *items, "the filter", e);
    size_t n = 0;

    for (size_t k = 0; items && k < j->result->slaves; k++)
        if (j->result->slave[k].answered)
            items[n++] = (double)j->result->slave[k].items;
    with_items.items = items;
    int rc = items ? shards_begin_step(j, SHARDS_FILTER, e) : -1;
    if (rc == 0)
        rc = shard_filter(j->shards->shard, &shards_compared, o, &with_items, out, e);
    free(items);
    return rc;
}

int shards_judge(struct job *j, struct err *e)
{
    if (collect(j, e) < 0)
        return -1;
    return judge_decisions_by(apply, j, j->plan->contract, j->bound, j->result, e);
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
    return shards_finish(&m->arrays, e);
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

int shards_take(struct job *j, bool all, double *items, struct err *e)
{
    bool *taken = err_alloc(j->shards->n, sizeof *taken, "the merge", e);
    const bool *finite = shard_finite(j->shards->shard);
    size_t n = 0, count = 0;

    *items = 0;
    if (!taken)
        return -1;
    for (size_t k = 0; k < j->result->slaves; k++) {
        const struct result_slave *s = &j->result->slave[k];
        const double first = j->partitions[k].items;
        if (!s->answered)
            continue;
        /* One that is empty adds nothing, as in bound_merge(). */
        taken[n] = (all || !s->decision.rejected) && finite[n] && isfinite(first);
        count += taken[n];
        *items += taken[n] ? first : 0;
        taken[n] &= first != 0;
        n++;
    }
    int rc = count > 0 ? shards_begin_step(j, SHARDS_MERGE, e) : 0;
    if (rc == 0 && count > 0)
        rc = shard_merge(j->shards->shard, taken, e);
    free(taken);
    return rc < 0 ? -1 : (int)count;
}

int shards_merge(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct merging m = {.arrays = {{learn_array}, j, {0}, NULL, e}, .hash = hash_create(e)};
    int count = m.hash ? shards_take(j, false, &j->items, e) : -1;
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

void shards_close(struct job *j)
{
    transport_watch(j->transport, 0, NULL, NULL);
    if (j->shards)
        shards_free(j->shards);
    free(j->shards);
    result_free_arrays(&j->apart);
    j->shards = NULL;
}

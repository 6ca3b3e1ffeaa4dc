/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges results that no rank holds. */
#include "engine/flow/shards.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/shards_private.h"
#include "engine/flow/status.h"
#include "engine/judge/decisions.h"
#include "engine/judge/robust.h"

int shards_prepare(struct job *j, struct bound *b, struct err *e)
{
    enum shards_kind kind;

    if (shards_choose(j->plan->options->shard, j->plan->contract, b, &kind, e) < 0)
        return -1;
    j->kind = kind;
    j->result->dealt =
        (struct result_dealt){kind >= SHARDS_STATES, kind >= SHARDS_FEATURES, kind >= SHARDS_ALL};
    return 0;
}

/* Returns how many ranks take part. */
static int count_ranks(const struct job *j)
{
    return transport_size(j->transport) == 1
               ? 1
               : transport_leader(j->transport, transport_groups(j->transport));
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

/* Effect: the job has a place for what the master has of results; ranks are waited for as long as for
 * any sign of life. */
static int begin(struct job *j, struct err *e)
{
    transport_watch(j->transport, j->plan->options->lease, status_tick, j);
    if (!j->shards)
        j->shards = err_alloc(1, sizeof *j->shards, "results", e);
    if (!j->shards)
        return -1;
    j->shards->t = j->transport;
    memcpy(j->shards->directory, j->directory, sizeof j->directory);
    return 0;
}

int shards_tell_model(struct job *j, struct err *e)
{
    const struct shards_head head = {.step = SHARDS_MODEL,
                                     .ranks = (uint64_t)count_ranks(j),
                                     .round = j->round,
                                     .length = j->iterative ? bound_model_length(j->bound) : 0};

    if (!j->iterative || !j->model || j->told == j->round || transport_size(j->transport) == 1)
        return 0;
    j->told = j->round;
    if (begin(j, e) < 0 || tell_step(j, &head, sizeof head, e) < 0)
        return -1;
    int rc =
        together_share(j->transport, (int)head.ranks, j->model, head.length, &j->shards->least, e);
    transport_watch(j->transport, 0, NULL, NULL);
    return rc;
}

/* Adds what a rank must know to read results: which there are, and the columns that they are of. */
static void describe(const struct job *j, struct buf *b)
{
    struct shards_head head = {.step = SHARDS_COLLECT,
                               .ranks = (uint64_t)count_ranks(j),
                               .length = j->result->length,
                               .kind = (uint64_t)j->kind,
                               .round = shards_named_round(j)};

    for (size_t k = 0; k < j->result->slaves; k++)
        head.n += j->result->slave[k].answered;
    for (size_t i = 0; i < j->columns_count; i++)
        head.names += strlen(j->columns[i]) + 1;
    buf_add(b, &head, sizeof head);
    for (size_t k = 0; k < j->result->slaves; k++) {
        struct shards_result r = {.partition = k, .owner = (uint64_t)owner_of(j, k)};
        memcpy(r.digest, j->result->slave[k].state, sizeof r.digest);
        if (j->result->slave[k].answered)
            buf_add(b, &r, sizeof r);
    }
    for (size_t i = 0; i < j->columns_count; i++)
        buf_add(b, j->columns[i], strlen(j->columns[i]) + 1);
    while (b->len % sizeof(double) != 0) /* as payloads are */
        buf_addc(b, '\0');
}

/* Effect: what is compared of the results that are in is with who is to have it. */
static int collect(struct job *j, struct err *e)
{
    struct shards_call call = {.contract = j->plan->contract, .bound = j->bound};
    struct result *r = j->result;
    struct buf b = {0};
    size_t n = 0, d = r->features;

    if (shards_tell_model(j, e) < 0 || begin(j, e) < 0)
        return -1;
    if (!r->dealt.features) {
        call.values = err_alloc(r->slaves * d, sizeof *call.values, "the features", e);
        call.errors = err_alloc(r->slaves * d, sizeof *call.errors, "the features", e);
    }
    describe(j, &b);
    int rc = buf_failed(&b) ? err_memory(e, "results") : 0;
    if (!r->dealt.features && (!call.values || !call.errors))
        rc = -1;
    if (rc == 0 && (rc = tell_step(j, b.data, b.len, e)) == 0)
        rc = shards_collect(j->shards, j->transport, NULL, &call, b.data, b.len, e);
    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        if (!r->slave[k].answered)
            continue;
        r->slave[k].unfit = !j->shards->finite[n] || !isfinite(r->slave[k].counted);
        if (!r->dealt.features) {
            memcpy(r->values + k * d, call.values + n * d, d * sizeof *r->values);
            memcpy(r->errors + k * d, call.errors + n * d, d * sizeof *r->errors);
        }
        n++;
    }
    buf_free(&b);
    free(call.values);
    free(call.errors);
    return rc;
}

/* The filter, over the blocks of all ranks. */
static int apply(void *context, const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e)
{
    struct job *j = context;
    const struct shard_compared compared = shards_compared(j->shards);
    struct filter_input known = *in;
    double *items = err_alloc(in->n, sizeof *items, "the filter", e);
    size_t n = 0;

    for (size_t k = 0; items && k < j->result->slaves; k++)
        if (j->result->slave[k].answered)
            items[n++] = (double)j->result->slave[k].items;
    if (compared.means)
        known.items = items;
    known.features = known.errors = known.lower = known.upper = NULL;
    int rc = items ? shards_begin_step(j, SHARDS_FILTER, e) : -1;
    if (rc == 0)
        rc = shard_filter(j->shards->shard, &compared, o, &known, out, e);
    free(items);
    return rc;
}

/* What is compared of a result, for what is to be told of it. */
static const double *look(void *context, size_t row, struct err *e)
{
    struct job *j = context;

    return shards_look(j->shards, row, e) < 0 ? NULL : j->shards->value;
}

/* The estimate that the contract may ask for, over the blocks of all ranks. */
static int estimate(struct job *j, struct err *e)
{
    struct result *r = j->result;
    const struct shard_compared compared = shards_compared(j->shards);
    bool *taken = err_alloc(r->slaves, sizeof *taken, "an estimate", e), wanted;
    double *items = err_alloc(r->slaves, sizeof *items, "an estimate", e);
    size_t n = 0, scored = 0;
    struct err why = {0};

    for (size_t k = 0; taken && items && k < r->slaves; k++) {
        if (!r->slave[k].answered)
            continue;
        items[n] = fmax(1, (double)r->slave[k].items);
        scored += taken[n++] = !isnan(r->slave[k].decision.score);
    }
    int rc = taken && items ? judge_robust_begin(j->plan->contract, r, scored, &wanted, e) : -1;
    if (rc == 0 && wanted) {
        const struct shard_estimate x = {.method =
                                             (enum estimate_method)estimate_of(r->robust.method),
                                         .share = r->robust.share,
                                         .taken = taken,
                                         .items = items};
        rc = shards_begin_step(j, SHARDS_ESTIMATE, e);
        if (rc == 0)
            rc = shard_estimate(j->shards->shard, &compared, &x, &why);
        r->robust.dealt = rc == 0;
        if (rc < 0)
            rc = judge_robust_failed(r, &why, e);
    }
    free(taken);
    free(items);
    return rc;
}

int shards_judge(struct job *j, struct err *e)
{
    const struct judge_dealt dealt = {apply, look, j};

    if (collect(j, e) < 0)
        return -1;
    if (!j->result->dealt.features)
        return judge_decisions(j->plan->contract, j->bound, j->result, e);
    j->result->disclose = job_disclose(j);
    if (judge_decisions_by(&dealt, j->plan->contract, j->bound, j->result, e) < 0)
        return -1;
    shards_look_away(j->shards);
    return estimate(j, e);
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

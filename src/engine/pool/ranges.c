/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets groups of ranks compute ranges of work. */
#include "engine/pool/ranges.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/pool/ranges_inspect.h"
#include "engine/pool/ranges_offer.h"
#include "engine/pool/ranges_states.h"
#include "engine/pool/schedule.h"
#include "util/clock.h"
#include "util/file.h"

static bool is_done(const struct groups *s)
{
    const struct ranges *w = (const struct ranges *)s;

    for (size_t k = 0; k < w->ranges && !ranges_wanted(w); k++)
        if (w->g.j->partitions[k].stage != JOB_ANSWERED)
            return false;
    return !ranges_wanted(w);
}

/* What is told at the end of slaves that did nothing: the first reason, but rather one that may
 * be gone the next time. */
static void note_trouble(struct job *j, const char *slave, enum err_code code, const char *text)
{
    if (err_is_permanent(j->trouble.code) && !err_is_permanent(code))
        err_clear(&j->trouble);
    err_set(&j->trouble, code, "slave %s: %s", slave, text);
}

/* Without data there is nothing that a claim could be of. */
static int check_nothing(const struct message *m, struct err *why)
{
    static const uint8_t zeros[SHA256_LEN];

    if (m->items == 0 && m->units == 0 && m->length == 0 && m->text[0] == '\0' &&
        memcmp(m->commit, zeros, sizeof zeros) == 0 && memcmp(m->meaning, zeros, sizeof zeros) == 0)
        return 0;
    return err_set(why, ERR_INPUT, "claims data, and the contract has none");
}

static int ranges_take_claim(struct ranges *w, int group, const struct message *m, struct err *e)
{
    struct worker *x = &w->worker[group];
    const struct claimant by = claim_group(w->g.j, group);
    struct err why = {0};

    w->g.busy--;
    w->g.group[group].serves = -1;
    snprintf(x->node, sizeof x->node, "%s", by.node);
    snprintf(x->name, sizeof x->name, "%s/%s/%d", w->g.j->site, by.node, by.rank);
    claim_judge(w->g.j, &by, m, &why);
    if (why.code == ERR_NONE)
        check_nothing(m, &why);
    claim_warn(w->g.j, x->name, m);
    x->claimed = why.code == ERR_NONE;
    if (!x->claimed)
        note_trouble(w->g.j, x->name, why.code, why.text);
    const struct run_slave *known = runs_slave(&w->g.j->run, x->name);
    x->wrong = known && known->wrong; /* in an earlier start of this run */
    return claim_record(w->g.j, x->name, &by, m, &why, e);
}

/* Ranges that a group will not answer any more. */
static void drop_batch(struct ranges *w, const struct batch *b)
{
    for (uint32_t k = b->first; k < b->first + b->count; k++) {
        w->range[k].copies--;
        if (w->range[k].copies == 0 && w->g.j->partitions[k].stage == JOB_COMPUTING)
            ranges_take_back(w, k);
    }
}

static int ranges_take_states(struct ranges *w, int group, const struct batch *b,
                              const struct message *m, struct err *e)
{
    size_t length = w->g.j->result->length;
    const double *states = (const double *)(const void *)m->payload;
    double seconds = job_seconds(w->g.j, m->seconds) / b->count;

    if (m->length != b->count * length * sizeof(double))
        return err_set(e, ERR_SOFTWARE, "group %d sent %" PRIu64 " bytes of states, expected %zu",
                       group, m->length, b->count * length * sizeof(double));
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t k = b->first + i;
        const double *state = states + i * length;
        int rc;
        w->range[k].copies--;
        if (w->g.j->partitions[k].stage == JOB_ANSWERED)
            rc = ranges_compare(w, k, group, state, seconds, e);
        else
            rc = ranges_accept(w, k, group, w->worker[group].name, state, seconds, e);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int ranges_take(struct groups *s, int group, const struct message *m, struct err *e)
{
    struct ranges *w = (struct ranges *)s;
    struct worker *x = &w->worker[group];

    if (m->type == MESSAGE_CLAIMED || m->type == MESSAGE_DECLINED)
        return ranges_take_claim(w, group, m, e);
    if (x->batches == 0 || x->batch[0].first != m->partition || x->batch[0].count != m->ranges)
        return err_set(e, ERR_SOFTWARE, "group %d answered for ranges that it was not asked for",
                       group);
    struct batch b = x->batch[0];
    double now = clock_steady();
    if (m->type == MESSAGE_RESULT && !b.again) {
        x->per_range = fmax((now - x->free_at) / b.count, 1e-9);
        x->last = b.count;
    }
    memmove(x->batch, x->batch + 1, sizeof x->batch - sizeof *x->batch);
    x->batches--;
    x->free_at = now;
    w->g.busy -= x->batches == 0;
    w->g.group[group].serves = x->batches ? (int64_t)x->batch[0].first : -1;
    if (m->type == MESSAGE_RESULT && !x->wrong)
        return ranges_take_states(w, group, &b, m, e);
    drop_batch(w, &b);
    if (m->type == MESSAGE_HALTED)
        groups_halt(&w->g);
    if (m->type != MESSAGE_FAILED)
        return 0;
    /* A function that fails on these units fails on them anywhere: but that is for another
     * slave to show, and this one gets no more. */
    struct err why = {0};
    claim_trouble(m, &why);
    x->wrong = true;
    note_trouble(w->g.j, x->name, why.code, why.text);
    return submit_lost_record(w->g.j, x->name, x->node, why.text, e);
}

static int ranges_commit(struct pool *pool, bool last, struct err *e)
{
    struct ranges *w = (struct ranges *)pool;

    (void)last;
    return ranges_states_commit(w, e) < 0 ? -1 : job_commit(w->g.j, e);
}

static int ranges_check_complete(const struct pool *pool, struct err *e)
{
    const struct ranges *w = (const struct ranges *)pool;
    const struct job *j = w->g.j;
    size_t answered = 0;

    for (uint32_t k = 0; k < w->ranges; k++)
        if (w->range[k].inspection == INSPECT_THIRD)
            return err_set(e, ERR_INCOMPLETE,
                           "range %" PRIu32 ": slaves differ on it, and no third one is left that "
                           "could settle it: give more ranks",
                           k + 1);
    for (uint32_t k = 0; k < w->ranges; k++)
        answered += j->partitions[k].stage == JOB_ANSWERED;
    if (answered == w->ranges)
        return 0;
    return err_set(e, j->trouble.code ? j->trouble.code : ERR_INCOMPLETE,
                   "%zu of %zu ranges were computed%s%s", answered, w->ranges,
                   j->trouble.code ? "; " : "", j->trouble.text);
}

static void ranges_who(const struct pool *pool, int group, const char **slave, const char **node)
{
    const struct worker *x = &((const struct ranges *)pool)->worker[group];

    *slave = x->name[0] ? x->name : "-";
    *node = x->node[0] ? x->node : "-";
}

/* What some may still compute, others have done. */
static void stop(struct pool *pool)
{
    transport_halt(((struct ranges *)pool)->g.j->transport);
}

static void ranges_close(struct pool *pool)
{
    struct ranges *w = (struct ranges *)pool;

    for (size_t k = 0; w->range && k < w->ranges; k++)
        free(w->range[k].contested);
    free(w->range);
    free(w->worker);
    buf_free(&w->pending);
    file_close(w->fd);
    groups_close(&w->g);
    free(w);
}

struct pool *ranges_open(struct job *j, struct err *e)
{
    static const struct pool_ops pool = {
        .resume = ranges_states_open,
        .gather = schedule,
        .commit = ranges_commit,
        .inspect = ranges_inspect,
        .check_complete = ranges_check_complete,
        .who = ranges_who,
        .stop = stop,
        .close = ranges_close,
    };
    static const struct groups_ops ops = {
        .offer = ranges_offer, .is_done = is_done, .take = ranges_take};
    struct ranges *w = err_alloc(1, sizeof *w, "the work", e);

    if (!w)
        return NULL;
    *w = (struct ranges){.fd = -1, .ranges = j->result->slaves, .waiting = j->result->slaves};
    int rc = groups_open(&w->g, j, &pool, &ops, e);
    w->worker = err_alloc((size_t)w->g.count, sizeof *w->worker, "the work", e);
    w->range = err_alloc(w->ranges, sizeof *w->range, "the work", e);
    for (size_t k = 0; w->range && k < w->ranges; k++) {
        w->range[k].second = -1;
        j->partitions[k].units = contract_range_items(j->plan->contract, k);
    }
    if (rc == 0 && w->worker && w->range && ranges_draw(w, e) == 0)
        return &w->g.pool;
    ranges_close(&w->g.pool);
    return NULL;
}

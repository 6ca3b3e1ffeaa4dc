/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets groups of ranks compute partitions of data. */
#include "engine/pool/partitions.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/pool/schedule.h"
#include "util/clock.h"
#include "util/reasons.h"

/* Whether a group may be offered work: all may, once each has said that it is unfit,
 * for then their reasons are what is wanted. */
static bool is_fit(const struct groups *s, int group)
{
    return !s->group[group].unfit || s->fit == 0;
}

/* Returns whether a partition waits for that group: nobody has claimed it, or it has. */
static bool waits_for(const struct groups *s, size_t k, int group)
{
    const struct job_partition *p = &s->j->partitions[k];

    return p->stage == JOB_WAITING && (p->claimed ? p->group == group : is_fit(s, group));
}

/* Effect: the group is asked to claim a partition; or it has in an earlier round, and is
 * asked to compute it once what was taken from it before is durable. */
static int ask_group(struct groups *s, int g, size_t k, struct err *e)
{
    struct job_partition *p = &s->j->partitions[k];
    double now = clock_steady();

    p->stage = p->claimed ? JOB_CLAIMED : JOB_OFFERED;
    p->group = g;
    p->heard = s->group[g].heard = now;
    s->group[g].serves = (int64_t)k;
    s->busy++;
    return p->claimed ? 0 : groups_ask(s, g, MESSAGE_CLAIM, (uint32_t)k, 1, false, e);
}

/* Offers waiting partitions to the groups that have none. */
static int partitions_offer(struct groups *s, struct err *e)
{
    size_t S = s->j->result->slaves;

    for (int g = 0; g < s->count && !s->halting; g++) {
        size_t *k = &s->group[g].next;
        if (s->group[g].serves >= 0)
            continue;
        while (*k < S && !waits_for(s, *k, g))
            ++*k;
        if (*k < S && ask_group(s, g, *k, e) < 0)
            return -1;
    }
    return 0;
}

/* The group has nothing to do: it gets its next partition. */
static int free_group(struct groups *s, int group, struct err *e)
{
    s->group[group].serves = -1;
    s->busy--;
    return partitions_offer(s, e);
}

/* A group that lacks what the contract asks for, while another may have it: the
 * partition goes to that one. */
static void pass_on(struct groups *s, int group, uint32_t k)
{
    if (!s->group[group].unfit)
        s->fit--;
    s->group[group].unfit = true;
    if (s->fit == 0)
        return;
    s->j->partitions[k].stage = JOB_WAITING;
    s->j->partitions[k].declined = false;
    for (int g = 0; g < s->count; g++)
        s->group[g].next = k < s->group[g].next ? k : s->group[g].next;
}

static int partitions_take_claim(struct groups *s, int group, const struct message *m,
                                 struct err *e)
{
    const struct job_partition *p = &s->j->partitions[m->partition];

    if (claim_check_node(m, e) < 0)
        return -1;
    snprintf(s->group[group].node, sizeof s->group[group].node, "%s", m->node);
    if (claim_accept(s->j, m, e) < 0)
        return -1;
    if (p->stage != JOB_FAILED)
        return 0;
    if (m->type == MESSAGE_DECLINED && (p->code == ERR_PERMANENT || p->code == ERR_INCOMPLETE))
        pass_on(s, group, m->partition);
    return free_group(s, group, e);
}

/* A slave that was halted by the job's end or a signal of its own halts the others. */
static int take_halted(struct groups *s, int group, const struct message *m, struct err *e)
{
    s->group[group].serves = -1;
    s->busy--;
    groups_halt(s);
    return submit_withdrawn(s->j, m, e);
}

/* Claims that are durable now may be computed. */
static int release_claims(struct groups *s, struct err *e)
{
    for (int g = 0; g < s->count; g++) {
        if (s->group[g].serves < 0)
            continue;
        struct job_partition *p = &s->j->partitions[s->group[g].serves];
        if (p->stage != JOB_CLAIMED)
            continue;
        if (s->halting) {
            p->stage = JOB_WAITING;
            p->claimed = false;
            s->group[g].serves = -1;
            s->busy--;
            continue;
        }
        p->stage = JOB_COMPUTING;
        p->units_done = p->units_before = 0;
        p->since = p->heard = clock_steady();
        if (groups_ask(s, g, MESSAGE_COMPUTE, (uint32_t)s->group[g].serves, 1, false, e) < 0)
            return -1;
    }
    return 0;
}

/* A group that has answered claims its next partition while its result is made
 * durable: neither waits for the other, and the records share a batch. */
static int partitions_take(struct groups *s, int group, const struct message *m, struct err *e)
{
    if (s->group[group].serves != (int64_t)m->partition)
        return err_set(e, ERR_SOFTWARE,
                       "group %d answered for partition %u, which it does not serve", group,
                       m->partition + 1);
    switch (m->type) {
    case MESSAGE_CLAIMED:
    case MESSAGE_DECLINED:
        return partitions_take_claim(s, group, m, e);
    case MESSAGE_HALTED:
        return take_halted(s, group, m, e);
    default:
        return free_group(s, group, e) < 0 ? -1 : submit_accept(s->j, m, e);
    }
}

static int partitions_resume(struct pool *pool, struct err *e)
{
    return submit_resume(((struct groups *)pool)->j, e);
}

/* What was claimed in the round before waits for its group again, and what a group lacked then
 * may have come. */
static int partitions_gather(struct pool *pool, struct err *e)
{
    struct groups *s = (struct groups *)pool;

    s->fit = s->count;
    for (int g = 0; g < s->count; g++) {
        s->group[g].next = 0;
        s->group[g].unfit = false;
    }
    return schedule(pool, e);
}

/* The last records of all go with the decisions that follow at once. */
static int partitions_commit(struct pool *pool, bool last, struct err *e)
{
    return last ? 0 : job_commit(((struct groups *)pool)->j, e);
}

/* Returns what a run is that lacks answers. It can go on as long as those that may still come
 * are enough; else its code is that of the first that never will. */
static enum err_code code_of_absent(const struct job *j, size_t least)
{
    enum err_code passing = ERR_NONE, lasting = ERR_NONE;
    size_t possible = 0;

    for (size_t k = 0; k < j->result->slaves; k++) {
        const struct job_partition *p = &j->partitions[k];
        bool answered = p->stage == JOB_ANSWERED, never = !answered && err_is_permanent(p->code);
        possible += !never;
        if (never && lasting == ERR_NONE)
            lasting = p->code;
        if (!answered && !never)
            passing = passing == ERR_NONE || passing == p->code ? p->code : ERR_INCOMPLETE;
    }
    if (possible < least)
        return lasting;
    return passing ? passing : ERR_INCOMPLETE;
}

/* All who are needed have answered; or which have not, and why. */
static int partitions_check_complete(const struct pool *pool, struct err *e)
{
    const struct job *j = ((const struct groups *)pool)->j;
    size_t answered = 0, S = j->result->slaves;
    size_t least = j->plan->contract->slaves_min ? (size_t)j->plan->contract->slaves_min : S;
    struct reasons reasons = {0};
    struct buf why = {0};
    char number[24];

    for (size_t k = 0; k < S; k++) {
        answered += j->partitions[k].stage == JOB_ANSWERED;
        if (j->partitions[k].stage == JOB_ANSWERED)
            continue;
        snprintf(number, sizeof number, "%zu", k + 1);
        reasons_add(&reasons, number, k + 1, j->result->slave[k].node, j->result->slave[k].trouble);
    }
    for (size_t i = 0; i < reasons.count && why.len < 600 && !reasons.failed; i++) {
        buf_adds(&why, "; ");
        reasons_tell(&why, &reasons.list[i], "slave ", 300);
    }
    reasons_free(&reasons);
    int rc = 0;
    if (answered < least)
        rc = err_set(e, code_of_absent(j, least), "%zu of %zu slaves answered, %zu are needed%s",
                     answered, S, least, why.data ? why.data : "");
    buf_free(&why);
    return rc;
}

/* One that fell silent before it claimed this is where it claimed before. */
static void partitions_who(const struct pool *pool, int group, const char **slave,
                           const char **node)
{
    const struct groups *s = (const struct groups *)pool;
    const struct result_slave *x = &s->j->result->slave[s->group[group].serves];

    *slave = x->name;
    *node = x->node[0] ? x->node : s->group[group].node;
}

static void partitions_close(struct pool *pool)
{
    groups_close((struct groups *)pool);
    free(pool);
}

struct pool *partitions_open(struct job *j, struct err *e)
{
    static const struct pool_ops pool = {
        .resume = partitions_resume,
        .gather = partitions_gather,
        .commit = partitions_commit,
        .check_complete = partitions_check_complete,
        .who = partitions_who,
        .close = partitions_close,
    };
    static const struct groups_ops ops = {
        .offer = partitions_offer, .release = release_claims, .take = partitions_take};
    struct groups *s = err_alloc(1, sizeof *s, "groups", e);

    if (s && groups_open(s, j, &pool, &ops, e) == 0)
        return &s->pool;
    free(s);
    return NULL;
}

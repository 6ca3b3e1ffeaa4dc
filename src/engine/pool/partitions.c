/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets groups of ranks compute partitions of data. */
#include "engine/pool/partitions.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/pool/nodes.h"
#include "engine/pool/schedule.h"
#include "util/clock.h"
#include "util/reasons.h"

struct partitions {
    struct groups g; /* the first member */
    struct nodes *nodes;
};

/* Whether a partition waits for that group: it has claimed it, or nobody has. */
static bool waits_for(const struct groups *s, size_t k, int group)
{
    const struct job_partition *p = &s->j->partitions[k];
    const struct nodes *nodes = ((const struct partitions *)s)->nodes;

    return p->stage == JOB_WAITING &&
           (p->claimed ? p->group == group : nodes_suits(nodes, (size_t)group, k));
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

/* Who waits for what may be another now. */
static void look_again(struct groups *s)
{
    for (int g = 0; g < s->count; g++)
        s->group[g].next = 0;
}

/* What failed on a node is offered elsewhere, if anybody there may do better. */
static int pass_on(struct groups *s, int group, uint32_t k, enum nodes_how how, struct err *e)
{
    struct job_partition *p = &s->j->partitions[k];
    struct err why = {0};
    bool again = false;

    err_set(&why, p->code, "%s", s->j->result->slave[k].trouble);
    if (nodes_failed(((struct partitions *)s)->nodes, (size_t)group, k, how, &why, &again, e) < 0)
        return -1;
    look_again(s);
    if (again) {
        p->stage = JOB_WAITING;
        p->claimed = p->declined = false;
    }
    return 0;
}

/* A partition that failed elsewhere was served: a node may be to blame. */
static void take_served(struct groups *s, int group, uint32_t k)
{
    struct nodes *nodes = ((struct partitions *)s)->nodes;
    const char *name, *why;

    if (nodes_served(nodes, (size_t)group, k))
        look_again(s);
    while ((name = nodes_left_out(nodes, &why)))
        job_warn(s->j, "node %s is left out: what failed there is served elsewhere (%s)", name,
                 why);
}

static int partitions_take_claim(struct groups *s, int group, const struct message *m,
                                 struct err *e)
{
    const struct job_partition *p = &s->j->partitions[m->partition];
    const struct claimant by = claim_group(s->j, group);

    if (claim_accept(s->j, &by, m, e) < 0)
        return -1;
    if (p->stage != JOB_FAILED)
        return 0;
    bool lacks = p->code == ERR_PERMANENT || p->code == ERR_INCOMPLETE;
    if (pass_on(s, group, m->partition, lacks ? NODES_UNFIT : NODES_DECLINED, e) < 0)
        return -1;
    return free_group(s, group, e);
}

/* A group that has answered claims its next partition while its result is made
 * durable: neither waits for the other, and the records share a batch. */
static int take_result(struct groups *s, int group, const struct message *m, struct err *e)
{
    if (free_group(s, group, e) < 0 || submit_accept(s->j, m, NULL, e) < 0)
        return -1;
    if (s->j->partitions[m->partition].stage == JOB_ANSWERED)
        take_served(s, group, m->partition);
    return 0;
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
    case MESSAGE_FAILED: /* the partition goes to another before the group gets its next */
        return submit_accept(s->j, m, NULL, e) < 0 ||
                       pass_on(s, group, m->partition, NODES_LOST, e) < 0
                   ? -1
                   : free_group(s, group, e);
    default:
        return take_result(s, group, m, e);
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

    nodes_begin_round(((struct partitions *)s)->nodes);
    look_again(s);
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
    *node = x->node[0] ? x->node : s->j->nodes[group];
}

static void partitions_close(struct pool *pool)
{
    nodes_close(((struct partitions *)pool)->nodes);
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
    struct partitions *x = err_alloc(1, sizeof *x, "groups", e);

    if (!x)
        return NULL;
    if (groups_open(&x->g, j, &pool, &ops, e) == 0 &&
        (x->nodes = nodes_open(j->nodes, (size_t)x->g.count, j->result->slaves, e)))
        return &x->g.pool;
    partitions_close(&x->g.pool);
    return NULL;
}

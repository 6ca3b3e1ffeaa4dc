/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/prepare.h"
#include "util/clock.h"
#include "util/halt.h"

void schedule_tick(struct job *j, uint64_t units)
{
    j->partitions[j->asked].units_done += units;
}

static void report_progress(const struct job *j)
{
    struct engine_progress p = {.slaves = j->result->slaves};

    if (!j->plan->options->progress)
        return;
    for (size_t k = 0; k < p.slaves; k++) {
        enum job_stage stage = j->partitions[k].stage;
        p.claimed += stage == JOB_COMPUTING || stage == JOB_CLAIMED || stage == JOB_ANSWERED;
        p.answered += stage == JOB_ANSWERED;
        p.failed += stage == JOB_FAILED;
    }
    j->plan->options->progress(j->plan->options->context, &p);
}

int schedule_ask(struct schedule *s, int group, enum message_type type, uint32_t k, uint32_t ranges,
                 bool again, struct err *e)
{
    size_t model = type == MESSAGE_COMPUTE && s->j->iterative
                       ? bound_model_length(s->j->bound) * sizeof(double)
                       : 0;
    struct message *m = message_create(type, k, model, e);
    const struct run_slave *known = runs_slave(&s->j->run, s->j->result->slave[k].name);

    if (!m)
        return -1;
    if (model > 0)
        memcpy(m->payload, s->j->model, model);
    m->round = (uint32_t)s->j->round;
    m->ranges = ranges;
    m->again = again;
    memcpy(m->run, s->j->run.key, sizeof s->j->run.key);
    if (type == MESSAGE_CLAIM && known && known->withdrawn)
        memcpy(m->digest, known->saved, sizeof m->digest);
    s->j->asked = k;
    int rc = transport_send(s->j->transport, group, m, e);
    free(m);
    return rc;
}

/* Whether a group may be offered work: all may, once each has said that it is unfit,
 * for then their reasons are what is wanted. */
static bool is_fit(const struct schedule *s, int group)
{
    return !s->group[group].unfit || s->fit == 0;
}

/* Returns whether a partition waits for that group: nobody has claimed it, or it has. */
static bool waits_for(const struct schedule *s, size_t k, int group)
{
    const struct job_partition *p = &s->j->partitions[k];

    return p->stage == JOB_WAITING && (p->claimed ? p->group == group : is_fit(s, group));
}

/* Effect: the group is asked to claim a partition; or it has in an earlier round, and is
 * asked to compute it once what was taken from it before is durable. */
static int ask_group(struct schedule *s, int g, size_t k, struct err *e)
{
    struct job_partition *p = &s->j->partitions[k];
    double now = clock_steady();

    p->stage = p->claimed ? JOB_CLAIMED : JOB_OFFERED;
    p->group = g;
    p->heard = s->group[g].heard = now;
    s->group[g].serves = (int64_t)k;
    s->busy++;
    return p->claimed ? 0 : schedule_ask(s, g, MESSAGE_CLAIM, (uint32_t)k, 1, false, e);
}

/* Offers waiting partitions to the groups that have none. */
static int offer(struct schedule *s, struct err *e)
{
    size_t S = s->j->result->slaves;

    for (int g = 0; g < s->groups && !s->halting; g++) {
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
static int free_group(struct schedule *s, int group, struct err *e)
{
    s->group[group].serves = -1;
    s->busy--;
    return offer(s, e);
}

/* A group that lacks what the contract asks for, while another may have it: the
 * partition goes to that one. */
static void pass_on(struct schedule *s, int group, uint32_t k)
{
    if (!s->group[group].unfit)
        s->fit--;
    s->group[group].unfit = true;
    if (s->fit == 0)
        return;
    s->j->partitions[k].stage = JOB_WAITING;
    s->j->partitions[k].declined = false;
    for (int g = 0; g < s->groups; g++)
        s->group[g].next = k < s->group[g].next ? k : s->group[g].next;
}

static int take_claim(struct schedule *s, int group, const struct message *m, struct err *e)
{
    const struct job_partition *p = &s->j->partitions[m->partition];

    snprintf(s->group[group].node, sizeof s->group[group].node, "%s", m->node);
    if (claim_accept(s->j, m, e) < 0)
        return -1;
    if (p->stage != JOB_FAILED)
        return 0;
    if (m->type == MESSAGE_DECLINED && m->code == ERR_INCOMPLETE)
        pass_on(s, group, m->partition);
    return free_group(s, group, e);
}

/* A slave that was halted by the job's end or a signal of its own halts the others. */
static int take_halted(struct schedule *s, int group, const struct message *m, struct err *e)
{
    s->group[group].serves = -1;
    s->busy--;
    schedule_halt(s);
    return submit_withdrawn(s->j, m, e);
}

/* A group that has answered claims its next partition while its result is made
 * durable: neither waits for the other, and the records share a batch. */
static int take(struct schedule *s, int group, const struct message *m, struct err *e)
{
    struct job *j = s->j;
    bool serves = s->group[group].serves == (int64_t)m->partition;

    if (m->partition >= j->result->slaves)
        return err_set(e, ERR_SOFTWARE, "group %d answered for partition %u of %zu", group,
                       m->partition + 1, j->result->slaves);

    s->group[group].heard = clock_steady();
    if (serves)
        j->partitions[m->partition].heard = s->group[group].heard;
    if (m->type == MESSAGE_PULSE) { /* one that was under way is for another partition */
        j->partitions[m->partition].units_done += serves ? m->units : 0;
        return 0;
    }
    if (j->work)
        return work_take(s, group, m, e);
    if (!serves)
        return err_set(e, ERR_SOFTWARE,
                       "group %d answered for partition %u, which it does not serve", group,
                       m->partition + 1);
    switch (m->type) {
    case MESSAGE_CLAIMED:
    case MESSAGE_DECLINED:
        return take_claim(s, group, m, e);
    case MESSAGE_HALTED:
        return take_halted(s, group, m, e);
    default:
        return free_group(s, group, e) < 0 ? -1 : submit_accept(j, m, e);
    }
}

enum { BATCH_MOST = 64 }; /* answers in a batch: the first one waits for the last */

/* Takes an answer, waiting for it, and then the others that are there already:
 * their records share one batch, so one write and one sync. */
static int take_answers(struct schedule *s, struct err *e)
{
    struct message *m;
    double patience = 0.2; /* seconds until progress is looked at */
    int group;

    for (int taken = 0; taken < BATCH_MOST; taken++) {
        if (transport_receive(s->j->transport, patience, &group, &m, e) < 0)
            return -1;
        if (!m)
            break;
        int rc = take(s, group, m, e);
        free(m);
        if (rc < 0)
            return -1;
        patience = 0;
    }
    /* The last records of all go with the decisions that follow at once. */
    if (s->j->work)
        return work_commit(s->j, e);
    return s->busy > 0 ? job_commit(s->j, e) : 0;
}

/* Claims that are durable now may be computed. */
static int release_claims(struct schedule *s, struct err *e)
{
    for (int g = 0; g < s->groups; g++) {
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
        p->units_done = 0;
        p->since = p->heard = clock_steady();
        if (schedule_ask(s, g, MESSAGE_COMPUTE, (uint32_t)s->group[g].serves, 1, false, e) < 0)
            return -1;
    }
    return 0;
}

void schedule_halt(struct schedule *s)
{
    if (!s->halting)
        transport_halt(s->j->transport);
    s->halting = true;
}

/* A slave that gives no sign of life would be waited for without end: Open MPI never
 * says that a rank or a node is gone. */
static int check_leases(struct schedule *s, struct err *e)
{
    const struct job *j = s->j;
    double now = clock_steady(), lease = j->plan->options->lease;
    char why[200];

    if (lease <= 0 || transport_size(j->transport) == 1 || now - s->looked < lease / 8)
        return 0;
    s->looked = now;
    for (int g = 0; g < s->groups; g++) {
        if (s->group[g].serves < 0 || now - s->group[g].heard < lease)
            continue;
        const struct result_slave *slave = &j->result->slave[s->group[g].serves];
        const char *name = j->work ? work_slave(j, g) : slave->name;
        /* One that fell silent before it claimed this is where it claimed before. */
        const char *node = j->work          ? work_node(j, g)
                           : slave->node[0] ? slave->node
                                            : s->group[g].node;
        snprintf(why, sizeof why, "gave no sign of life for %.3g s", now - s->group[g].heard);
        if (submit_lost_record(s->j, name, node, why, e) < 0 || job_commit(s->j, e) < 0)
            return -1;
        return err_set(e, ERR_INCOMPLETE,
                       "slave %s on node %s %s: the same command goes on with what is submitted",
                       name, node[0] ? node : "-", why);
    }
    return 0;
}

/* One turn of the loop; *done once nothing more can be expected. */
static int turn(struct schedule *s, bool *done, struct err *e)
{
    if (halt_asked() || clock_steady() >= s->j->plan->end)
        schedule_halt(s);
    if ((s->j->work ? work_offer(s, e) : offer(s, e)) < 0)
        return -1;
    *done = s->busy == 0 || (s->j->work && work_is_done(s->j->work));
    if (*done)
        return 0;
    if (!s->j->work && release_claims(s, e) < 0)
        return -1;
    if (take_answers(s, e) < 0 || (!s->j->work && release_claims(s, e) < 0) ||
        check_leases(s, e) < 0)
        return -1;
    h5_prepare(); /* for the result, while slaves are at work */
    report_progress(s->j);
    status_tick(s->j);
    return 0;
}

/* Says how far a run came that was halted; one that is complete goes on to its end. */
static int check_halted(const struct schedule *s, struct err *e)
{
    const struct job *j = s->j;
    size_t answered = 0, open = 0;

    for (size_t k = 0; k < j->result->slaves; k++) {
        answered += j->partitions[k].stage == JOB_ANSWERED;
        open += j->partitions[k].stage == JOB_WAITING;
    }
    if (!s->halting || open == 0)
        return 0;
    return err_set(e, ERR_INCOMPLETE,
                   "halted: %zu of %zu results are in, the rest is saved as far as it came; the "
                   "same command goes on",
                   answered, j->result->slaves);
}

int schedule(struct job *j, struct err *e)
{
    struct schedule s = {.j = j, .groups = transport_groups(j->transport)};
    bool done = false;
    int rc = 0;

    s.group = err_alloc((size_t)s.groups, sizeof *s.group, "groups", e);
    if (!s.group)
        return -1;
    s.fit = s.groups;
    for (int g = 0; g < s.groups; g++)
        s.group[g].serves = -1;
    if (j->work)
        work_go_on(&s);
    while (rc == 0 && !done)
        rc = turn(&s, &done, e);
    /* Slaves that are computing cannot be told to stop, and wait to hand over. */
    if (rc < 0 && s.busy > 0 && transport_size(j->transport) > 1 && j->plan->options->fatal)
        j->plan->options->fatal(j->plan->options->context, e);
    free(s.group);
    return rc < 0 ? rc : check_halted(&s, e);
}

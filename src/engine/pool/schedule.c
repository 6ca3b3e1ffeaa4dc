/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers groups what is wanted, and takes their answers. */
#include "engine/pool/schedule.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/flow/status.h"
#include "engine/flow/submit.h"
#include "h5/prepare.h"
#include "util/clock.h"
#include "util/halt.h"

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

/* Any message is a sign of life. */
static int take_message(struct groups *s, int group, const struct message *m, struct err *e)
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
        if (serves)
            job_count(&j->partitions[m->partition], m->units, m->restored);
        return 0;
    }
    return s->ops->take(s, group, m, e);
}

enum { BATCH_MOST = 64 }; /* answers in a batch: the first one waits for the last */

/* Takes an answer, waiting for it, and then the others that are there already:
 * their records share one batch, so one write and one sync. */
static int take_answers(struct groups *s, struct err *e)
{
    struct message *m;
    double patience = 0.2; /* seconds until progress is looked at */
    int group;

    for (int taken = 0; taken < BATCH_MOST; taken++) {
        if (transport_receive(s->j->transport, patience, &group, &m, e) < 0)
            return -1;
        if (!m)
            break;
        int rc = take_message(s, group, m, e);
        free(m);
        if (rc < 0)
            return -1;
        patience = 0;
    }
    return s->pool.ops->commit(&s->pool, s->busy == 0, e);
}

/* A slave that gives no sign of life would be waited for without end: Open MPI never
 * says that a rank or a node is gone. */
static int check_leases(struct groups *s, struct err *e)
{
    const struct job *j = s->j;
    double now = clock_steady(), lease = j->plan->options->lease;
    char why[200];

    if (lease <= 0 || transport_size(j->transport) == 1 || now - s->looked < lease / 8)
        return 0;
    s->looked = now;
    for (int g = 0; g < s->count; g++) {
        if (s->group[g].serves < 0 || now - s->group[g].heard < lease)
            continue;
        const char *name, *node;
        s->pool.ops->who(&s->pool, g, &name, &node);
        snprintf(why, sizeof why, "gave no sign of life for %.3g s", now - s->group[g].heard);
        if (submit_lost_record(s->j, name, node, why, e) < 0 || job_commit(s->j, e) < 0)
            return -1;
        return err_set(e, ERR_INCOMPLETE,
                       "slave %s on node %s %s: the same command goes on with what is submitted",
                       name, node[0] ? node : "-", why);
    }
    return 0;
}

static int release(struct groups *s, struct err *e)
{
    return s->ops->release ? s->ops->release(s, e) : 0;
}

/* One turn of the loop; *done once nothing more can be expected. */
static int turn(struct groups *s, bool *done, struct err *e)
{
    if (halt_asked() || clock_steady() >= s->j->plan->end)
        groups_halt(s);
    if (s->ops->offer(s, e) < 0)
        return -1;
    *done = s->busy == 0 || (s->ops->is_done && s->ops->is_done(s));
    if (*done)
        return 0;
    if (release(s, e) < 0 || take_answers(s, e) < 0 || release(s, e) < 0 || check_leases(s, e) < 0)
        return -1;
    h5_prepare(); /* for the result, while slaves are at work */
    report_progress(s->j);
    status_tick(s->j);
    return 0;
}

/* Says how far a run came that was halted; one that is complete goes on to its end. */
static int check_halted(const struct groups *s, struct err *e)
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
                   "same command%s goes on",
                   answered, j->result->slaves, j->plan->options->again ? " without --again" : "");
}

/* What groups still owe from before counts from now on: while the filter decided, nobody
 * listened to them. */
static void begin(struct groups *s)
{
    double now = clock_steady();

    s->halting = false;
    for (int g = 0; g < s->count; g++)
        s->group[g].heard = s->group[g].serves >= 0 ? now : s->group[g].heard;
}

int schedule(struct pool *pool, struct err *e)
{
    struct groups *s = (struct groups *)pool;
    const struct engine_options *o = s->j->plan->options;
    bool done = false;
    int rc = 0;

    begin(s);
    while (rc == 0 && !done)
        rc = turn(s, &done, e);
    /* Slaves that are computing cannot be told to stop, and wait to hand over. */
    if (rc < 0 && s->busy > 0 && transport_size(s->j->transport) > 1 && o->fatal)
        o->fatal(o->context, e);
    return rc < 0 ? rc : check_halted(s, e);
}

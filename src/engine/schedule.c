/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <stdlib.h>
#include <string.h>

#include "h5/prepare.h"

/* What the groups are doing: the partition that each serves, or -1. */
struct schedule {
    struct job *j;
    int groups;
    int64_t *serves;
    size_t busy;
    size_t next; /* the first partition that may still be waiting */
};

static void report_progress(const struct job *j)
{
    struct engine_progress p = {.slaves = j->result->slaves};

    if (!j->options->progress)
        return;
    for (size_t k = 0; k < p.slaves; k++) {
        enum job_stage stage = j->partitions[k].stage;
        p.claimed += stage == JOB_COMPUTING || stage == JOB_CLAIMED || stage == JOB_ANSWERED;
        p.answered += stage == JOB_ANSWERED;
        p.failed += stage == JOB_FAILED;
    }
    j->options->progress(j->options->context, &p);
}

static int ask(struct schedule *s, enum message_type type, uint32_t k, struct err *e)
{
    struct message *m = message_create(type, k, 0, e);

    if (!m)
        return -1;
    m->round = 1;
    memcpy(m->run, s->j->run.key, sizeof s->j->run.key);
    int rc = transport_send(s->j->transport, s->j->partitions[k].group, m, e);
    free(m);
    return rc;
}

/* Offers waiting partitions to the groups that have none. */
static int offer(struct schedule *s, struct err *e)
{
    for (int g = 0; g < s->groups; g++) {
        if (s->serves[g] >= 0)
            continue;
        while (s->next < s->j->result->slaves && s->j->partitions[s->next].stage != JOB_WAITING)
            s->next++;
        if (s->next == s->j->result->slaves)
            return 0;
        struct job_partition *p = &s->j->partitions[s->next];
        p->stage = JOB_OFFERED;
        p->group = g;
        s->serves[g] = (int64_t)s->next;
        s->busy++;
        if (ask(s, MESSAGE_CLAIM, (uint32_t)s->next, e) < 0)
            return -1;
    }
    return 0;
}

/* The group has nothing to do: it gets its next partition. */
static int free_group(struct schedule *s, int group, struct err *e)
{
    s->serves[group] = -1;
    s->busy--;
    return offer(s, e);
}

/* A group that has answered claims its next partition while its result is made
 * durable: neither waits for the other, and the records share a batch. */
static int take(struct schedule *s, int group, const struct message *m, struct err *e)
{
    struct job *j = s->j;

    if (s->serves[group] != (int64_t)m->partition)
        return err_set(e, ERR_SOFTWARE,
                       "group %d answered for partition %u, which it does not serve", group,
                       m->partition + 1);
    if (m->type != MESSAGE_CLAIMED && free_group(s, group, e) < 0)
        return -1;
    if (m->type != MESSAGE_CLAIMED && m->type != MESSAGE_DECLINED)
        return submit_accept(j, m, e);
    if (claim_accept(j, m, e) < 0)
        return -1;
    bool refused = j->partitions[m->partition].stage == JOB_FAILED;
    return m->type == MESSAGE_CLAIMED && refused ? free_group(s, group, e) : 0;
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
    return s->busy > 0 ? job_commit(s->j, e) : 0;
}

/* Claims that are durable now may be computed. */
static int release_claims(struct schedule *s, struct err *e)
{
    for (int g = 0; g < s->groups; g++) {
        if (s->serves[g] < 0)
            continue;
        struct job_partition *p = &s->j->partitions[s->serves[g]];
        if (p->stage != JOB_CLAIMED)
            continue;
        p->stage = JOB_COMPUTING;
        if (ask(s, MESSAGE_COMPUTE, (uint32_t)s->serves[g], e) < 0)
            return -1;
    }
    return 0;
}

int schedule(struct job *j, struct err *e)
{
    struct schedule s = {.j = j, .groups = transport_groups(j->transport)};
    int rc = 0;

    s.serves = err_alloc((size_t)s.groups, sizeof *s.serves, "groups", e);
    if (!s.serves)
        return -1;
    for (int g = 0; g < s.groups; g++)
        s.serves[g] = -1;
    while (rc == 0) {
        rc = offer(&s, e);
        if (rc == 0 && s.busy == 0)
            break;
        if (rc == 0)
            rc = take_answers(&s, e);
        if (rc == 0)
            rc = release_claims(&s, e);
        h5_prepare(); /* for the result, while slaves are at work */
        report_progress(j);
    }
    /* Slaves that are computing cannot be told to stop, and wait to hand over. */
    if (rc < 0 && s.busy > 0 && transport_size(j->transport) > 1 && j->options->fatal)
        j->options->fatal(j->options->context, e);
    free(s.serves);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The groups of ranks that a job's slaves are, as the master knows them.
 *
 * A group of R ranks is a slave's process: it is asked for one thing after the other, and
 * answers each once. The pools of partitions and of ranges are groups with an account of their
 * own of what is wanted.
 *
 * Convention: master only, private to the pools.
 */
#ifndef ENGINE_POOL_GROUPS_H
#define ENGINE_POOL_GROUPS_H

#include "engine/flow/job.h"
#include "engine/flow/pool.h"
#include "engine/transport/message.h"

struct group {
    int64_t serves; /* its partition, or the first range of a batch, or -1 */
    double heard;   /* steady clock: its last sign of life, or when it was asked */
    size_t next;    /* the first partition that may still wait for it */
};

struct groups;

/* What a kind of pool makes of groups. */
struct groups_ops {
    /* Effect: groups that have room are asked for more; s->busy counts those that owe any. */
    int (*offer)(struct groups *s, struct err *e);

    /* Whether all is in, so that what groups still owe is not waited for. NULL: they owe
     * nothing that is not wanted. */
    bool (*is_done)(const struct groups *s);

    /* Effect: what is durable now may be gone on with. NULL: nothing waits for that. */
    int (*release)(struct groups *s, struct err *e);

    /* Effect: takes an answer, which is no pulse. */
    int (*take)(struct groups *s, int group, const struct message *m, struct err *e);
};

struct groups {
    struct pool pool; /* what the flow sees: the first member */
    const struct groups_ops *ops;
    struct job *j;
    int count;
    struct group *group;
    size_t busy; /* that owe an answer */
    bool halting;
    double looked; /* when the leases were looked at */
};

/* Effect: s has the groups of the job's transport. */
int groups_open(struct groups *s, struct job *j, const struct pool_ops *pool,
                const struct groups_ops *ops, struct err *e);
void groups_close(struct groups *s);

/* Effect: asks a group for partition k, or for ranges from k on; again: without what may be
 * saved of them. */
int groups_ask(struct groups *s, int group, enum message_type type, uint32_t k, uint32_t ranges,
               bool again, struct err *e);

/* Effect: nothing more is handed out, and slaves stop between two units. */
void groups_halt(struct groups *s);

#endif

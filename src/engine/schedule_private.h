/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the master knows of the groups while slaves are at work.
 *
 * Convention: private to the files that hand out work; master only.
 */
#ifndef ENGINE_SCHEDULE_PRIVATE_H
#define ENGINE_SCHEDULE_PRIVATE_H

#include "engine/job.h"

struct schedule_group {
    int64_t serves; /* its partition, or the first range of a batch, or -1 */
    double heard;   /* steady clock: its last sign of life, or when it was asked */
    bool unfit;     /* lacks what the contract asks for */
    size_t next;    /* the first partition that may still wait for it */
    char node[72];  /* where it is, once it has claimed something */
};

struct schedule {
    struct job *j;
    int groups, fit; /* and those of them that are not unfit */
    struct schedule_group *group;
    size_t busy;
    bool halting;
    double looked; /* when the leases were looked at */
};

/* Effect: asks a group for partition k, or for ranges from k on; again: without what may
 * be saved of them. */
int schedule_ask(struct schedule *s, int group, enum message_type type, uint32_t k, uint32_t ranges,
                 bool again, struct err *e);

/* Effect: nothing more is handed out, and slaves stop between two units. */
void schedule_halt(struct schedule *s);

#endif

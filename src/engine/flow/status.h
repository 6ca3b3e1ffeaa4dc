/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The live view of a run: the status file in its directory, and the heartbeat.
 *
 * Convention: master only, private to the engine. What cannot be written is told
 * once as a warning and is no reason to end a run; only the heartbeat's first
 * line is, as who asked for it would take the run for dead.
 */
#ifndef ENGINE_STATUS_H
#define ENGINE_STATUS_H

#include "util/err.h"

struct job;
struct status;

/* Where a run is. */
enum status_stage {
    STATUS_START = 1,     /* until the run is known */
    STATUS_GATHER = 2,    /* slaves claim, compute and submit */
    STATUS_FILTER = 3,    /* decides */
    STATUS_AGGREGATE = 4, /* merges */
    STATUS_WRITE = 5,     /* writes the result */
    STATUS_SETTLE = 6,    /* divides credits */
    STATUS_DONE = 7,      /* settled: the ledger has it all */
};

/* Effect: j->status is there, and the first heartbeat is written. */
int status_begin(struct job *j, struct err *e);

/* Effect: says that the run has come to that stage. */
void status_stage(struct job *j, enum status_stage stage);

/* Effect: writes what is due: cheap, to be called often. The context is the job. */
void status_tick(void *job);

/* Effect: who looks is told why this start of the run has failed. */
void status_failed(struct job *j, const struct err *why);

/* Effect: there is no live view any more. */
void status_end(struct job *j);

#endif

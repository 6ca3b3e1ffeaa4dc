/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranks that serve the flow.
 *
 * Convention: collective. Rank 0 begins, with one broadcast, and ends; the others serve in between.
 */
#ifndef ENGINE_FLOW_SERVICE_H
#define ENGINE_FLOW_SERVICE_H

#include "engine/flow/job.h"
#include "engine/slave/slave.h"

/* Effect: the other ranks serve, or learn that there is nothing to serve (stop). */
int service_begin(struct job *j, bool stop, struct err *e);
int service_of_slaves(struct transport *t, struct reader *r, const struct engine_options *o,
                      struct err *e);

/* Effect: they serve no more, once, however often it is called. */
void service_end(struct job *j);

/* Within one process: rank 0 is the slaves too; s is kept by the caller. */
int service_here(struct job *j, struct reader *r, struct slave *s, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rounds of an iterative contract: the model from one to the next.
 *
 * Convention: master only.
 */
#ifndef ENGINE_FLOW_UPDATE_H
#define ENGINE_FLOW_UPDATE_H

#include "engine/flow/job.h"

/* Effect: the round's model is there for the slaves, once the
 * columns are known. */
int update_begin(struct job *j, struct err *e);

/* Effect: the model that the round's aggregate leads to is durable, and a record. */
int update(struct job *j, struct err *e);

/* Effect: the next round begins: everybody who has claimed is to compute once more. */
int update_next(struct job *j, struct err *e);

/* Returns whether this process or the job is to end, so that an update is not waited for. */
bool update_halted(const struct job *j);

/* Returns whether the round is the last one, whatever it comes to; or was it. */
bool update_is_last(const struct job *j);
bool update_is_over(const struct job *j);

#endif

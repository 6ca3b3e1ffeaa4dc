/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a slave says has happened to its rows: checked, in the result, and in a file of the run's
 * directory, so that a run which is resumed has it without a new claim.
 *
 * Convention: master only.
 */
#ifndef ENGINE_FLOW_PREPARED_H
#define ENGINE_FLOW_PREPARED_H

#include "engine/flow/job.h"

/* Returns the bytes of counts in front of the names of a claim; or -1 and why it is to be declined:
 * they are not as many as the contract's, or not those of rows of which m->items came out. */
int64_t prepared_check(const struct job *j, const struct message *m, struct err *why);

/* Effect: a claim that is taken has said what it says. */
int prepared_keep(struct job *j, const struct message *m, struct err *e);

/* Effect: so has that of slave k, whose result an earlier start of the run has. */
int prepared_resume(struct job *j, uint32_t k, struct err *e);

#endif

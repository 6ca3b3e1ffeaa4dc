/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of a rejection, and a stop before it is settled.
 */
#ifndef ENGINE_FLOW_REJECTED_H
#define ENGINE_FLOW_REJECTED_H

#include "engine/flow/job.h"
#include "engine/flow/report.h"

/* Effect: which of the rejected agree is kept for those who look from outside. What cannot be
 * written is told as a warning. */
void rejected_keep(struct job *j);

/* Effect: the rejected slaves of a result have what was settled of them before the run. The same. */
void rejected_look_back(struct job *j, struct result *r);

/* Whether the run ends here, before anything is settled: somebody was rejected, and the user wants to
 * look first. */
bool rejected_stops(const struct job *j);

/* Effect: it does so: the report says it, and whoever looks from outside is told. */
void rejected_stop(struct job *j, struct engine_report *report);

#endif

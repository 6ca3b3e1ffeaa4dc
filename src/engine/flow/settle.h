/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settlement of a run.
 */
#ifndef ENGINE_FLOW_SETTLE_H
#define ENGINE_FLOW_SETTLE_H

#include "engine/flow/job.h"
#include "engine/flow/report.h"

/* Master only. Effect: divides credits, records each slave's share, and tells it in *out. */
int settle(struct job *j, struct engine_report *out, struct err *e);

#endif

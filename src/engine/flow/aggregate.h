/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The aggregate of a round, recorded.
 */
#ifndef ENGINE_FLOW_AGGREGATE_H
#define ENGINE_FLOW_AGGREGATE_H

#include "engine/flow/job.h"

/* Master only. Effect: merges the accepted results, and records that; a run that was
 * interrupted after that must find the same again. */
int aggregate(struct job *j, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filter: the judge's decisions on a round, recorded.
 */
#ifndef ENGINE_FLOW_FILTER_H
#define ENGINE_FLOW_FILTER_H

#include "engine/flow/job.h"

/* Master only. Effect: features, scores and decisions into the result, and the decisions into
 * the ledger, where a run that was interrupted after that has them already. */
int filter(struct job *j, struct err *e);

/* Master only. Effect: the same without records, once, until something else is in. */
int filter_judge(struct job *j, struct err *e);

#endif

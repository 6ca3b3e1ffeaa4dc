/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run that was settled before.
 */
#ifndef ENGINE_FLOW_SHOW_H
#define ENGINE_FLOW_SHOW_H

#include "engine/flow/job.h"
#include "engine/flow/report.h"
#include "h5/reader.h"

/* Master only. Effect: the report has the result of a settled run, if that is where it should
 * be. */
int show_settled(struct job *j, struct reader *r, struct engine_report *report, struct err *e);

#endif

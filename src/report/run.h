/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run on paper: what it came to, or would do.
 */
#ifndef REPORT_RUN_H
#define REPORT_RUN_H

#include "engine/engine.h"
#include "report/drain.h"

/* Appends what a run with these options came to; is_default: its ledger has its usual place. */
void report_run(struct buf *to, const struct engine_options *o, const struct engine_report *report,
                bool is_default, bool colour);

/* The same as one document. */
void report_run_json(struct buf *to, const struct engine_report *report,
                     const struct report_drain *drain);

/* Appends what engine_dry_run() has said, which is cut up. */
void report_plan(struct buf *to, char *plan, size_t problems);

#endif

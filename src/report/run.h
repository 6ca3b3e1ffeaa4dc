/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run on paper: what it came to, or would do.
 */
#ifndef REPORT_RUN_H
#define REPORT_RUN_H

#include "engine/engine.h"
#include "util/page.h"

/* Appends what a run with these options came to; is_default: its ledger has its usual place. */
void report_run(struct page *to, const struct engine_options *o, const struct engine_report *report,
                bool is_default, bool colour);

/* The same as one document. */
void report_run_json(struct page *to, const struct engine_report *report);

#endif

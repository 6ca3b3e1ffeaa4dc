/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The demonstration on paper: a run, told step by step.
 */
#ifndef REPORT_DEMO_H
#define REPORT_DEMO_H

#include "engine/engine.h"
#include "util/page.h"

/* What is to be told of it besides the run. */
struct report_demo {
    const char *program;         /* as it was called */
    const char *result, *ledger; /* their paths */
    int ranks;
    bool again;       /* it was told to run again */
    size_t problems;  /* of its verification */
    uint64_t records; /* in the ledger */
};

/* Appends the story up to the aggregate; then its end, with what can be looked at. */
void report_demo_run(struct page *to, const struct report_demo *d,
                     const struct engine_report *report, bool colour);
void report_demo_end(struct page *to, const struct report_demo *d,
                     const struct engine_report *report);

/* Appends everything as one document. */
void report_demo_json(struct page *to, const struct report_demo *d,
                      const struct engine_report *report);

#endif

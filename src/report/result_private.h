/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files that report results share.
 */
#ifndef REPORT_RESULT_PRIVATE_H
#define REPORT_RESULT_PRIVATE_H

#include <jansson.h>

#include "engine/engine.h"
#include "report/result.h"

/* What a slave of a contract without data has done, over all of its ranges. */
struct report_total {
    char name[160];
    const char *node, *why;
    size_t ranges, confirmed, rejected;
    uint64_t units, credits;
    double seconds, weight, share; /* P and w */
};

/* ranges.c. Returns the slave of the entry in a list of n, which has room for one more. */
struct report_total *report_total_of(struct report_total *list, size_t *n, const char *entry);

/* Appends the table of slaves of a contract without data. */
void report_ranges(struct buf *to, const struct result *r, const uint64_t *credits, bool colour);

/* notes.c. Appends what is to be known of the data of a run, a line each. */
void report_notes_of(struct buf *to, const struct engine_report *report);

/* result_json.c. Returns everything as one document; report may be NULL. */
json_t *report_result_document(const struct result *r, const struct engine_report *report);

#endif

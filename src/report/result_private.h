/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files that report results share.
 */
#ifndef REPORT_RESULT_PRIVATE_H
#define REPORT_RESULT_PRIVATE_H

#include "engine/engine.h"
#include "report/result.h"
#include "util/json_page.h"

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
void report_ranges(struct page *to, const struct result *r, const uint64_t *credits, bool colour);

/* notes.c. Appends what is to be known of the data of a run, a line each. */
void report_notes_of(struct page *to, const struct engine_report *report);

/* result_json.c. Adds arrays as an object of that name. */
void report_arrays_json(struct json_page *j, const char *key, const struct result_arrays *a);

/* preparation.c. Adds what has happened to rows, if that is known. */
void report_preparation_json(struct json_page *j, const struct result *r);

/* result_json.c. Adds everything as members of an object; report may be NULL. */
void report_result_members(struct json_page *j, const struct result *r,
                           const struct engine_report *report);

#endif

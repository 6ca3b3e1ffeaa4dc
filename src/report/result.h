/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A result on paper: tables for people, CSV and one JSON document for programs.
 *
 * Convention: everything is appended to a page, and page_failed() is asked once, at the
 * end. With colour, what is wrong is red.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include <stdbool.h>

#include "engine/result/name.h"
#include "util/page.h"

/* What of a result is shown, besides the answer. */
struct report_parts {
    bool slaves, rounds;
    bool preparation; /* what has happened to rows before the function saw them */
    bool unfiltered;  /* the answer as it would be without the filter */
    bool colour;
};

/* Appends where the result comes from, those parts, and the answer. */
void report_result(struct page *to, const struct result *r, const struct report_parts *parts);

/* Appends where a result comes from, each line beginning with prefix. */
void report_provenance(struct page *to, const struct result *r, const char *prefix);

/* Appends the table of slaves: items, weight, share, score, decision. Of a contract without
 * data it has a line for all ranges of a slave. credits may be NULL. */
void report_slaves(struct page *to, const struct result *r, const uint64_t *credits, bool colour);

/* Appends why each slave was rejected, absent, or kept though abnormal, one line each. */
void report_rejections(struct page *to, const struct result *r, bool colour);

/* Appends a line for each round of an iterative contract: its judgement, and arrays of one
 * value. */
void report_rounds(struct page *to, const struct result *r);

/* Appends what has happened to rows before the function saw them, slave by slave. */
void report_preparation(struct page *to, const struct result *r);

/* Appends the arrays of an answer: those with the same rows side by side. */
void report_arrays(struct page *to, const struct result_arrays *a);

/* Appends the answer, a value a line, behind lines that begin with #. */
void report_csv(struct page *to, const struct result *r);

/* Appends everything as one document. */
void report_result_json(struct page *to, const struct result *r);

#endif

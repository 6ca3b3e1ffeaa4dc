/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter's outcome on paper.
 */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "util/page.h"
#include "stats/filter.h"

/* Appends a line for each of n rows, and how many are rejected. */
void report_outcome(struct page *to, enum filter_method method, const struct filter_outcome *out,
                    size_t n);

/* Appends everything as one document. */
void report_outcome_json(struct page *to, enum filter_method method,
                         const struct filter_outcome *out, size_t n);

#endif

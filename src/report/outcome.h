/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter's outcome on paper.
 */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "report/drain.h"
#include "stats/filter.h"

/* Appends a line for each of n rows, and how many are rejected. */
void report_outcome(struct buf *to, enum filter_method method, const struct filter_outcome *out,
                    size_t n, const struct report_drain *drain);

/* Appends everything as one document. */
void report_outcome_json(struct buf *to, enum filter_method method,
                         const struct filter_outcome *out, size_t n,
                         const struct report_drain *drain);

#endif

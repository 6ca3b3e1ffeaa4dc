/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter's outcome on paper.
 */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "stats/agree.h"
#include "stats/estimate.h"
#include "stats/filter.h"
#include "util/page.h"

/* A matrix, and what came of it. */
struct outcome {
    const struct filter_options *options;
    const struct filter_input *in;
    const struct filter_outcome *out;
    const char *const *names;           /* of the columns */
    const struct filter_outcome *parts; /* of union: what pos-lof and mad say alone; or NULL */
    bool explain;                       /* in words, too */
    const bool *member;                 /* rejected rows that agree with one another … */
    const struct agree_group *group;    /* … and how much, if explained */
    enum estimate_method robust;        /* what was estimated; ESTIMATE_NONE: nothing */
    double share;                       /* that may be wrong */
    size_t rows;                        /* that the estimate is of: those that could be scored */
    const double *middle;               /* of each column; NULL: there are no such rows */
};

/* Appends a line for each row, how many are rejected, and what else was asked for. */
void report_outcome(struct page *to, const struct outcome *x);

/* Appends everything as one document. */
void report_outcome_json(struct page *to, const struct outcome *x);

#endif

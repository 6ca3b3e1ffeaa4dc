/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stages of the filter that filter.c runs in order.
 *
 * Convention: a list of rows is the results that are scored, ascending; stake
 * runs along that list and sums to 1; decisions run along all rows.
 */
#ifndef STATS_FILTER_PRIVATE_H
#define STATS_FILTER_PRIVATE_H

#include "stats/filter.h"
#include "stats/scale.h"

/* Refuses options and input out of range: ERR_INPUT, with the name of what is wrong. */
int filter_check(const struct filter_options *o, const struct filter_input *in, struct err *e);

/* Returns whether coordinate j of a row makes the result not finite: the feature is
 * NaN or infinite, or its standard error (errors may be NULL) is NaN or negative. */
bool filter_not_finite(const struct filter_input *in, const double *errors, size_t row, size_t j);
bool filter_implausible(const struct filter_input *in, size_t row, size_t j);

/* Effect: sets worst and deviation of a row's decision; why is known. */
void filter_explain(const struct filter_input *in, const double *errors, const struct scale *s,
                    size_t row, struct filter_decision *decision);

/* Effect: rejects the highest scores, at most half of the stake. threshold: what a score
 * must exceed; not used under a ratio. */
int filter_reject(const struct filter_options *o, double threshold, const struct scale_rows *scored,
                  struct filter_decision *decisions, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words in which a filter's outcome is explained.
 */
#ifndef REPORT_OUTCOME_PRIVATE_H
#define REPORT_OUTCOME_PRIVATE_H

#include "report/outcome.h"

/* The parts of union, and the method of each. */
enum { OUTCOME_PARTS = 2 };
const char *outcome_part(size_t part);

/* Returns by how much a column usually differs from its centre, beside this row, whose k-th
 * worst it is; NaN where that cannot be told. */
double outcome_spread(const struct outcome *x, size_t row, size_t k);

/* Appends what the cut is, how much is rejected, and who of that is alike; then of a row why it was
 * rejected or how near that it was, and of those that are abnormal the columns that make them
 * so. Each is a sentence a line. */
void outcome_tell_cut(struct page *to, const struct outcome *x);
void outcome_tell_loss(struct page *to, const struct outcome *x);
void outcome_tell_agreement(struct page *to, const struct outcome *x);
void outcome_tell_row(struct page *to, const struct outcome *x, size_t row);

#endif

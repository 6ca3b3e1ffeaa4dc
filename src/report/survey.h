/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the columns of a file hold, on paper.
 */
#ifndef REPORT_SURVEY_H
#define REPORT_SURVEY_H

#include <stdbool.h>

#include "data/survey.h"
#include "util/page.h"

/* Appends levels as lines of YAML for a contract's spec: of text columns, or of all. What is no factor
 * is in a comment. counts: how many rows have each is behind them. */
void report_levels(struct page *to, const struct survey *s, bool all, size_t most, bool counts);

/* Appends a line for each column: its name, what it holds, how many values are missing and differ. */
void report_columns(struct page *to, const struct survey *s, size_t most);

#endif

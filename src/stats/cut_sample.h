/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The results that represent a round where rounds like it are drawn.
 *
 * Convention: what is chosen depends on scores, stakes and distances, and not on the order of the
 * results; nor on whether a result is there once or in parts that share its stake.
 */
#ifndef STATS_CUT_SAMPLE_H
#define STATS_CUT_SAMPLE_H

#include "stats/cut.h"

struct cut_row {
    size_t row;
    double stake, key, factor, core, whole;
};

/* Effect: sorts by key, the highest first; equal ones by stake. */
void cut_sort(struct cut_row *rows, size_t n);

/* Effect: of rows sorted by key, core is the stake of those that are not among the highest quarter of
 * all stake, and what the quarter leaves of one. */
void cut_core(struct cut_row *rows, size_t n);

struct cut_sample {
    size_t n; /* at most CUT_ROWS */
    double
        different; /* how many results of equal stake have as much of it in one hand, copies counted
                       * once and stakes capped: (sum of stakes)^2 / sum of squares (Kish 1965) */
    double *squares, *stake, *factor; /* n x n, n, n; stakes ascending, sum 1, of a row at most
                                       * three times that with which half is reached */
    double *whole;                    /* n: stakes as they are, sum 1 */
    double *core;                     /* n: the stake of those without the highest scores, sum 1 */
};

/* Effect: chooses among the results whose score is not above most: all different ones that have stake,
 * or CUT_ROWS of them, at equal steps of stake along the scores. */
int cut_sample_open(struct cut_sample *s, const struct cut_input *in, double most, struct err *e);
void cut_sample_free(struct cut_sample *s);

#endif

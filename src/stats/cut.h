/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cut of a score: above which it is abnormal, at a stated rate of false alarms.
 *
 * Convention: rows of features of one kind are exchangeable under rotation: if rows are normal
 * with any covariance, an orthogonal matrix that keeps the mean changes nothing of their
 * distribution (rotation tests: Wedderburn 1975, Langsrud 2005). So the scores of randomly rotated
 * rows are a sample of what scores are in a round without anybody abnormal, whatever the number of
 * results, features, stakes and the dependence. That the score of a round is judged by such a sample
 * is our reconstruction: see DESIGN.
 */
#ifndef STATS_CUT_H
#define STATS_CUT_H

#include <stddef.h>

#include "util/err.h"

struct cut_input {
    size_t n, d;           /* results that are scored, features */
    const double *squares; /* n x n: squared distances of their deviations */
    const double *stake;   /* n, sum 1 */
    const double *factor;  /* n: expected square of a row's deviations, a usual row's is 1 */
    const double *score;   /* n: what pos-lof gave them */
    double kappa;          /* pos-lof's */
    double target_fpr;     /* as in the filter's options */
};

/* Effect: *cut is what a score must exceed to be abnormal; infinite if nothing shows that any is. */
int cut_scores(const struct cut_input *in, double *cut, struct err *e);

/* Returns what the largest of d deviations of a result must exceed, among n results of stake. */
double cut_deviation(const struct cut_input *in);

#endif

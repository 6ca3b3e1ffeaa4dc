/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cut of a score: above which it is abnormal, at a stated rate of false alarms.
 *
 * Convention: the scores of a round are judged by those of drawn rounds without anybody abnormal, of
 * as many results, of the same stakes, and of the same spectrum: the eigenvalues of the covariance of
 * the round's own deviations. If the rows of features are normal, nothing else matters for
 * distances between them, whatever the covariance (rotation tests: Wedderburn 1975, Langsrud 2005). The
 * drawn components are not normal, but of Student's t with 5 degrees of freedom, as the
 * features of real data have long tails. This is our reconstruction, and so is the envelope: see
 * DESIGN. No identity, order or exact copy of a row matters: copies are one row of all their stake.
 */
#ifndef STATS_CUT_H
#define STATS_CUT_H

#include <stddef.h>

#include "util/err.h"

enum { CUT_ROWS = 128 }; /* of a drawn round, at most; more results are represented by so many */

struct cut_input {
    size_t n, d;              /* results that are scored, features */
    const double *squares;    /* n x n: squared distances of their deviations; or NULL and */
    const double *deviations; /* n x d: these, or NULL */
    const double *stake;      /* n, sum 1 */
    const double *factor;     /* n: sums of the expected squares of a row's deviations: d of a
                               * usual row and less of a more precise one */
    const double
        *score;   /* n: what pos-lof gave them; of cut_deviation(): their largest |deviation| */
    double kappa; /* pos-lof's */
    double resolution; /* with which it scored, squared: that of ties (ties.h) */
    double noise;      /* share of the squared spreads that is known to be sampling noise */
    double target_fpr; /* as in the filter's options */
};

/* Effect: *cut is what a pos-lof score must exceed to be abnormal; infinite where no more than 5 results
 * with stake are different. */
int cut_scores(const struct cut_input *in, double *cut, struct err *e);

/* Effect: *cut is what the largest |deviation| of a result must exceed to be abnormal. */
int cut_deviation(const struct cut_input *in, double *cut, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The local outlier factor over distances that stake shortens: posdist.
 *
 * The white paper divides distances by stake; that its formula is
 *   d'(o,p) = 2 d(o,p) / (w_o + w_p)
 * is our reading of it. Ours, too: equal points are merged first, into one that has their stakes
 * together, so that an identity that is split into many that say the same moves nothing; and w is in
 * units of the mean, w_i = m stake_i of m points, so that equal stakes divide by 1 and give the
 * textbook factor. w is at least 1/1024: of points without stake, too, the distances are finite.
 */
#ifndef STATS_POSDIST_H
#define STATS_POSDIST_H

#include <stddef.h>

#include "util/err.h"

/* n results, by what is known of them: */
struct posdist_input {
    size_t n, d;
    const double *squares; /* n x n, squared distances d, 0 of equal ones; or NULL, and */
    const double *x;       /* n x d, what distances are made of */
    const double *stake;   /* n, sum 1 */
    size_t k;              /* neighbours, as in lof_neighbours(), among the points that are left */
    double floor;          /* as in lof.h */
};

/* Effect: score[i] becomes the textbook factor of each result in these distances. Memory: twice n x n
 * doubles; without squares n x d and DISTANCE_KEPT bytes. */
int posdist_scores(const struct posdist_input *in, double *score, struct err *e);

#endif

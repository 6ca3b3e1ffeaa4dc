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

/* Effect: score[i] becomes the textbook factor of each of n results in these distances. squares: n x n,
 * squared distances d; equal results are those at distance 0. stake: n, sum 1. k: neighbours, as in
 * lof_neighbours(), among the points that are left. floor: as in lof.h. */
int posdist_scores(const double *squares, const double *stake, size_t n, size_t k, double floor,
                   double *score, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Distances between the rows of a matrix.
 *
 * Convention: plain loops in the order of the columns, so that the same numbers
 * have the same distances, to the bit, on every processor. |x|^2+|y|^2-2xy by
 * BLAS would be faster, and lose the digits of near points.
 */
#ifndef STATS_DISTANCE_H
#define STATS_DISTANCE_H

#include <stddef.h>

enum distance_metric {
    DISTANCE_EUCLID = 1,    /* sqrt of the sum of squares */
    DISTANCE_MANHATTAN = 2, /* sum of absolute values */
};

/* Effect: fills matrix (n x n, symmetric, diagonal 0) with the distances of the
 * rows of x (n x d). Time O(n^2 d). */
void distance_matrix(enum distance_metric metric, const double *x, size_t n, size_t d,
                     double *matrix);

#endif

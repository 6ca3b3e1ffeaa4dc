/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Distances of pairs of points by plain loops.
 *
 * Convention: sums are taken in an order that is fixed, so that the same numbers have the same
 * distances, to the bit, on every processor, and the same both ways.
 */
#ifndef STATS_PAIRS_H
#define STATS_PAIRS_H

#include <stddef.h>

/* Returns the sum of the squares, or of the absolute values, of the differences of d coordinates. */
double pairs_square(const double *a, const double *b, size_t d);
double pairs_manhattan(const double *a, const double *b, size_t d);

/* Effect: across, d x n, becomes x, n x d. */
void pairs_turn(const double *x, size_t n, size_t d, double *across);

/* Effect: squares[k] of count rows of n becomes the squared distance of that row of a, count x d, from
 * point k of n, whose coordinates are the columns of across. For few coordinates: the time of many
 * is that of pairs_square(). */
void pairs_squares(const double *across, size_t n, size_t d, const double *a, size_t count,
                   double *squares);

#endif

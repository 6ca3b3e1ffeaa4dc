/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust estimators of weighted numbers: quantile, spread.
 *
 * Convention: an array of points is scratch, these functions reorder it or
 * overwrite it. Weights are finite and >= 0, and need not sum to 1; a point of
 * weight 0 has no influence. Equal weights give the usual estimators.
 */
#ifndef STATS_ROBUST_H
#define STATS_ROBUST_H

#include <stddef.h>

struct robust_point {
    double value;
    double weight;
};

/* Effect: sorts by value. */
void robust_sort(struct robust_point *points, size_t n);

/* Effect: sorts plain numbers. */
void robust_sort_numbers(double *x, size_t n);

/* Returns the lower weighted quantile, q in (0, 1): the first value at which the
 * cumulative weight passes q of the whole; where it hits q exactly (within
 * 1e-12), the midpoint with the next value. NaN if all weight is 0. Reorders. Time O(n). */
double robust_quantile(struct robust_point *points, size_t n, double q);

/* Times the middle deviation of normal numbers is their standard deviation. */
#define ROBUST_CONSISTENT 1.4826

/* Returns 1.4826 MAD about the centre, or where that is 0 the interquartile
 * range / 1.349, or 0: each estimates the standard deviation of normal numbers.
 * Less than 1e-12 |centre| is rounding, not spread, and counts as 0. Overwrites. */
double robust_spread(struct robust_point *points, size_t n, double centre);

#endif

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

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum distance_metric {
    DISTANCE_EUCLID = 1,    /* sqrt of the sum of squares */
    DISTANCE_MANHATTAN = 2, /* sum of absolute values */
};

/* Bytes of distances that are kept, at most: of more points they are computed again, row by
 * row, each time they are asked for. */
enum { DISTANCE_KEPT = 256 << 20 };

/* The distances of n points. */
struct distances {
    enum distance_metric metric;
    const double *x; /* n x d; the caller's */
    size_t n, d;
    const double *squares; /* n x n, the caller's; or NULL */
    double *kept; /* n x n, symmetric, diagonal 0; or one row, which the next call overwrites */
    bool all;     /* kept has all of them */
};

/* Effect: makes ready for the distances of the rows of x (n x d), and keeps all of them if
 * they take no more than most bytes. Memory: most, or a row. Time O(n^2 d). */
int distances_open(struct distances *s, enum distance_metric metric, const double *x, size_t n,
                   size_t d, size_t most, struct err *e);

/* Effect: makes ready for the distances whose squares are given, n x n, symmetric, with diagonal
 * 0. They stay the caller's, and are not copied. */
int distances_of_squares(struct distances *s, const double *squares, size_t n, struct err *e);

void distances_close(struct distances *s);

/* Returns the distances of point i from all, n of them, valid until the next call. The same
 * bits, kept or not. */
const double *distances_row(struct distances *s, size_t i);

/* Effect: adds to squares, n x n, the squared distances of n rows of width coordinates that are
 * stride apart; each is a sum that begins at 0. */
int distance_squares(const double *x, size_t n, size_t width, size_t stride, double *squares,
                     struct err *e);

#endif

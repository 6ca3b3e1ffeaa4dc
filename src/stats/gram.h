/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Squared distances by products of matrices: |a|^2 + |b|^2 - 2ab, from points near 0.
 *
 * Convention: that loses digits where points are much nearer to each other than to 0. So points are
 * moved first if they are all far from 0 (by the median of a few of them, which no single one can
 * spoil), and pairs nearer than 1/128 of |a|^2 + |b|^2 are computed by plain loops. What is left
 * is right to 1e-12 of itself: equal points have 0, and equal distances are equal within the
 * tolerance of lof.h.
 */
#ifndef STATS_GRAM_H
#define STATS_GRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum { GRAM_WIDEST = 65536 }; /* coordinates that are multiplied at once */

/* n points of width coordinates, at most GRAM_WIDEST. */
struct gram {
    const double *x; /* n rows, the caller's */
    size_t n, width, stride;
    double *centre;  /* width: what points are moved by */
    double *moved;   /* n x width; NULL: the points are near 0 as they are */
    const double *y; /* what is multiplied: n rows of step */
    size_t step;
    double *norm; /* n: squares of y */
};

/* Effect: makes ready for products of the rows of x, but for the lengths. Memory: n + width, or where
 * all are far from 0 n x width doubles. */
int gram_open(struct gram *g, const double *x, size_t n, size_t width, size_t stride,
              struct err *e);
void gram_close(struct gram *g);

/* Effect: measures some of the rows, and moves them. Each must be, before its first product. */
void gram_measure(struct gram *g, size_t first, size_t count);

/* Some rows and others, as a part of the n x n matrix. */
struct gram_tile {
    size_t first, count, other, others;
    bool lower; /* it is square and on the diagonal, and only what is below that is wanted */
};

/* Effect: product, count rows of step, becomes -2ab of these rows and the others, by some of the
 * coordinates. This and the next may be called by many threads, if BLAS computes by one. */
void gram_multiply(const struct gram *g, const struct gram_tile *t, size_t from, size_t width,
                   double *product, size_t step);

/* Effect: what was the product by all coordinates becomes squared distances. */
void gram_finish(const struct gram *g, const struct gram_tile *t, double *product, size_t step);

#endif

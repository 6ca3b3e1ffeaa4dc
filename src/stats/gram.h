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
    bool far;        /* all points are far from 0, so that they are to be moved, */
    double *centre;  /* width: by this */
    double *moved;   /* n x width; NULL: they are not */
    const double *y; /* what is multiplied: n rows of step */
    size_t step;
    double *norm; /* n: squares of y */
};

/* Effect: knows whether the rows of x are far from 0, and their centre. Memory: n + width doubles. */
int gram_open(struct gram *g, const double *x, size_t n, size_t width, size_t stride,
              struct err *e);
void gram_close(struct gram *g);

/* Effect: makes room for what gram_measure() moves. Memory: where all are far from 0 n x width
 * doubles. */
int gram_prepare(struct gram *g, struct err *e);

/* Effect: measures some of the rows, and moves them. Each must be, before its first gram_multiply(). */
void gram_measure(struct gram *g, size_t first, size_t count);

/* Some rows and others, as a part of the n x n matrix. */
struct gram_tile {
    size_t first, count, other, others;
    bool lower; /* it is square and on the diagonal, and only what is below that is wanted */
};

/* Effect: product, count rows of step, becomes -2ab of these rows and the others. This and the next
 * may be called by many threads, if BLAS computes by one. */
void gram_multiply(const struct gram *g, const struct gram_tile *t, double *product, size_t step);

/* Effect: what was -2ab becomes squared distances. */
void gram_finish(const struct gram *g, const struct gram_tile *t, double *product, size_t step);

#endif

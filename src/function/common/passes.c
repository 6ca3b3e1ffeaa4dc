/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two passes over one piece of a block, at the speed of memory. */
#include "function/common/passes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "util/versions.h"

/* Rows are added STEP at a time, while a sum is in a register; WIDTH lanes lie
 * between two prefetches, which take a LINE of the cache each. */
enum { STEP = PASSES_STEP, WIDTH = 16, LINE = 8 };

#define INLINE static inline __attribute__((always_inline))

INLINE void sum_tile(const double *restrict x, size_t rows, size_t stride, size_t from,
                     size_t width, struct sums *restrict s)
{
    for (size_t l = from; l < from + width; l++) {
        double sum = s->sum[l], min = s->min[l], max = s->max[l];
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            double v = x[r * stride + l];
            sum += v;
            min = v < min ? v : min;
            max = v > max ? v : max;
        }
        s->sum[l] = sum, s->min[l] = min, s->max[l] = max;
    }
}

INLINE void power_tile(const double *restrict x, size_t rows, size_t stride, size_t from,
                       size_t width, struct sums *restrict s, int order)
{
    for (size_t l = from; l < from + width; l++) {
        double mean = s->mean[l], p1 = s->power[0][l], p2 = s->power[1][l];
        double p3 = s->power[2][l], p4 = s->power[3][l];
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            double d = x[r * stride + l] - mean, d2 = d * d;
            p1 += d;
            p2 += d2;
            if (order > 2) {
                p3 += d2 * d;
                p4 += d2 * d2;
            }
        }
        s->power[0][l] = p1, s->power[1][l] = p2;
        if (order > 2)
            s->power[2][l] = p3, s->power[3][l] = p4;
    }
}

/* Order 0 is the first pass. */
INLINE void tile(const struct piece *p, size_t row, size_t rows, size_t from, size_t width,
                 struct sums *s, int order)
{
    const double *x = p->data + row * p->stride;

    if (order == 0)
        sum_tile(x, rows, p->stride, from, width, s);
    else
        power_tile(x, rows, p->stride, from, width, s, order);
}

/* Each of the two passes fetches half of the next piece's rows. */
INLINE void fetch(const struct piece *p, size_t row, size_t from, int order)
{
    if (!p->next)
        return;
    const double *x = p->next + (row + (order == 0 ? 0 : STEP / 2)) * p->stride + from;
    for (size_t r = 0; r < STEP / 2; r++)
        for (size_t l = 0; l < WIDTH; l += LINE)
            __builtin_prefetch(x + r * p->stride + l, 0, 2);
}

INLINE void pass(const struct piece *p, struct sums *s, int order)
{
    size_t r = 0;

    for (; r + STEP <= p->rows; r += STEP) {
        size_t l = 0;
        for (; l + WIDTH <= p->lanes; l += WIDTH) {
            fetch(p, r, l, order);
            tile(p, r, STEP, l, WIDTH, s, order);
        }
        tile(p, r, STEP, l, p->lanes - l, s, order);
    }
    for (; r < p->rows; r++)
        tile(p, r, 1, 0, p->lanes, s, order);
}

INLINE void pass_sum(const struct piece *p, struct sums *s)
{
    pass(p, s, 0);
}

INLINE void pass_power(const struct piece *p, struct sums *s, int order)
{
    if (order > 2)
        pass(p, s, 4);
    else
        pass(p, s, 2);
}

/* Effect: the sums of all lanes of a column are in its first lane. */
INLINE void fold(double *v, const struct piece *p)
{
    for (size_t l = p->columns; l < p->lanes; l += p->columns)
        for (size_t j = 0; j < p->columns; j++)
            v[j] += v[l + j];
}

INLINE void fold_extremes(struct sums *s, const struct piece *p)
{
    for (size_t l = p->columns; l < p->lanes; l += p->columns)
        for (size_t j = 0; j < p->columns; j++) {
            double min = s->min[l + j], max = s->max[l + j];
            s->min[j] = min < s->min[j] ? min : s->min[j];
            s->max[j] = max > s->max[j] ? max : s->max[j];
        }
}

/* Effect: sum and count of what is not missing. One condition in a loop, so that
 * it becomes a mask and not a branch. */
static void sum_present(const struct piece *p, struct sums *restrict s)
{
    for (size_t l = 0; l < p->lanes; l++)
        s->sum[l] = s->count[l] = 0;
    for (size_t r = 0; r < p->rows; r++) {
        const double *restrict x = p->data + r * p->stride;
        for (size_t l = 0; l < p->lanes; l++)
            s->sum[l] += x[l] == x[l] ? x[l] : 0.0;
        for (size_t l = 0; l < p->lanes; l++)
            s->count[l] += x[l] == x[l] ? 1.0 : 0.0;
    }
    fold(s->sum, p);
    fold(s->count, p);
}

/* Effect: *p is a copy of itself in filled, with the mean, which adds nothing to
 * the powers about it, in the place of what is missing. */
static void fill_missing(struct piece *p, const double *restrict mean, double *restrict filled)
{
    const size_t lanes = p->lanes;

    for (size_t r = 0; r < p->rows; r++) {
        const double *restrict x = p->data + r * p->stride;
        for (size_t l = 0; l < lanes; l++) {
            double v = x[l], m = mean[l];
            filled[r * lanes + l] = v == v ? v : m;
        }
    }
    p->data = filled;
    p->stride = p->lanes;
    p->next = NULL;
}

/* Effect: count, sum, min, max of the piece's columns. Returns whether a value
 * may be missing: sums are finite if all values are, and do not overflow. */
INLINE bool sum_piece(const struct piece *p, struct sums *s)
{
    bool finite = true;

    for (size_t l = 0; l < p->lanes; l++)
        s->sum[l] = 0, s->min[l] = INFINITY, s->max[l] = -INFINITY;
    pass_sum(p, s);
    fold(s->sum, p);
    fold_extremes(s, p);
    for (size_t j = 0; j < p->columns; j++) {
        s->count[j] = (double)(p->rows * (p->lanes / p->columns));
        finite = finite && isfinite(s->sum[j]);
    }
    if (!finite)
        sum_present(p, s);
    return !finite;
}

/* The mean m of the first pass is rounded, so the powers are summed about m and
 * then moved to m + e, e = sum(x - m)/n (Chan, Golub and LeVeque 1983, the
 * corrected two-pass algorithm; here for the 3rd and 4th power as well). */
INLINE void move_to_mean(struct sums *s, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        double n = s->count[j], e = s->power[0][j] / (n > 0 ? n : 1);
        double p2 = s->power[1][j], p3 = s->power[2][j], p4 = s->power[3][j];
        s->mean[j] += e;
        s->power[1][j] = p2 - n * e * e;
        s->power[2][j] = p3 - 3 * e * p2 + 2 * n * e * e * e;
        s->power[3][j] = p4 - 4 * e * p3 + 6 * e * e * p2 - 3 * n * e * e * e * e;
    }
}

VERSIONS void passes(struct piece p, int order, struct sums *s)
{
    double filled[PASSES_PIECE];
    size_t powers = order > 2 ? 4 : 2;

    bool missing = sum_piece(&p, s);
    for (size_t j = 0; j < p.columns; j++)
        s->mean[j] = s->sum[j] / (s->count[j] > 0 ? s->count[j] : 1);
    for (size_t l = p.columns; l < p.lanes; l++)
        s->mean[l] = s->mean[l - p.columns];
    if (missing)
        fill_missing(&p, s->mean, filled);
    for (size_t k = 0; k < powers; k++)
        memset(s->power[k], 0, p.lanes * sizeof s->power[k][0]);
    pass_power(&p, s, order);
    for (size_t k = 0; k < powers; k++)
        fold(s->power[k], &p);
    move_to_mean(s, p.columns);
}

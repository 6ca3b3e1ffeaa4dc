/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures how far results are from each other, whatever their size. */
#include "stats/estimate_private.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { TILE = 2048 }; /* coordinates of all rows that a processor's cache holds */

/* Sums of squares between these are right to rounding; beyond some have overflowed or vanished. */
static const double least_sum = 1e-280, largest_sum = 1e300;

static double half_gap(double a, double b)
{
    return a / 2 - b / 2;
}

/* Four sums side by side: a processor adds four numbers in the time of one. */
static double half_squares(const double *a, const double *b, size_t d)
{
    double sum[4] = {0};
    size_t j = 0;

    for (; j + 4 <= d; j += 4)
        for (size_t k = 0; k < 4; k++) {
            double gap = half_gap(a[j + k], b[j + k]);
            sum[k] += gap * gap;
        }
    for (; j < d; j++) {
        double gap = half_gap(a[j], b[j]);
        sum[0] += gap * gap;
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The same in units of the largest gap. */
static double slow_distance(const double *a, const double *b, size_t d)
{
    double largest = 0, sum = 0;

    for (size_t j = 0; j < d; j++)
        largest = fmax(largest, fabs(half_gap(a[j], b[j])));
    if (largest == 0)
        return 0;
    for (size_t j = 0; j < d; j++) {
        double gap = half_gap(a[j], b[j]) / largest;
        sum += gap * gap;
    }
    return fmin(largest * sqrt(sum), DBL_MAX);
}

static double distance_of(double squares, const double *a, const double *b, size_t d)
{
    if (squares >= least_sum && squares <= largest_sum)
        return sqrt(squares);
    return slow_distance(a, b, d);
}

double estimate_distance(const double *a, const double *b, size_t d)
{
    return distance_of(half_squares(a, b, d), a, b, d);
}

double *estimate_distances(const struct estimate_input *in, struct err *e)
{
    size_t n = in->n, d = in->d;
    double *far = n <= SIZE_MAX / n ? err_alloc(n * n, sizeof *far, "distances", e)
                                    : err_null(err_memory(e, "distances"));

    if (!far)
        return NULL;
    for (size_t at = 0; at < d; at += TILE) {
        const double *x = in->x + at;
        size_t width = d - at < TILE ? d - at : TILE;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++)
                far[i * n + k] += half_squares(x + i * d, x + k * d, width);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            far[i * n + k] = far[k * n + i] =
                distance_of(far[i * n + k], in->x + i * d, in->x + k * d, d);
    return far;
}

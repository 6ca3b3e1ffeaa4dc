/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes means by weight, and of what is left in the middle of each coordinate. */
#include "stats/estimate_private.h"

#include <float.h>
#include <math.h>

#include "stats/robust.h"

/* A power of two by which the weights sum to 1 at most, so that no sum of numbers overflows; it
 * changes no bit of a mean. */
static double unit_of(const double *weight, size_t n)
{
    double largest = 0;
    int exponent, more;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, weight[i]);
    frexp(largest, &exponent);
    frexp((double)n, &more);
    return ldexp(1, -exponent - more);
}

/* Rounding leads no mean out of the numbers that there are. */
static double bounded(double x)
{
    return fmax(-DBL_MAX, fmin(x, DBL_MAX));
}

void estimate_mean(const struct estimate_block *b, const double *weight, double *middle)
{
    double unit = unit_of(weight, b->n), sum = 0;

    for (size_t j = 0; j < b->width; j++)
        middle[j] = 0;
    for (size_t i = 0; i < b->n; i++) {
        const double *row = b->x + i * b->stride;
        double w = weight[i] * unit;
        sum += w;
        if (w > 0)
            for (size_t j = 0; j < b->width; j++)
                middle[j] += w * row[j];
    }
    for (size_t j = 0; j < b->width; j++)
        middle[j] = bounded(middle[j] / sum);
}

static double plain_mean(const double *x, size_t n)
{
    double sum = 0, unit;
    int exponent;

    frexp((double)n, &exponent);
    unit = ldexp(1, -exponent); /* as above */
    for (size_t i = 0; i < n; i++)
        sum += x[i] * unit;
    return bounded(sum / ((double)n * unit));
}

void estimate_trim(const struct estimate_block *b, size_t f, double *column, double *middle)
{
    for (size_t j = 0; j < b->width; j++) {
        for (size_t i = 0; i < b->n; i++)
            column[i] = b->x[i * b->stride + j];
        robust_sort_numbers(column, b->n);
        middle[j] = plain_mean(column + f, b->n - 2 * f);
    }
}

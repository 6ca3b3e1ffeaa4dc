/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates location and spread by weighted quantiles. */
#include "stats/robust.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double tolerance = 1e-12;

static int compare_points(const void *a, const void *b)
{
    const struct robust_point *p = a, *q = b;

    return (p->value > q->value) - (p->value < q->value);
}

void robust_sort(struct robust_point *points, size_t n)
{
    if (n > 1)
        qsort(points, n, sizeof *points, compare_points);
}

/* The first value from i on that has weight, or otherwise. */
static double next_value(const struct robust_point *points, size_t n, size_t i, double otherwise)
{
    for (; i < n; i++)
        if (points[i].weight > 0)
            return points[i].value;
    return otherwise;
}

double robust_quantile(struct robust_point *points, size_t n, double q)
{
    double whole = 0, sum = 0;

    robust_sort(points, n);
    for (size_t i = 0; i < n; i++)
        whole += points[i].weight;
    for (size_t i = 0; i < n; i++) {
        if (points[i].weight <= 0)
            continue;
        sum += points[i].weight;
        if (sum > (q + tolerance) * whole)
            return points[i].value;
        if (sum >= (q - tolerance) * whole) {
            double v = points[i].value;
            return v / 2 + next_value(points, n, i + 1, v) / 2; /* v + w may overflow */
        }
    }
    return NAN;
}

double robust_spread(struct robust_point *points, size_t n, double centre)
{
    double rounding = tolerance * fabs(centre);

    double iqr = robust_quantile(points, n, 0.75) - robust_quantile(points, n, 0.25);
    for (size_t i = 0; i < n; i++)
        points[i].value = fabs(points[i].value - centre);
    double mad = robust_quantile(points, n, 0.5);

    double spread = mad > rounding ? 1.4826 * mad : iqr > rounding ? iqr / 1.349 : 0;
    return fmin(spread, DBL_MAX);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes the distances of all pairs of rows, with the same bits everywhere. */
#include "stats/distance.h"

#include <math.h>

static double euclid(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double gap = a[j] - b[j];
        sum += gap * gap;
    }
    return sqrt(sum);
}

static double manhattan(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += fabs(a[j] - b[j]);
    return sum;
}

void distance_matrix(enum distance_metric metric, const double *x, size_t n, size_t d,
                     double *matrix)
{
    for (size_t i = 0; i < n; i++) {
        matrix[i * n + i] = 0;
        for (size_t k = 0; k < i; k++) {
            const double *a = x + i * d, *b = x + k * d;
            double gap = metric == DISTANCE_MANHATTAN ? manhattan(a, b, d) : euclid(a, b, d);
            matrix[i * n + k] = matrix[k * n + i] = gap;
        }
    }
}

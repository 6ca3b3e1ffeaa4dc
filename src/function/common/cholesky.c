/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small symmetric systems, in plain C. */
#include "function/common/cholesky.h"

#include "function/common/triangle.h"

#include <math.h>

/* The first rows of U are final when row k is reached, so that A[k][k] is the sum of
 * the squares above the pivot. */
static double diagonal(const double *a, size_t n, size_t k)
{
    double sum = a[triangle_row(n, k)];

    for (size_t i = 0; i < k; i++) {
        double u = a[triangle_row(n, i) + k - i];
        sum += u * u;
    }
    return sum;
}

size_t cholesky_factor(double *a, size_t n, double least)
{
    for (size_t k = 0; k < n; k++) {
        double *row = a + triangle_row(n, k), pivot = row[0];
        /* A NaN is no pivot either. */
        if (!(pivot > least * diagonal(a, n, k)))
            return k;
        double root = sqrt(pivot);
        for (size_t j = 0; j < n - k; j++)
            row[j] /= root;
        for (size_t i = 1; i < n - k; i++) {
            double *below = a + triangle_row(n, k + i), factor = row[i];
            for (size_t j = i; j < n - k; j++)
                below[j - i] -= factor * row[j];
        }
    }
    return n;
}

void cholesky_solve(const double *u, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++) {
        const double *row = u + triangle_row(n, k);
        x[k] /= row[0];
        for (size_t j = k + 1; j < n; j++)
            x[j] -= row[j - k] * x[k];
    }
    for (size_t k = n; k-- > 0;) {
        const double *row = u + triangle_row(n, k);
        for (size_t j = k + 1; j < n; j++)
            x[k] -= row[j - k] * x[j];
        x[k] /= row[0];
    }
}

void cholesky_multiply(const double *a, size_t n, const double *x, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = 0;
    for (size_t i = 0; i < n; i++) {
        const double *row = a + triangle_row(n, i);
        y[i] += row[0] * x[i];
        for (size_t j = i + 1; j < n; j++) {
            y[i] += row[j - i] * x[j];
            y[j] += row[j - i] * x[i];
        }
    }
}

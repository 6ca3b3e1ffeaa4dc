/* SPDX-License-Identifier: GPL-3.0-or-later */
/* R of a QR factorisation: adding rows, merging, solving. */
#include "function/common/triangle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/lapack.h"

enum { PANEL = 32 }; /* columns that LAPACK works on together */

size_t triangle_length(size_t m)
{
    return m * (m + 1) / 2;
}

size_t triangle_row(size_t m, size_t k)
{
    return k * (2 * m - k + 1) / 2;
}

/* Effect: the leading n x n part of a packed triangle, column by column. */
static void unpack(const double *r, size_t m, size_t n, double *full)
{
    for (size_t k = 0; k < n; k++)
        for (size_t j = k; j < n; j++)
            full[j * n + k] = r[triangle_row(m, k) + j - k];
}

/* Effect: packs a triangle; rows whose diagonal is negative are turned. */
static void pack(const double *full, size_t m, double *r)
{
    for (size_t k = 0; k < m; k++) {
        double sign = full[k * m + k] < 0 ? -1 : 1;
        for (size_t j = k; j < m; j++)
            r[triangle_row(m, k) + j - k] = sign * full[j * m + k];
    }
}

int triangle_add(double *r, size_t m, double *matrix, size_t rows)
{
    const int n = (int)m, height = (int)rows, zero = 0, panel = n < PANEL ? n : PANEL;
    int info;
    double *full = calloc(m * m, sizeof *full);
    double *work = malloc(2 * m * PANEL * sizeof *work);

    if (full && work) {
        unpack(r, m, m, full);
        dtpqrt_(&height, &n, &zero, &panel, full, &n, matrix, &height, work, &panel,
                work + m * PANEL, &info);
        pack(full, m, r);
    }
    free(work);
    free(full);
    return full && work ? 0 : -1;
}

/* Returns the norm of [alpha v]; scaled only where the squares would be lost. */
static double norm_of(double alpha, const double *v, size_t n)
{
    double sum = alpha * alpha, scale = fabs(alpha);

    for (size_t i = 0; i < n; i++)
        sum += v[i] * v[i];
    if (sum > 1e-280 && sum < 1e280)
        return sqrt(sum);
    for (size_t i = 0; i < n; i++)
        scale = fabs(v[i]) > scale ? fabs(v[i]) : scale;
    if (scale == 0)
        return sum; /* 0, or NaN */
    sum = (alpha / scale) * (alpha / scale);
    for (size_t i = 0; i < n; i++)
        sum += (v[i] / scale) * (v[i] / scale);
    return scale * sqrt(sum);
}

/* Effect: applies I - tau [1 v]'[1 v] to row k of r and rows 0 to k of b, from
 * column k on. The row's sign is turned, so that its diagonal stays positive. */
static void reflect(double *row, double *b, size_t m, size_t k, const double *v, double tau,
                    double *t)
{
    size_t n = m - k;

    memcpy(t, row, n * sizeof *t);
    for (size_t i = 0; i <= k; i++) {
        const double *bi = b + triangle_row(m, i) + k - i;
        for (size_t j = 0; j < n; j++)
            t[j] += v[i] * bi[j];
    }
    for (size_t j = 0; j < n; j++) {
        t[j] *= tau;
        row[j] = t[j] - row[j];
    }
    for (size_t i = 0; i <= k; i++) {
        double *bi = b + triangle_row(m, i) + k - i;
        for (size_t j = 0; j < n; j++)
            bi[j] -= v[i] * t[j];
    }
}

/* Column k of b has k + 1 elements, above and on its diagonal: they are reflected
 * into row k of r. Golub and Van Loan, Matrix Computations, 5.1; as the diagonal
 * of r is not negative, nothing cancels. */
int triangle_merge(double *r, size_t m, const double *from)
{
    size_t length = triangle_length(m);
    double *b = malloc((length + 2 * m) * sizeof *b);

    if (!b)
        return -1;
    double *v = b + length, *t = v + m;
    memcpy(b, from, length * sizeof *b);
    for (size_t k = 0; k < m; k++) {
        double *row = r + triangle_row(m, k), alpha = row[0];
        for (size_t i = 0; i <= k; i++)
            v[i] = b[triangle_row(m, i) + k - i];
        double norm = norm_of(alpha, v, k + 1);
        if (norm == 0)
            continue;
        for (size_t i = 0; i <= k; i++)
            v[i] /= alpha + norm;
        reflect(row, b, m, k, v, (alpha + norm) / norm, t);
        row[0] = norm;
    }
    free(b);
    return 0;
}

int triangle_solve(const double *r, size_t m, size_t n, int transposed, double *x, size_t columns)
{
    const int size = (int)n, count = (int)columns;
    int info;
    double *full = calloc(n * n, sizeof *full);

    if (!full)
        return -1;
    unpack(r, m, n, full);
    dtrtrs_("U", transposed ? "T" : "N", "N", &size, &count, full, &size, x, &size, &info, 1, 1, 1);
    free(full);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "function/triangle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows are padded to whole tiles: loops over a tile become vectors. What is left
 * of the diagonal in the first tile is worked on as well, and never looked at. */
enum { TILE = 8, ROWS_DOUBLES = 8192, ROWS_MIN = 32, ROWS_MAX = 512 };

#if defined __x86_64__ && defined __GLIBC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define VERSIONS __attribute__((target_clones("avx2", "default")))
#else
#define VERSIONS
#endif

size_t triangle_length(size_t m)
{
    return m * (m + 1) / 2;
}

size_t triangle_row(size_t m, size_t k)
{
    return k * (2 * m - k + 1) / 2;
}

size_t triangle_stride(size_t m)
{
    return (m + TILE - 1) / TILE * TILE;
}

size_t triangle_rows(size_t m)
{
    size_t rows = ROWS_DOUBLES / triangle_stride(m);

    return rows < ROWS_MIN ? ROWS_MIN : rows > ROWS_MAX ? ROWS_MAX : rows;
}

/* The rows, then one row of R, then the reflection's vector. */
double *triangle_scratch(size_t m)
{
    return calloc((triangle_rows(m) + 1) * triangle_stride(m) + triangle_rows(m), sizeof(double));
}

/* Returns the norm of [alpha v]; scaled only where the squares would be lost. */
static double norm_of(double alpha, const double *v, size_t rows)
{
    double sum = alpha * alpha, scale = fabs(alpha);

    for (size_t i = 0; i < rows; i++)
        sum += v[i] * v[i];
    if (sum > 1e-280 && sum < 1e280)
        return sqrt(sum);
    for (size_t i = 0; i < rows; i++)
        scale = fabs(v[i]) > scale ? fabs(v[i]) : scale;
    if (scale == 0)
        return sum; /* 0, or NaN */
    sum = (alpha / scale) * (alpha / scale);
    for (size_t i = 0; i < rows; i++)
        sum += (v[i] / scale) * (v[i] / scale);
    return scale * sqrt(sum);
}

/* Effect: v and *tau such that I - tau [1 v]'[1 v] takes [alpha x] to [-norm 0],
 * where x is column k of the rows. Returns norm, 0 if there is nothing to do.
 * Golub and Van Loan, Matrix Computations, 5.1; as alpha >= 0, nothing cancels. */
static double reflection(double alpha, const double *b, size_t stride, size_t rows, double *v,
                         double *tau)
{
    for (size_t i = 0; i < rows; i++)
        v[i] = b[i * stride];
    double norm = norm_of(alpha, v, rows);
    if (norm == 0)
        return 0;
    for (size_t i = 0; i < rows; i++)
        v[i] /= alpha + norm;
    *tau = (alpha + norm) / norm;
    return norm;
}

/* Effect: applies the reflection to one tile of columns: row, of R, and b, of the
 * rows. The row's sign is turned, so that the diagonal becomes +norm. */
static inline __attribute__((always_inline)) void reflect_tile(double *restrict row,
                                                               double *restrict b, size_t stride,
                                                               size_t rows,
                                                               const double *restrict v, double tau)
{
    double t[TILE];

    for (size_t j = 0; j < TILE; j++)
        t[j] = row[j];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < TILE; j++)
            t[j] += v[i] * b[i * stride + j];
    for (size_t j = 0; j < TILE; j++) {
        t[j] *= tau;
        row[j] = t[j] - row[j];
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < TILE; j++)
            b[i * stride + j] -= v[i] * t[j];
}

VERSIONS static void reflect(double *row, double *b, size_t stride, size_t rows, const double *v,
                             double tau, size_t first)
{
    for (size_t j = first / TILE * TILE; j < stride; j += TILE)
        reflect_tile(row + j, b + j, stride, rows, v, tau);
}

void triangle_add(double *r, size_t m, double *scratch, size_t rows, size_t first)
{
    size_t stride = triangle_stride(m);
    double *b = scratch, *row = b + triangle_rows(m) * stride, *v = row + stride;

    for (size_t k = first; k < m; k++) {
        double *rk = r + triangle_row(m, k), tau;
        double norm = reflection(rk[0], b + k, stride, rows, v, &tau);
        if (norm == 0)
            continue;
        memset(row, 0, stride * sizeof *row);
        memcpy(row + k, rk, (m - k) * sizeof *row);
        reflect(row, b, stride, rows, v, tau, k);
        memcpy(rk, row + k, (m - k) * sizeof *row);
        rk[0] = norm;
    }
}

void triangle_merge(double *r, size_t m, const double *from, double *scratch)
{
    size_t stride = triangle_stride(m), chunk = triangle_rows(m);

    for (size_t first = 0; first < m; first += chunk) {
        size_t rows = m - first < chunk ? m - first : chunk;
        memset(scratch, 0, rows * stride * sizeof *scratch);
        for (size_t i = 0; i < rows; i++)
            memcpy(scratch + i * stride + first + i, from + triangle_row(m, first + i),
                   (m - first - i) * sizeof *scratch);
        triangle_add(r, m, scratch, rows, first);
    }
}

void triangle_solve(const double *r, size_t m, size_t n, double *x)
{
    for (size_t k = n; k-- > 0;) {
        const double *rk = r + triangle_row(m, k);
        for (size_t j = k + 1; j < n; j++)
            x[k] -= rk[j - k] * x[j];
        x[k] /= rk[0];
    }
}

void triangle_solve_transposed(const double *r, size_t m, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++) {
        const double *rk = r + triangle_row(m, k);
        x[k] /= rk[0];
        for (size_t j = k + 1; j < n; j++)
            x[j] -= rk[j - k] * x[k];
    }
}

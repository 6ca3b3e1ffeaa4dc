/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes distances of pairs of points by plain loops, with the same bits everywhere. */
#include "stats/pairs.h"

#include <math.h>
#include <string.h>

#include "util/versions.h"

enum {
    LANES = 8,
    ROWS = 4,
    CACHED = 2048 /* points, of which few coordinates stay in a core's cache */
};

/* Numbers that are computed alike: of any width, they become what the processor has. */
typedef double lanes
    __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

static double sum_of(const double *lane)
{
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

VERSIONS double pairs_square(const double *a, const double *b, size_t d)
{
    lanes sum = {0};
    double lane[LANES], rest = 0;
    size_t j = 0;

    for (; j + LANES <= d; j += LANES) {
        lanes gap = *(const lanes *)(a + j) - *(const lanes *)(b + j);
        sum += gap * gap;
    }
    for (; j < d; j++)
        rest += (a[j] - b[j]) * (a[j] - b[j]);
    memcpy(lane, &sum, sizeof lane);
    return sum_of(lane) + rest;
}

double pairs_manhattan(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += fabs(a[j] - b[j]);
    return sum;
}

void pairs_turn(const double *x, size_t n, size_t d, double *across)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            across[j * n + i] = x[i * d + j];
}

/* Of four rows at a time, and of the points from first to end, a multiple of LANES apart: what was
 * read of these serves all rows. */
VERSIONS static void squares_of_rows(const double *across, size_t n, size_t d, const double *a,
                                     size_t first, size_t end, double *squares)
{
    for (size_t k = first; k < end; k += LANES) {
        lanes sum[ROWS] = {{0}};
        for (size_t j = 0; j < d; j++) {
            lanes column = *(const lanes *)(across + j * n + k);
#pragma GCC unroll 4
            for (size_t r = 0; r < ROWS; r++) {
                lanes gap = column - a[r * d + j];
                sum[r] += gap * gap;
            }
        }
        for (size_t r = 0; r < ROWS; r++)
            *(lanes *)(squares + r * n + k) = sum[r];
    }
}

void pairs_squares(const double *across, size_t n, size_t d, const double *a, size_t count,
                   double *squares)
{
    size_t whole = n / LANES * LANES, rows = count / ROWS * ROWS;

    for (size_t k = 0; k < whole; k += CACHED) /* of all rows, but the last few */
        for (size_t r = 0; r < rows; r += ROWS)
            squares_of_rows(across, n, d, a + r * d, k, whole - k < CACHED ? whole : k + CACHED,
                            squares + r * n);
    for (size_t i = 0; i < count; i++)
        for (size_t k = i < rows ? whole : 0; k < n; k++) {
            double sum = 0;
            for (size_t j = 0; j < d; j++) {
                double gap = across[j * n + k] - a[i * d + j];
                sum += gap * gap;
            }
            squares[i * n + k] = sum;
        }
}

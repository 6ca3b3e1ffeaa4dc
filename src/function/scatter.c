/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "function/scatter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/lapack.h"
#include "util/versions.h"

/* Doubles of rows that are centred and multiplied together: they stay in cache. */
enum { PIECE = 32768 };

enum { ROWS, COMPLETE, MEAN }; /* where they are in a state */

static double *products(const double *state, size_t d)
{
    return (double *)state + MEAN + d;
}

/* Where element (i, j), i >= j, of a symmetric matrix is in the packed format: the
 * first half of the columns below each other, in a rectangle with one row more if d
 * is even; above them, transposed, the triangle of the second half. */
static size_t place(size_t d, size_t i, size_t j)
{
    size_t half = (d + 1) / 2, even = d % 2 == 0, height = d + even;

    if (j < half)
        return i + even + j * height;
    return j - half + (i - half + 1 - even) * height;
}

double scatter_product(const double *state, size_t d, size_t i, size_t j)
{
    return products(state, d)[i < j ? place(d, j, i) : place(d, i, j)];
}

int scatter_length(struct function_env *env, size_t *n)
{
    size_t d = env->columns;

    if (d < 1 || d > SCATTER_COLUMNS) {
        snprintf(env->error, sizeof env->error,
                 "%zu columns; expected 1 to %d, as the state has a number for every two of them",
                 d, SCATTER_COLUMNS);
        return -1;
    }
    *n = MEAN + d + d * (d + 1) / 2;
    return 0;
}

/* Effect: the rows without missing values, packed. Returns how many. */
static size_t take_complete(const double *x, size_t rows, size_t d, double *taken)
{
    size_t count = 0;

    for (size_t i = 0; i < rows; i++, x += d) {
        bool complete = true;
        for (size_t j = 0; j < d; j++)
            complete = complete && x[j] == x[j];
        if (complete)
            memcpy(taken + d * count++, x, d * sizeof *x);
    }
    return count;
}

/* Effect: mean of the rows, as the first row and the mean of differences from it: so
 * a constant column has its value, exactly. Returns whether a value may be missing. */
VERSIONS static bool take_mean(const double *restrict x, size_t rows, size_t d,
                               double *restrict mean)
{
    bool finite = true;

    for (size_t j = 0; j < d; j++)
        mean[j] = 0;
    for (size_t i = 1; i < rows; i++)
        for (size_t j = 0; j < d; j++)
            mean[j] += x[i * d + j] - x[j];
    for (size_t j = 0; j < d; j++) {
        mean[j] = x[j] + mean[j] / (double)rows;
        finite = finite && isfinite(mean[j]);
    }
    return !finite;
}

VERSIONS static void centre(const double *x, size_t rows, size_t d, const double *restrict mean,
                            double *restrict centred)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < d; j++)
            centred[i * d + j] = x[i * d + j] - mean[j];
}

/* Effect: n rows of that mean come to the state's mean and count. Returns the weight of
 * the difference of means, which is put in their place, in the sums of products:
 * n m/(n + m) (Chan, Golub and LeVeque 1979). */
static double move_mean(double *state, size_t d, double n, double *difference)
{
    double m = state[COMPLETE], sum = n + m, part = n / sum;

    for (size_t j = 0; j < d; j++) {
        difference[j] -= state[MEAN + j];
        state[MEAN + j] += part * difference[j];
    }
    state[COMPLETE] = sum;
    return m * part;
}

/* Adds at most PIECE doubles, or one row. The difference of means, times the root of
 * its weight, is one row more. Work has room for a row more than the piece, and a
 * mean. */
static void add_piece(double *state, const double *x, size_t rows, size_t d, double *work)
{
    double *mean = work + (rows + 1) * d;
    const double one = 1;
    const int size = (int)d;

    if (take_mean(x, rows, d, mean)) {
        rows = take_complete(x, rows, d, work);
        if (rows == 0)
            return;
        x = work;
        take_mean(x, rows, d, mean);
    }
    centre(x, rows, d, mean, work);
    double root = sqrt(move_mean(state, d, (double)rows, mean));
    for (size_t j = 0; j < d; j++)
        work[rows * d + j] = root * mean[j];
    const int count = (int)rows + (root > 0 ? 1 : 0);
    dsfrk_("N", "L", "N", &size, &count, &one, work, &size, &one, products(state, d), 1, 1, 1);
}

int scatter_accumulate(struct function_env *env, double *state, const struct block *block)
{
    size_t d = block->columns, most = PIECE / d > 0 ? PIECE / d : 1;
    double *work;

    if (most > block->rows)
        most = block->rows;
    if (!(work = malloc((most + 2) * d * sizeof *work))) {
        snprintf(env->error, sizeof env->error, "out of memory for %zu columns", d);
        return -1;
    }
    for (size_t r = 0; r < block->rows; r += most) {
        size_t rows = block->rows - r < most ? block->rows - r : most;
        add_piece(state, block->data + r * d, rows, d, work);
    }
    state[ROWS] += (double)block->rows;
    free(work);
    return 0;
}

/* Column c of the packed rectangle: the last columns of the second triangle's row, then
 * those of the first half's column. */
int scatter_merge(struct function_env *env, double *into, const double *from)
{
    size_t d = env->columns, half = (d + 1) / 2, even = d % 2 == 0, height = d + even;
    double *restrict a = products(into, d), *restrict difference;
    const double *restrict b = products(from, d);

    into[ROWS] += from[ROWS];
    if (from[COMPLETE] == 0)
        return 0;
    if (into[COMPLETE] == 0) {
        memcpy(into + COMPLETE, from + COMPLETE, (MEAN - 1 + d + d * (d + 1) / 2) * sizeof *into);
        return 0;
    }
    if (!(difference = malloc(d * sizeof *difference))) {
        snprintf(env->error, sizeof env->error, "out of memory for %zu columns", d);
        return -1;
    }
    memcpy(difference, from + MEAN, d * sizeof *difference);
    double weight = move_mean(into, d, from[COMPLETE], difference);
    for (size_t c = 0; c < half; c++, a += height, b += height) {
        size_t split = c + even;
        double upper = split > 0 ? weight * difference[half + split - 1] : 0;
        double lower = weight * difference[c];
        for (size_t r = 0; r < split; r++)
            a[r] += b[r] + upper * difference[half + r];
        for (size_t r = split; r < height; r++)
            a[r] += b[r] + lower * difference[r - even];
    }
    free(difference);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of products about the mean: adding rows, merging. */
#include "function/describe/scatter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/lapack.h"
#include "function/common/tell.h"
#include "util/versions.h"

/* Doubles of rows that are centred and multiplied together: they stay in cache. */
enum { PIECE = 32768 };

enum { ORDER = 4 }; /* of the columns' moments */

struct central scatter_columns(const double *state, size_t d)
{
    return central_at((double *)state + 1, d, ORDER);
}

double scatter_rows(const double *state)
{
    return state[1];
}

static double *products(const double *state, size_t d)
{
    return (double *)state + 1 + central_length(d, ORDER);
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

    if (d < 1 || d > SCATTER_COLUMNS)
        return tell_error(
            env, "%zu columns; expected 1 to %d, as the state has a number for every two of them",
            d, SCATTER_COLUMNS);
    *n = 1 + central_length(d, ORDER) + d * (d + 1) / 2;
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

VERSIONS static void centre(const double *x, size_t rows, size_t d, const double *restrict mean,
                            double *restrict centred)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < d; j++)
            centred[i * d + j] = x[i * d + j] - mean[j];
}

/* Effect: the moments of another state's columns come to those of this one, and the
 * difference of their means is put out. Returns its weight in the sums of products:
 * n m/(n + m) (Chan, Golub and LeVeque 1979). */
static double merge_columns(const struct central *into, const struct central *from,
                            double *difference)
{
    double n = into->count[0], m = from->count[0], sum = n + m;

    for (size_t j = 0; j < into->columns; j++)
        difference[j] = from->mean[j] - into->mean[j];
    central_merge(into, from);
    return n * (m / (sum > 0 ? sum : 1));
}

/* Returns whether all values are there. */
static bool is_complete(const struct central *c, size_t rows)
{
    bool complete = true;

    for (size_t j = 0; j < c->columns; j++)
        complete = complete && c->count[j] == (double)rows;
    return complete;
}

/* Adds at most PIECE doubles, or one row. The difference of means, times the root of
 * its weight, is one row more. Work has room for a row more than the piece, and for
 * the moments of the columns. */
static void add_piece(double *state, const double *x, size_t rows, size_t d, double *work)
{
    double *numbers = work + (rows + 1) * d, *last;
    struct central all = scatter_columns(state, d), piece = central_at(numbers, d, ORDER);
    const double one = 1;
    const int size = (int)d;

    memset(numbers, 0, central_length(d, ORDER) * sizeof *numbers);
    central_add(&piece, &(struct block){.rows = rows, .columns = d, .data = x});
    if (!is_complete(&piece, rows)) {
        rows = take_complete(x, rows, d, work);
        if (rows == 0)
            return;
        x = work;
        memset(numbers, 0, central_length(d, ORDER) * sizeof *numbers);
        central_add(&piece, &(struct block){.rows = rows, .columns = d, .data = x});
    }
    centre(x, rows, d, piece.mean, work);
    last = work + rows * d;
    double root = sqrt(merge_columns(&all, &piece, last));
    for (size_t j = 0; j < d; j++)
        last[j] *= root;
    const int count = (int)rows + (root > 0 ? 1 : 0);
    dsfrk_("N", "L", "N", &size, &count, &one, work, &size, &one, products(state, d), 1, 1, 1);
}

int scatter_counts(struct function_env *env, unsigned char *is_count)
{
    central_counts(env->columns, is_count + 1);
    return 0;
}

int scatter_accumulate(struct function_env *env, double *state, const struct block *block)
{
    size_t d = block->columns, most = PIECE / d > 0 ? PIECE / d : 1;
    double *work;

    if (most > block->rows)
        most = block->rows;
    if (!(work = malloc(((most + 1) * d + central_length(d, ORDER)) * sizeof *work)))
        return tell_error(env, "out of memory for %zu columns", d);
    for (size_t r = 0; r < block->rows; r += most) {
        size_t rows = block->rows - r < most ? block->rows - r : most;
        add_piece(state, block->data + r * d, rows, d, work);
    }
    state[0] += (double)block->rows;
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

    struct central all = scatter_columns(into, d), other = scatter_columns(from, d);

    into[0] += from[0];
    if (scatter_rows(from) == 0)
        return 0;
    if (scatter_rows(into) == 0) {
        memcpy(into + 1, from + 1, (central_length(d, ORDER) + d * (d + 1) / 2) * sizeof *into);
        return 0;
    }
    if (!(difference = malloc(d * sizeof *difference)))
        return tell_error(env, "out of memory for %zu columns", d);
    double weight = merge_columns(&all, &other, difference);
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

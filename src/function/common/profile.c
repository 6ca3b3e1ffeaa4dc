/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The moments by which rounds centre, scale and compare. */
#include "function/common/profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER = 4 };

/* A spread below this part of the mean is rounding. */
static const double CONSTANT = 1e-13;

size_t profile_length(size_t d)
{
    return 1 + central_length(d, ORDER);
}

struct central profile_columns(const double *state, size_t d)
{
    return central_at((double *)state + 1, d, ORDER);
}

void profile_counts(size_t d, unsigned char *is_count)
{
    central_counts(d, is_count + 1);
}

int profile_add(double *state, const struct block *block)
{
    size_t d = block->columns;
    double *numbers = calloc(central_length(d, ORDER) + 1, sizeof *numbers);

    if (!numbers)
        return -1;
    struct central rows = central_at(numbers, d, ORDER), all = profile_columns(state, d);
    central_add(&rows, block);
    memset(rows.min, 0, d * sizeof *rows.min);
    memset(rows.max, 0, d * sizeof *rows.max);
    central_merge(&all, &rows);
    state[0] += (double)block->rows;
    free(numbers);
    return 0;
}

void profile_merge(double *into, const double *from, size_t d)
{
    struct central all = profile_columns(into, d), rows = profile_columns(from, d);

    central_merge(&all, &rows);
    into[0] += from[0];
}

bool profile_agrees(const double *state, size_t d)
{
    struct central c = profile_columns(state, d);
    bool agrees = state[0] >= 1;

    for (size_t i = 0; i < profile_length(d); i++)
        agrees = agrees && isfinite(state[i]);
    for (size_t j = 0; j < d; j++)
        agrees = agrees && c.count[j] == state[0] && c.m2[j] >= 0 && c.m4[j] >= 0;
    return agrees;
}

void profile_features(const double *state, size_t d, double *value, double *error)
{
    struct central c = profile_columns(state, d);

    for (size_t j = 0; j < d; j++) {
        double v[2], e[2];
        central_features(&c, j, v, e);
        value[j] = v[0], value[d + j] = v[1], error[j] = e[0], error[d + j] = e[1];
    }
}

void profile_feature_name(const char *const *columns, size_t d, size_t i, char *text, size_t size)
{
    snprintf(text, size, "%s(%s)", i < d ? "mean" : "sd", columns[i % d]);
}

double profile_spread(const double *state, size_t d, size_t j, bool about_mean)
{
    struct central c = profile_columns(state, d);
    double square = c.m2[j] / state[0] + (about_mean ? 0 : c.mean[j] * c.mean[j]);

    return square > 0 && sqrt(square) > CONSTANT * fabs(c.mean[j]) ? sqrt(square) : 1;
}

double profile_mark(const double *state, size_t d)
{
    struct central c = profile_columns(state, d);
    double mark = 0;

    for (size_t j = 0; j < d; j++) {
        double size = fabs(c.mean[j]) + sqrt(c.m2[j] / state[0]);
        if (size > 0)
            mark += c.mean[j] / size;
        if (c.m4[j] > 0)
            mark += c.m2[j] / sqrt(state[0] * c.m4[j]) / (double)(j + 2);
    }
    return mark;
}

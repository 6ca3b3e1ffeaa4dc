/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The axes of a histogram: the edges of the bins of each column, and finding the
 * bin that a value is in.
 *
 * An axis of n bins has n + 3 cells: below the first edge, the bins, above the
 * last edge, missing. Bin k has the values with edge[k] <= x < edge[k + 1], the
 * last one x = edge[n], too. Cells are numbered through, axis after axis.
 *
 * Only comparisons decide, and edges are made by + and *: the same value is in the
 * same cell on every processor.
 */
#ifndef FUNCTION_AXES_H
#define FUNCTION_AXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AXES_BINS = 10000,    /* of an axis, at most */
    AXES_CELLS = 1 << 24, /* of all axes together, at most */
    AXES_ERROR = 200,     /* bytes of a text that says what is wrong */
    AXES_OUTER = 3,       /* cells of an axis that are no bins */
};

struct axis {
    size_t bins;
    size_t first;        /* number of its first cell */
    const double *edges; /* bins + 1, rising */
};

struct axes {
    size_t count;
    size_t cells; /* of all axes */
    struct axis *axis;
    struct axes_lanes *lanes; /* what axes_find() works with */
};

/* What a contract says of them. */
struct axes_wanted {
    size_t count; /* axes */
    double lower, upper;
    size_t bins;      /* of equal width from lower to upper, of every axis */
    const char *text; /* instead, if not empty: lists between ';', for each axis or one for
                       * all; a list is rising edges between ',', or lower:upper:bins */
};

/* Returns the axes, which the caller destroys; or NULL, with error saying why. Edge
 * k of bins of equal width is k * ((upper - lower)/bins) + lower, the last is upper:
 * those of numpy.linspace(). */
struct axes *axes_create(const struct axes_wanted *wanted, char error[static AXES_ERROR]);
void axes_destroy(struct axes *a);

/* Effect: the cell of each value in rows x a->count of them; at most 2^30 values. */
void axes_find(const struct axes *a, const double *values, size_t rows, int32_t *cell);

/* Effect: writes what cell of the axis says of a value called name, such as
 * "0<=x<0.5", cut to size bytes. */
void axis_name(const struct axis *axis, size_t cell, const char *name, char *text, size_t size);

#endif

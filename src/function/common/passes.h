/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two passes over a piece of a block: its sums and extremes, then the powers
 * of deviations from its means.
 *
 * A piece of few columns is seen as fewer, longer rows: a group of rows side by
 * side makes one row of group x columns lanes. Each lane is summed in the order
 * of its rows, so vectors of any width give the same bits.
 *
 * Convention: NaN is a missing value. Sums are folded from lanes to columns
 * before a pass returns: a column's number is at its first lane.
 */
#ifndef FUNCTION_PASSES_H
#define FUNCTION_PASSES_H

#include <stddef.h>

enum {
    PASSES_PIECE = 8192, /* doubles in a piece, at most: 64 KiB, so that two fit into a cache */
    PASSES_LANES = 512,  /* lanes in a piece, at most */
    PASSES_STEP = 8,     /* its rows of lanes should be a multiple of it */
};

struct piece {
    const double *data;
    const double *next; /* the piece after this one, of the same shape; or NULL */
    size_t rows;        /* of lanes */
    size_t lanes;       /* group * columns */
    size_t stride;      /* doubles from one row of lanes to the next */
    size_t columns;
};

/* What is summed in each lane, and then, folded, in each column. */
struct sums {
    double count[PASSES_LANES];
    double sum[PASSES_LANES];
    double min[PASSES_LANES], max[PASSES_LANES];
    double mean[PASSES_LANES];
    double power[4][PASSES_LANES]; /* sums of (x - mean)^1 to ^4 */
};

/* Effect: s holds count, min, max, mean, and the sums of powers about the mean up
 * to order (3 and 4 only together), of each of the piece's columns. */
void passes(struct piece p, int order, struct sums *s);

#endif

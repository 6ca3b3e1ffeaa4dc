/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Distances between the rows of a matrix, as squares.
 *
 * Convention: of few coordinates they are computed by plain loops (pairs.h), of many by products
 * (panels.h of few rows, gram.h of many): then right to 1e-12, and exactly 0 of equal rows. Of more than DISTANCE_BLOCK
 * coordinates the squares are summed block by block, so that whoever has only some of the
 * coordinates gets the same numbers.
 */
#ifndef STATS_DISTANCE_H
#define STATS_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/gram.h"
#include "util/err.h"

enum distance_metric {
    DISTANCE_EUCLID = 1,    /* sqrt of the sum of squares */
    DISTANCE_MANHATTAN = 2, /* sum of absolute values */
};

enum {
    /* Bytes of distances that are kept, at most: of more points they are computed again, some
     * rows at a time, each time they are asked for. */
    DISTANCE_KEPT = 256 << 20,
    DISTANCE_BLOCK = GRAM_WIDEST, /* coordinates */
    DISTANCE_ROWS = 64,           /* that are computed at a time, at most */
    DISTANCE_CREW = 32,           /* threads at most: each has room for some rows */
};

/* The distances of n points. */
struct distances {
    enum distance_metric metric;
    const double *x; /* n x d, the caller's; NULL: squares are */
    size_t n, d;
    const double *squares; /* n x n, symmetric, diagonal 0; NULL: they are not kept */
    double *kept;          /* those, if they are ours */
    double *across;        /* d x n: x, for plain loops */
    struct gram *blocks;   /* of DISTANCE_BLOCK coordinates, for products */
    size_t count;          /* of blocks */
    const double *weight;  /* n, the caller's: see distances_weigh(); or NULL */
};

/* Effect: makes ready for the distances of the rows of x (n x d), and keeps all of them if
 * they take no more than most bytes, and more time than reading them again. Memory: most; if they are
 * not kept n x d doubles. Time O(n^2 d) if kept. Computes by blas_threads(), with the same bits by
 * any number. */
int distances_open(struct distances *s, enum distance_metric metric, const double *x, size_t n,
                   size_t d, size_t most, struct err *e);

/* Effect: makes ready for the distances whose squares are given, n x n, symmetric, with diagonal
 * 0. They stay the caller's, and are not copied. A negative, infinite or missing one: ERR_INPUT. */
int distances_of_squares(struct distances *s, const double *squares, size_t n, struct err *e);

/* Effect: a distance d(o,p) is 2 d(o,p) / (weight_o + weight_p) from now on. weight: n, > 0; stays the
 * caller's. Not for squares that are the caller's. */
void distances_weigh(struct distances *s, const double *weight);

void distances_close(struct distances *s);

/* Returns how many rows are best asked for at a time: at most DISTANCE_ROWS. */
size_t distances_group(const struct distances *s);

/* Returns the squared distances of count points from all, n of each; in room (count x n)
 * if they are not kept. May be called by many threads, each with its own room, if BLAS computes
 * by one. */
const double *distances_rows(const struct distances *s, size_t first, size_t count, double *room);

/* Returns how many threads are worth their start for the distances of n points: blas_threads(), or
 * 1. */
unsigned distances_crew(size_t n, size_t d);

/* Effect: adds to squares, n x n, the squared distances of n rows of width coordinates that are
 * stride apart. Whoever calls it for blocks of DISTANCE_BLOCK coordinates, in their order, gets
 * what one call for all of them gives. Memory: n + DISTANCE_BLOCK; of more than 128 rows that are all
 * far from 0 n x DISTANCE_BLOCK; 1 MiB; and 512 KiB a thread. By blas_threads(), with the same bits by
 * any number. */
int distance_squares(const double *x, size_t n, size_t width, size_t stride, double *squares,
                     struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All squared distances of n rows at once, block of coordinates by block.
 *
 * Convention: what is added depends on the rows, their number and the width alone: how many threads
 * there are changes no bit.
 */
#ifndef STATS_SQUARES_H
#define STATS_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* Returns whether plain loops are as fast as products for so many rows and coordinates. */
bool squares_are_few(size_t n, size_t width);

/* Effect: adds to squares, n x n, the squared distances of n rows of width coordinates, at most
 * GRAM_WIDEST, that are stride apart. Memory: n + width; of more than 128 rows that are
 * all far from 0 n x width; and 512 KiB a thread, of fewer besides 128 KiB for each 8192 coordinates. Threads that are no more than one may be in use of BLAS. */
int squares_add(const double *x, size_t n, size_t width, size_t stride, unsigned threads,
                double *squares, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Products of few rows of many coordinates with each other: what a product of matrices is for where
 * there is one tile of rows, which is read once.
 *
 * Convention: sums are taken in an order that depends on the numbers of rows and coordinates alone;
 * processors with fused multiplications round less often than others.
 */
#ifndef STATS_PANELS_H
#define STATS_PANELS_H

#include <stddef.h>

/* Returns the doubles from the beginning of one row of n products to that of the next. */
size_t panels_step(size_t n);

/* Returns how many doubles of room n rows need. */
size_t panels_room(size_t n);

/* Effect: adds to product, n rows of panels_step(n), the products of n rows of width coordinates,
 * which are stride apart and moved by -centre first (width; or NULL): of row i with row k <= i at
 * i, k. What is elsewhere in product is overwritten, too. Reads x once. */
void panels_add(const double *x, size_t n, size_t width, size_t stride, const double *centre,
                double *room, double *product);

#endif

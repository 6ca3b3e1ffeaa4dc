/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts of rows in cells, where each row is in exactly one of them.
 *
 * Counts are whole numbers in doubles, exact up to 2^53: their sums have the same
 * bits in any order, so that states of nothing but counts merge by the plain sum.
 */
#ifndef FUNCTION_COUNTS_H
#define FUNCTION_COUNTS_H

#include <stdbool.h>
#include <stddef.h>

/* Returns whether n cells may be the counts of so many rows: none is negative or
 * not a number, and the sum is right. A state that somebody else made may not be. */
bool counts_agree(const double *cell, size_t n, double rows);

/* Returns the sum of n cells. */
double counts_sum(const double *cell, size_t n);

/* Returns the standard error of count/n as an estimate of a probability: the root
 * of p (1 - p)/n with p = (count + 1/2)/(n + 1), as of Jeffreys' prior, so that it
 * is not 0 where nothing, or everything, was counted. INFINITY if n is 0. */
double counts_error(double count, double n);

#endif

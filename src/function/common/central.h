/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Central moments of many columns at once: count, mean, extremes, and the sums
 * of the 2nd, 3rd and 4th power of what lies off the mean.
 *
 * Convention: a struct central only points at its numbers, one array for each
 * kind with one double for each column; a count of 0 means that the column's
 * other numbers are 0 and mean nothing. NaN is a missing value, left out column
 * by column. Infinite values make a column's mean and sums not finite.
 */
#ifndef FUNCTION_CENTRAL_H
#define FUNCTION_CENTRAL_H

#include <stdbool.h>
#include <stddef.h>

#include <metaneuron/block.h>

struct central {
    size_t columns;
    int order;            /* highest power that is kept, 1 to 4 */
    double *count;        /* values that are not missing */
    double *mean;         /* their mean */
    double *min, *max;    /* the smallest and the largest */
    double *m2, *m3, *m4; /* sums of powers of deviations from the mean; NULL above order */
};

/* Doubles that so many columns take at that order. */
size_t central_length(size_t columns, int order);

/* Returns a struct central that points into central_length() doubles. */
struct central central_at(double *numbers, size_t columns, int order);

/* Effect: of that many numbers, those are marked that count rows. */
void central_counts(size_t columns, unsigned char *is_count);

/* Effect: adds the rows of a block of c->columns columns. The same rows in the
 * same blocks give the same bits on every processor. */
void central_add(const struct central *c, const struct block *block);

/* Effect: adds from into into, column by column; either may have counts of 0. */
void central_merge(const struct central *into, const struct central *from);

/* Of order 4 (central_read.c). Returns the kurtosis n m4/m2^2 of a column, 3 of a
 * constant one; at least 1 + 1/n, as the next order does not vanish when the first does
 * (see moments). */
double central_kurtosis(const struct central *c, size_t j);

/* Effect: the mean and the standard deviation of a column, and their standard errors:
 * INFINITY for fewer than 2 values. */
void central_features(const struct central *c, size_t j, double value[static 2],
                      double error[static 2]);

/* Of order 4. Returns whether so many rows can have the numbers of a column. */
bool central_agrees(const struct central *c, size_t j, double rows);

/* Effect: the same as central_features(); where rows cannot have these numbers (good is false)
 * NaN, and without values nothing known: 0, INFINITY. */
void central_told(const struct central *c, size_t j, bool good, double value[static 2],
                  double error[static 2]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the robust estimates have in common.
 *
 * Convention: distances are half of what they are: of their order and ratios alone is anything
 * made, and the difference of two numbers may be greater than any number, half of it is not.
 */
#ifndef STATS_ESTIMATE_PRIVATE_H
#define STATS_ESTIMATE_PRIVATE_H

#include "stats/estimate.h"

/* Some coordinates of all rows. */
struct estimate_block {
    const double *x; /* n rows of width numbers, stride apart */
    size_t n, width, stride;
};

/* Effect: middle[width] is the mean of the rows, each by its weight, >= 0, of which one is > 0. */
void estimate_mean(const struct estimate_block *b, const double *weight, double *middle);

/* Effect: middle[width] is the mean of what is left in each coordinate without the f lowest and f
 * highest; n > 2f. column[n] is scratch. */
void estimate_trim(const struct estimate_block *b, size_t f, double *column, double *middle);

/* Returns half the Euclidean distance of two rows, which neither overflows nor vanishes; at most
 * DBL_MAX. */
double estimate_distance(const double *a, const double *b, size_t d);

/* Returns the n x n half distances of the rows, which the caller frees. */
double *estimate_distances(const struct estimate_input *in, struct err *e);

/* What estimate_apply() does, after its checks; krum averages the best count. */
int estimate_krum(const struct estimate_input *in, size_t f, size_t count, double *middle,
                  struct err *e);
int estimate_nnm(const struct estimate_input *in, size_t f, double *middle, struct err *e);
int estimate_geometric(const struct estimate_input *in, double *middle, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least numbers of a row, in groups: what a look at all of them leaves to be looked at twice.
 *
 * Convention: numbers are finite, and >= 0. A group is a lane of a block, so that minima are taken of vectors;
 * what is left after the last block is in no group, and always looked at.
 */
#ifndef STATS_MINIMA_H
#define STATS_MINIMA_H

#include <stddef.h>
#include <stdint.h>

/* Returns how many groups n numbers have. */
size_t minima_count(size_t n);

/* Effect: minima[g] becomes the least number of group g. */
void minima_find(const double *v, size_t n, double *minima);

/* Returns a number that k of the n numbers do not exceed, k from 1 to the number of groups: that of
 * the k-th least of the minima, or somewhat more. */
double minima_bound(const double *minima, size_t n, size_t k);

/* Returns the number with as many others between it and `least` as between it and `most`, both >= 0:
 * halves find what is looked for in 64 steps at most, whatever its size. `least` where there is none between. */
double minima_halfway(double least, double most);

/* Returns how many numbers do not exceed limit, and which, in who; at most `most`, or SIZE_MAX.
 * minima: of these numbers, if few of them do not; NULL: all are looked at. */
size_t minima_below(const double *v, size_t n, const double *minima, double limit, uint32_t *who,
                    size_t most);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust estimates of the middle of n results, which need no decision about any of them.
 *
 * Convention: x is n x d, row-major; an estimate is d numbers. share is what part of the results may
 * be wrong, f = floor(share n) of them. Every result counts alike, but for the mean, where each of
 * its items does. Plain loops in the order of rows and columns: the same numbers give the same bits.
 * Of equal distances or scores the row that comes first is the nearer, or the better.
 */
#ifndef STATS_ESTIMATE_H
#define STATS_ESTIMATE_H

#include <stddef.h>

#include "util/err.h"

enum estimate_method {
    ESTIMATE_NONE = 0,
    ESTIMATE_MEAN = 1,       /* by items */
    ESTIMATE_MEDIAN = 2,     /* of each coordinate (Yin, Chen, Ramchandran, Bartlett 2018) */
    ESTIMATE_TRIMMED = 3,    /* of each coordinate without the f lowest and f highest (the same) */
    ESTIMATE_GEOMETRIC = 4,  /* the point of the least sum of distances (Weiszfeld 1937) */
    ESTIMATE_KRUM = 5,       /* the result of the least sum of squared distances from its n - f - 1
                              * nearest (Blanchard, El Mhamdi, Guerraoui, Stainer 2017) */
    ESTIMATE_MULTI_KRUM = 6, /* the mean of the n - f results that are best by the same sum */
    ESTIMATE_NNM = 7,        /* nearest-neighbour mixing (Allouah et al. 2023): each result becomes
                              * the mean of the n - f nearest to it, itself among them; then
                              * trimmed mean */
};

/* "mean", "median", "trimmed-mean", "geometric-median", "krum", "multi-krum", "nnm"; "none". */
const char *estimate_name(enum estimate_method method);

/* Returns the method of a name, ESTIMATE_NONE for "none", or -1. */
int estimate_of(const char *name);

struct estimate_input {
    size_t n, d;
    const double *x;     /* n x d, finite */
    const double *items; /* n, > 0; NULL: equal */
    double share;        /* in [0, 0.5) */
};

/* Returns f: how many of n results may be wrong; less than half of them. */
size_t estimate_wrong(double share, size_t n);

/*
 * Effect: middle[d] is the estimate. No result, or one with a number that is not finite, items that
 * are not positive, a share out of range: ERR_INPUT. With fewer than 1/share results f is 0, and
 * nothing wrong is withstood: the caller says so.
 *
 * Memory beside x and middle: n x n doubles for krum and multi-krum, and n x 256 more for nnm, d + n
 * for the geometric median, n for the others; so for 10^7 features of 32 results 8 KB, 73 KB, 80 MB.
 * Time: O(n^2 d) for those that look at distances (the geometric median O(n d) a step besides), else
 * O(n d log n).
 */
int estimate_apply(enum estimate_method method, const struct estimate_input *in, double *middle,
                   struct err *e);

#endif

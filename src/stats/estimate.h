/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Robust estimates of the middle of n results, which need no decision about any of them.
 *
 * Convention: x is n x d, row-major; an estimate is d numbers. share is what part of the results may
 * be wrong, f = floor(share n) of them.
 */
#ifndef STATS_ESTIMATE_H
#define STATS_ESTIMATE_H

#include <stddef.h>

#include "util/err.h"

enum estimate_method {
    ESTIMATE_NONE = 0,
    ESTIMATE_MEAN = 1,      /* by items */
    ESTIMATE_MEDIAN = 2,    /* of each coordinate */
    ESTIMATE_TRIMMED = 3,   /* of each coordinate without the f lowest and f highest */
    ESTIMATE_GEOMETRIC = 4, /* the point of the least sum of distances (Weiszfeld 1937) */
    ESTIMATE_KRUM = 5,      /* Blanchard, El Mhamdi, Guerraoui, Stainer 2017 */
    ESTIMATE_MULTI_KRUM = 6,
    ESTIMATE_NNM = 7, /* nearest-neighbour mixing (Allouah et al. 2023), then trimmed mean */
};

/* "mean", "median", "trimmed-mean", "geometric-median", "krum", "multi-krum", "nnm". */
const char *estimate_name(enum estimate_method method);
enum estimate_method estimate_of(const char *name);

struct estimate_input {
    size_t n, d;
    const double *x;     /* n x d, finite */
    const double *items; /* n, > 0; NULL: equal */
    double share;        /* in [0, 0.5) */
};

/* Effect: middle[d] is the estimate. Fewer results than the method needs with that share: ERR_INPUT. */
int estimate_apply(enum estimate_method method, const struct estimate_input *in, double *middle,
                   struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The spectrum of a cloud of points: the standard deviations along its principal axes.
 *
 * Convention: points are known by their squared distances, and weigh by their stake.
 */
#ifndef STATS_SPECTRUM_H
#define STATS_SPECTRUM_H

#include <stddef.h>

#include "util/err.h"

struct spectrum {
    size_t count;   /* axes along which there is anything; at least 1 */
    double *length; /* count: > 0, the longest first */
};

/* Effect: the axes of n points, n x n squares, of stakes whose sum is 1. */
int spectrum_of_squares(struct spectrum *p, const double *squares, const double *stake, size_t n,
                        struct err *e);
void spectrum_free(struct spectrum *p);

#endif

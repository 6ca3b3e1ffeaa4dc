/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ties: what is usual beside a value that many results have exactly.
 *
 * Convention: a middle deviation tells how far results are from each other where their numbers
 * differ. Of counts, grades or features that are often 0 it tells how many are equal. So where a share z of the
 * stake, more than a quarter, in results of at least two, is in one place, what is usual is that within
 * which (1 + z) / 2 is: the middle of those who are elsewhere. Where z is three quarters, all of
 * a core (cut.h) agree, and who does not is abnormal, however near. Our reconstruction.
 */
#ifndef STATS_TIES_H
#define STATS_TIES_H

#include <stddef.h>

#include "stats/distance.h"
#include "stats/robust.h"
#include "util/err.h"

/* Returns the share of the stake within which what is usual is found, where count results with the
 * share z are in one place; 0 if that is nothing special. */
double ties_reach(double z, size_t count);

/* What points are scored with. */
struct ties {
    double square; /* how far points usually are from the place where results are tied; else 0 */
    double
        reach; /* the share of the stake within which is what is usual, that place and half of the others;
                    * else 1/2 */
};

/* Points, and how far from each half of the stake is reached, as squares. */
struct ties_points {
    const struct distances *distances;
    const double *stake, *last; /* n, sum 1; n */
    double floor;               /* points that are not farther are in one place */
};

/* Effect: *t becomes what is usual beside the place that has half of the stake nearest to it, if results
 * are tied there. */
int ties_find(const struct ties_points *p, struct ties *t, struct err *e);

#endif

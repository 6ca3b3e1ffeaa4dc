/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far the nearest stake reaches: the neighbourhood of a point, found without sorting all others.
 *
 * Convention: distances are squares; those within 1e-12 of each other (relative, of the roots) are
 * equal, so that rounding decides nothing. Points of equal distance are a group.
 */
#ifndef STATS_NEAREST_H
#define STATS_NEAREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/robust.h"
#include "util/err.h"

/* A neighbourhood: all stake nearer than near, and part of that from there to last. */
struct nearest {
    double near; /* least square of the last group */
    double last; /* greatest square of that group */
    double part; /* of that group's stake, if it is shared */
};

/* The others of one point. */
struct nearest_row {
    const double *squares; /* n: of its distances */
    const double *stake;   /* n; who has none is nobody's neighbour */
    size_t n;
    size_t without; /* one that is left out, the point itself; n: none */
};

/* What one thread needs to search rows of n. */
struct nearest_room {
    struct robust_point *points; /* 2 n */
    double *minima;              /* minima_count(n) */
    uint32_t *who;               /* n */
    size_t
        found; /* in who are as many points of the row that was searched last, and of these all of
                   * its neighbourhood; SIZE_MAX: not */
};

/* Effect: makes room, which nearest_close() frees. */
int nearest_open(struct nearest_room *room, size_t n, struct err *e);
void nearest_close(struct nearest_room *room);

/* Returns the neighbourhood that the nearest points of a row make when their stakes are added until
 * they reach `mass`: all of them if they do not. part is 1 where the last group fits or whole is set.
 * Time O(n), or O(n log n) where most distances are equal. */
struct nearest nearest_stake(const struct nearest_row *row, double mass, bool whole,
                             struct nearest_room *room);

#endif

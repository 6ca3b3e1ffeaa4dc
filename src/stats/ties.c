/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what is usual beside a value that many results have exactly. */
#include "stats/ties.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double least = 0.25,
                    most = 0.75; /* of the stake; no result alone has more than least */
static const double rounding = 1e-9;
static const double alike = 1e-12; /* relative, of squares that are equal */

double ties_reach(double z, size_t count)
{
    bool tied = count > 1 && z > least * (1 + rounding) && z < most * (1 + rounding);

    return tied ? (1 + z) / 2 : 0;
}

/* What looking for ties needs. */
struct look {
    const struct ties_points *p;
    double *near, *row; /* n: the squares of two points, where they are not kept */
    struct robust_point *points;
    bool *seen; /* n: places that were looked at */
};

/* What is usual beside a point. */
static struct ties beside(struct look *l, size_t who)
{
    const struct ties_points *p = l->p;
    const double *row = distances_rows(p->distances, who, 1, l->row);
    double share = 0;
    size_t count = 0, n = p->distances->n;

    for (size_t i = 0; i < n; i++) {
        l->points[i] = (struct robust_point){row[i], p->stake[i]};
        if (row[i] > p->floor * p->floor)
            continue;
        l->seen[i] = true;
        share += p->stake[i];
        count += p->stake[i] > 0;
    }
    double reach = ties_reach(share, count);
    return reach > 0 ? (struct ties){robust_quantile(l->points, n, reach), reach}
                     : (struct ties){0, 0.5};
}

/* A place with a quarter of the stake, among the half that is nearest to a point, is as far from it as a
 * quarter of all reaches. Effect: *t becomes what is usual beside such places. */
static void look_from(struct look *l, size_t who, struct ties *t)
{
    const struct ties_points *p = l->p;
    const double *near = distances_rows(p->distances, who, 1, l->near);
    size_t n = p->distances->n;

    for (size_t i = 0; i < n; i++)
        l->points[i] = (struct robust_point){near[i], p->stake[i]};
    double quarter = robust_quantile(l->points, n, least), gap = p->floor * p->floor;
    for (size_t i = 0; i < n; i++) {
        if (l->seen[i] || !(p->stake[i] > 0) || fabs(near[i] - quarter) > alike * quarter + gap)
            continue;
        struct ties one = beside(l, i);
        if (one.square > t->square)
            *t = one;
    }
}

/* The least, of those with stake. */
static double nearest_half(const struct ties_points *p)
{
    double nearest = INFINITY;

    for (size_t i = 0; i < p->distances->n; i++)
        if (p->stake[i] > 0)
            nearest = fmin(nearest, p->last[i]);
    return nearest;
}

int ties_find(const struct ties_points *p, struct ties *t, struct err *e)
{
    size_t n = p->distances->n, width = p->distances->squares ? 0 : n;
    struct look l = {.p = p,
                     .near = err_alloc(width, sizeof *l.near, "distances", e),
                     .row = err_alloc(width, sizeof *l.row, "distances", e),
                     .points = err_alloc(n, sizeof *l.points, "ties", e),
                     .seen = err_alloc(n, sizeof *l.seen, "ties", e)};
    double nearest = nearest_half(p);
    int rc = l.near && l.row && l.points && l.seen ? 0 : -1;

    *t = (struct ties){0, 0.5};
    for (size_t i = 0; i < n && rc == 0; i++)
        if (p->stake[i] > 0 && !l.seen[i] && p->last[i] <= nearest * (1 + alike))
            look_from(&l, i, t);
    free(l.near);
    free(l.row);
    free(l.points);
    free(l.seen);
    return rc;
}

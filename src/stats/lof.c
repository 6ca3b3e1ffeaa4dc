/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes local outlier factors from distances and stakes. */
#include "stats/lof.h"

#include <math.h>
#include <stdlib.h>

#include "stats/robust.h"

static const double stake_tolerance = 1e-12;
static const double tie_tolerance = 1e-12;

/* A neighbourhood: all stake nearer than near, and part of that up to kd. */
struct hood {
    double near; /* least distance of the last group of equals */
    double kd;   /* greatest distance of that group */
    double part; /* of that group's stake */
};

size_t lof_neighbours(size_t k, size_t n)
{
    if (k == 0)
        k = n / 2 < 2 ? 2 : n / 2 > 20 ? 20 : n / 2;
    return k < n ? k : n - 1;
}

struct lof_options lof_pos(double kappa, double floor)
{
    return (struct lof_options){.kappa = kappa, .self = true, .floor = floor};
}

struct lof_options lof_textbook(size_t k, size_t n, double floor)
{
    return (struct lof_options){
        .kappa = (double)k / (double)n, .all_ties = true, .harmonic = true, .floor = floor};
}

/* The group of equal distances that begins at i: returns its end. */
static size_t group_end(const struct robust_point *by_distance, size_t count, size_t i,
                        double *stake)
{
    double last = by_distance[i].value * (1 + tie_tolerance);

    for (*stake = 0; i < count && by_distance[i].value <= last; i++)
        *stake += by_distance[i].weight;
    return i;
}

/* Fills the neighbourhood with the nearest stake until kappa is reached. */
static struct hood find_hood(const struct lof_options *o, const double *distance,
                             const double *stake, size_t n, size_t self,
                             struct robust_point *scratch)
{
    struct hood hood = {0, 0, 0};
    double left = o->kappa, group;
    size_t count = 0;

    for (size_t p = 0; p < n; p++)
        if ((p != self || o->self) && stake[p] > 0)
            scratch[count++] = (struct robust_point){distance[p], stake[p]};
    robust_sort(scratch, count);
    for (size_t i = 0, end; i < count && left > stake_tolerance; i = end) {
        end = group_end(scratch, count, i, &group);
        hood.near = scratch[i].value;
        hood.kd = scratch[end - 1].value;
        hood.part = o->all_ties || group <= left ? 1 : left / group;
        left -= group;
    }
    return hood;
}

/* The stake of p, at this distance, in the neighbourhood. */
static double member(const struct hood *hood, double distance, double stake)
{
    return distance < hood->near ? stake : distance <= hood->kd ? hood->part * stake : 0;
}

static double mean_reachability(const struct lof_options *o, const struct hood *hoods,
                                const double *distance, const double *stake, size_t n, size_t self)
{
    double sum = 0, mass = 0;

    for (size_t p = 0; p < n; p++) {
        if (p == self && !o->self)
            continue;
        double m = member(&hoods[self], distance[p], stake[p]);
        sum += m * fmax(hoods[p].kd, distance[p]);
        mass += m;
    }
    return mass > 0 ? fmax(sum / mass, o->floor) : o->floor;
}

/* Gives piles of duplicates their density: denser than any place that is none. */
static void set_piles(const struct lof_options *o, const double *stake, size_t n, double *mr)
{
    double least = INFINITY;

    for (size_t p = 0; p < n; p++)
        if (mr[p] > o->floor && stake[p] > 0)
            least = fmin(least, mr[p]);
    for (size_t p = 0; p < n && o->denser > 0 && isfinite(least); p++)
        if (mr[p] <= o->floor)
            mr[p] = least / o->denser;
}

/* The harmonic mean of the neighbours' mr; that of a point without any is its own. */
static double neighbours_mr(const struct lof_options *o, const struct hood *hood, const double *mr,
                            const double *distance, const double *stake, size_t n, size_t self)
{
    double sum = 0, mass = 0;

    for (size_t p = 0; p < n; p++) {
        if (p == self && !o->self)
            continue;
        double m = member(hood, distance[p], stake[p]);
        sum += m / mr[p];
        mass += m;
    }
    return mass > 0 ? mass / sum : mr[self];
}

static double median_mr(const double *mr, const double *stake, size_t n,
                        struct robust_point *scratch)
{
    for (size_t p = 0; p < n; p++)
        scratch[p] = (struct robust_point){mr[p], stake[p]};
    return robust_quantile(scratch, n, 0.5);
}

int lof_scores(const struct lof_options *o, struct distances *distances, const double *stake,
               double *score, struct err *e)
{
    size_t n = distances->n;
    struct robust_point *scratch = err_alloc(n, sizeof *scratch, "neighbours", e);
    struct hood *hoods = err_alloc(n, sizeof *hoods, "neighbourhoods", e);
    double *mr = err_alloc(n, sizeof *mr, "reachabilities", e);
    int rc = -1;

    if (!scratch || !hoods || !mr)
        goto done;
    for (size_t i = 0; i < n; i++)
        hoods[i] = find_hood(o, distances_row(distances, i), stake, n, i, scratch);
    for (size_t i = 0; i < n; i++)
        mr[i] = mean_reachability(o, hoods, distances_row(distances, i), stake, n, i);
    set_piles(o, stake, n, mr);
    double median = median_mr(mr, stake, n, scratch);
    for (size_t i = 0; i < n; i++) {
        double reference = median;
        if (o->harmonic)
            reference = neighbours_mr(o, &hoods[i], mr, distances_row(distances, i), stake, n, i);
        score[i] = mr[i] / reference;
    }
    rc = 0;
done:
    free(scratch);
    free(hoods);
    free(mr);
    return rc;
}

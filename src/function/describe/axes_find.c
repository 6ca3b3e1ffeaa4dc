/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bins that values are in. */
#include "function/describe/axes_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/versions.h"

enum { DOUBTS = 4 }; /* so often the quick way is tried in vain, in one call */

enum { LINE = 8, LANES = 64 }; /* values that are looked up in one loop, at least */

/* What is known of the axis of each lane: rows of few columns are seen as fewer,
 * longer ones, so that the loops over lanes become vectors. */
struct axes_lanes {
    size_t count; /* lanes: a multiple of the columns */
    bool uniform; /* all axes have bins of equal width */
    double doubt; /* uniform: so near to an edge, in bins, the quick way may be wrong */
    int32_t step; /* of a search: a power of two, with all axes in less than twice of it */
    double *lower, *upper, *width, *inverse;
    double *last;  /* number of the last bin */
    double *shift; /* x * inverse + shift: 1 at the first edge, and 1 more at each */
    double *above; /* that of a value above all */
    int32_t *edge; /* where the edges are in table */
    int32_t *bins, *first;
    double *table; /* as the edges, but for the last: the next number above */
};

static void set_lane(struct axes_lanes *l, size_t i, const struct axis *axis, size_t edge)
{
    l->lower[i] = axis->edges[0];
    l->upper[i] = axis->edges[axis->bins];
    l->width[i] = (l->upper[i] - l->lower[i]) / (double)axis->bins;
    l->inverse[i] = 1 / l->width[i];
    l->last[i] = (double)(axis->bins - 1);
    l->shift[i] = 1 - l->lower[i] * l->inverse[i];
    l->above[i] = (double)axis->bins + 1.5;
    l->edge[i] = (int32_t)edge;
    l->bins[i] = (int32_t)axis->bins;
    l->first[i] = (int32_t)axis->first;
    /* What rounding does to a value's place and to the edge, by a factor of at least 4. */
    double far = fabs(l->lower[i]) > fabs(l->upper[i]) ? fabs(l->lower[i]) : fabs(l->upper[i]);
    double doubt = 0x1p-49 * ((double)axis->bins + 2 + far * fabs(l->inverse[i]));
    l->doubt = doubt > l->doubt ? doubt : l->doubt;
}

struct axes_lanes *axes_lanes_create(const struct axes *a, bool uniform)
{
    struct axes_lanes *l = calloc(1, sizeof *l);
    size_t group = a->count < LINE ? LANES : a->count < LANES ? LINE : 1;
    size_t n = group * a->count, edge = 0;

    if (!l)
        return NULL;
    l->count = n;
    l->uniform = uniform;
    l->step = 1;
    l->lower = malloc(7 * n * sizeof *l->lower);
    l->edge = malloc(3 * n * sizeof *l->edge);
    l->table = malloc(a->cells * sizeof *l->table);
    if (!l->lower || !l->edge || !l->table) {
        axes_lanes_free(l);
        return NULL;
    }
    l->upper = l->lower + n, l->width = l->upper + n, l->inverse = l->width + n;
    l->last = l->inverse + n, l->shift = l->last + n, l->above = l->shift + n;
    l->bins = l->edge + n, l->first = l->bins + n;
    for (size_t j = 0; j < a->count; j++) {
        const struct axis *axis = &a->axis[j];
        memcpy(l->table + edge, axis->edges, (axis->bins + 1) * sizeof *l->table);
        l->table[edge + axis->bins] = nextafter(axis->edges[axis->bins], INFINITY);
        for (size_t i = j; i < n; i += a->count)
            set_lane(l, i, axis, edge);
        while ((size_t)l->step * 2 - 1 < axis->bins + 1)
            l->step *= 2;
        edge += axis->bins + 1;
    }
    return l;
}

void axes_lanes_free(struct axes_lanes *l)
{
    if (!l)
        return;
    free(l->lower);
    free(l->edge);
    free(l->table);
    free(l);
}

/* Effect: cells of values that are not near to an edge. Returns whether there were only
 * such: each is looked up a little below and a little above where it is. Whether one is
 * missing is seen in its bits, as the rest is compiled as if none were. */
VERSIONS_FINITE static bool find_quickly(const struct axes_lanes *a, const double *restrict x,
                                         size_t n, int32_t *restrict cell)
{
    const double *restrict shift = a->shift, *restrict inverse = a->inverse;
    const double *restrict above = a->above;
    const int32_t *restrict first = a->first;
    const double doubt = a->doubt;
    const int64_t infinity = INT64_C(0x7ff) << 52;
    int32_t doubts = 0;
    int64_t missing = 0;

    for (size_t l = 0; l < n; l++) {
        int64_t bits;
        double t = x[l] * inverse[l] + shift[l];
        t = t > 0.5 ? t : 0.5;
        t = t < above[l] ? t : above[l];
        int32_t k = (int32_t)(t - doubt);
        doubts |= k ^ (int32_t)(t + doubt);
        cell[l] = first[l] + k;
        memcpy(&bits, x + l, sizeof bits);
        missing |= infinity - (bits & INT64_MAX);
    }
    return doubts == 0 && missing >= 0;
}

/* The guess is wrong by at most one bin, as bins are not too narrow. Edges are made
 * here as they are made in set_uniform(), which is faster than to look them up. */
VERSIONS static void find_uniform(const struct axes_lanes *a, const double *restrict x, size_t n,
                                  int32_t *restrict cell)
{
    const double *restrict lower = a->lower, *restrict upper = a->upper;
    const double *restrict width = a->width, *restrict inverse = a->inverse;
    const double *restrict last = a->last;
    const int32_t *restrict first = a->first;

    for (size_t l = 0; l < n; l++) {
        double t = (x[l] - lower[l]) * inverse[l];
        t = t > 0 ? t : 0;
        t = t < last[l] ? t : last[l];
        double k = (double)(int32_t)t;
        k = x[l] < k * width[l] + lower[l] ? k - 1 : k;
        double up = k < last[l] ? 1 : 0;
        k = x[l] >= (k + 1) * width[l] + lower[l] ? k + up : k;
        k = x[l] > upper[l] ? last[l] + 1 : k;
        k = x[l] == x[l] ? k : last[l] + 2;
        cell[l] = first[l] + (int32_t)k + 1;
    }
}

/* How many edges are not above x, by halving. */
VERSIONS static void find_any(const struct axes_lanes *a, const double *restrict x, size_t n,
                              int32_t *restrict cell)
{
    const double *restrict table = a->table;
    const int32_t *restrict edge = a->edge, *restrict bins = a->bins, *restrict first = a->first;

    memset(cell, 0, n * sizeof *cell);
    for (int32_t step = a->step; step > 0; step /= 2)
        for (size_t l = 0; l < n; l++) {
            int32_t k = cell[l] + step, in = k <= bins[l] + 1 ? k : bins[l] + 1;
            double e = table[edge[l] + in - 1];
            cell[l] = (k == in) & (x[l] >= e) ? k : cell[l];
        }
    for (size_t l = 0; l < n; l++)
        cell[l] = first[l] + (x[l] == x[l] ? cell[l] : bins[l] + 2);
}

void axes_find(const struct axes *a, const double *values, size_t rows, int32_t *cell)
{
    const struct axes_lanes *l = a->lanes;
    size_t n = rows * a->count;
    unsigned doubts = 0; /* numbers that lie on edges, as whole ones like to, are found at once */

    for (size_t i = 0; i < n; i += l->count) {
        size_t some = n - i < l->count ? n - i : l->count;
        bool quick = l->uniform && doubts < DOUBTS && l->doubt < 0.25;
        if (quick && find_quickly(l, values + i, some, cell + i))
            continue;
        doubts += quick;
        if (l->uniform)
            find_uniform(l, values + i, some, cell + i);
        else
            find_any(l, values + i, some, cell + i);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the point of the least sum of distances from results. */
#include "stats/estimate_private.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 1000, TILE = 1024 };

/* Of the harmonic mean of the distances: a step that is shorter is the last. */
static const double tolerance = 1e-12;
static const double at_point = 1 - 1e-12; /* more than that is no proof of being least */

struct search {
    const struct estimate_input *in;
    double *y, *step; /* d: where it is, and half of Weiszfeld's step from there */
    double *part;     /* n: parts of the results in where the step leads, sum 1 */
    double harmonic;  /* mean of the half distances from the others */
    double moved;     /* the length of the step, in harmonics */
    double here;      /* results at y: eta */
    double pull;      /* of the others on y: r, the length of the sum of their directions */
};

/* Effect: part and harmonic, of where y is. Returns how many results are elsewhere. */
static size_t weigh(struct search *s)
{
    size_t n = s->in->n, others = 0;
    double nearest = INFINITY, sum = 0;

    for (size_t i = 0; i < n; i++) {
        s->part[i] = estimate_distance(s->in->x + i * s->in->d, s->y, s->in->d);
        if (s->part[i] > 0) {
            nearest = fmin(nearest, s->part[i]);
            others++;
        }
    }
    for (size_t i = 0; i < n; i++) {
        s->part[i] = s->part[i] > 0 ? nearest / s->part[i] : 0;
        sum += s->part[i];
    }
    for (size_t i = 0; i < n && others > 0; i++)
        s->part[i] /= sum;
    s->harmonic = others > 0 ? (double)others / sum * nearest : 0;
    s->here = (double)(n - others);
    return others;
}

/* Effect: step, moved and pull. Returns false where there is nowhere to go. */
static bool aim(struct search *s)
{
    size_t d = s->in->d, others = weigh(s);
    double squares = 0;

    for (size_t at = 0; at < d && others > 0; at += TILE) {
        size_t end = d - at < TILE ? d : at + TILE;
        memset(s->step + at, 0, (end - at) * sizeof *s->step);
        for (size_t i = 0; i < s->in->n; i++) {
            const double *x = s->in->x + i * d;
            double part = s->part[i];
            for (size_t j = at; part > 0 && j < end; j++)
                s->step[j] += part * (x[j] / 2 - s->y[j] / 2);
        }
        for (size_t j = at; j < end; j++) {
            double moved = s->step[j] / s->harmonic; /* at most 1 */
            squares += moved * moved;
        }
    }
    s->moved = sqrt(squares);
    s->pull = s->moved * (double)others;
    return others > 0;
}

/* Effect: makes that part of the step. Returns whether it led anywhere. */
static bool move(struct search *s, double part)
{
    bool moved = false;

    for (size_t j = 0; j < s->in->d; j++) {
        double next = 2 * (s->y[j] / 2 + part * s->step[j]);
        moved = moved || next != s->y[j];
        s->y[j] = next;
    }
    return moved;
}

/* The result with the least sum of distances: if any result is the median, this one is. sum[n] is
 * scratch. */
static size_t best_result(const struct estimate_input *in, double *sum)
{
    size_t n = in->n, best = 0;

    memset(sum, 0, n * sizeof *sum);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            double far = estimate_distance(in->x + i * in->d, in->x + k * in->d, in->d);
            sum[i] += far / (double)n;
            sum[k] += far / (double)n;
        }
    for (size_t i = 1; i < n; i++)
        if (sum[i] < sum[best])
            best = i;
    return best;
}

/*
 * Weiszfeld's step leads to the mean of the results by 1/distance, and is not defined at one of them.
 * Vardi and Zhang 2000, equation 2.6: at a result of which there are eta, the step is shorter by the
 * factor 1 - eta/r, and the result is the median if r <= eta. Near such a median the steps
 * would get ever shorter, so it is looked for first; where more than one point is least (two
 * results, or an even number on a line), the median of each coordinate is one, and there it begins.
 */
static void descend(struct search *s)
{
    for (int step = 0; step < MOST_STEPS && aim(s); step++) {
        double part = s->here > 0 ? 1 - s->here / s->pull : 1;
        if (!(part > 0) || !move(s, part) || part * s->moved <= tolerance)
            return;
    }
}

int estimate_geometric(const struct estimate_input *in, double *middle, struct err *e)
{
    const struct estimate_block all = {.x = in->x, .n = in->n, .width = in->d, .stride = in->d};
    struct search s = {.in = in, .y = middle};
    int rc = -1;

    s.step = err_alloc(in->d, sizeof *s.step, "the geometric median", e);
    s.part = err_alloc(in->n, sizeof *s.part, "weights of results", e);
    if (!s.step || !s.part)
        goto done;
    rc = 0;
    memcpy(middle, in->x + best_result(in, s.part) * in->d, in->d * sizeof *middle);
    if (!aim(&s) || s.pull < at_point * s.here)
        goto done;
    estimate_trim(&all, (in->n - 1) / 2, s.part, middle);
    descend(&s);
done:
    free(s.step);
    free(s.part);
    return rc;
}

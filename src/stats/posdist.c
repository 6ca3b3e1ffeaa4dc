/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes local outlier factors over distances that stake shortens. */
#include "stats/posdist.h"

#include <math.h>
#include <stdlib.h>

#include "stats/lof.h"

static const double least_weight = 1. / 1024;

/* The results without their duplicates. */
struct merged {
    size_t m;
    size_t *point;   /* n: which point a result is */
    size_t *first;   /* m: the first result that is it */
    double *weight;  /* m: the stakes of all that are it, in units of the mean */
    double *squares; /* m x m */
    double *equal;   /* m: 1/m */
    double *score;   /* m */
};

static void merge(struct merged *g, const double *squares, const double *stake, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t p = 0;
        while (p < g->m && squares[i * n + g->first[p]] > 0)
            p++;
        if (p == g->m)
            g->first[g->m++] = i;
        g->point[i] = p;
        g->weight[p] += stake[i];
    }
    for (size_t p = 0; p < g->m; p++)
        g->weight[p] = fmax((double)g->m * g->weight[p], least_weight);
}

static void shorten(struct merged *g, const double *squares, size_t n)
{
    for (size_t p = 0; p < g->m; p++) {
        g->equal[p] = 1 / (double)g->m;
        for (size_t q = 0; q < g->m; q++) {
            double shorter = 2 / (g->weight[p] + g->weight[q]);
            double square = squares[g->first[p] * n + g->first[q]];
            g->squares[p * g->m + q] = shorter * shorter * square;
        }
    }
}

static int score_points(struct merged *g, size_t k, double floor, struct err *e)
{
    struct lof_options o = lof_textbook(lof_neighbours(k, g->m), g->m, floor);
    struct distances distances;

    if (distances_of_squares(&distances, g->squares, g->m, e))
        return -1;
    o.denser = LOF_DENSER;
    int rc = lof_scores(&o, &distances, g->equal, g->score, e);
    distances_close(&distances);
    return rc;
}

int posdist_scores(const double *squares, const double *stake, size_t n, size_t k, double floor,
                   double *score, struct err *e)
{
    struct merged g = {
        .point = err_alloc(n, sizeof *g.point, "points", e),
        .first = err_alloc(n, sizeof *g.first, "points", e),
        .weight = err_alloc(n, sizeof *g.weight, "weights", e),
        .squares = err_alloc(n * n, sizeof *g.squares, "squared distances", e),
        .equal = err_alloc(n, sizeof *g.equal, "stakes", e),
        .score = err_alloc(n, sizeof *g.score, "scores", e),
    };
    int rc = -1;

    if (!g.point || !g.first || !g.weight || !g.squares || !g.equal || !g.score)
        goto done;
    merge(&g, squares, stake, n);
    shorten(&g, squares, n);
    if (score_points(&g, k, floor, e))
        goto done;
    for (size_t i = 0; i < n; i++)
        score[i] = g.score[g.point[i]];
    rc = 0;
done:
    free(g.point);
    free(g.first);
    free(g.weight);
    free(g.squares);
    free(g.equal);
    free(g.score);
    return rc;
}

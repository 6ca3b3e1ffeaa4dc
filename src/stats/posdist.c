/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes local outlier factors over distances that stake shortens. */
#include "stats/posdist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/lof.h"

static const double least_weight = 1. / 1024;

/* The results without their duplicates. */
struct merged {
    size_t m;
    size_t *point;  /* n: which point a result is */
    size_t *first;  /* m: the first result that is it */
    double *weight; /* m: the stakes of all that are it, in units of the mean */
    double *equal;  /* m: 1/m */
    double *score;  /* m */
    double *known;  /* m x m: their squared distances; or m x d: what these are made of */
    struct distances distances;
};

/* A result, in an order in which equal ones are beside each other. */
struct row {
    const double *x;
    size_t d, result;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *p = a, *q = b;

    for (size_t j = 0; j < p->d; j++)
        if (p->x[j] != q->x[j])
            return p->x[j] < q->x[j] ? -1 : 1;
    return (p->result > q->result) - (p->result < q->result);
}

static bool same_row(const struct row *a, const struct row *b)
{
    for (size_t j = 0; j < a->d; j++)
        if (a->x[j] != b->x[j])
            return false;
    return true;
}

/* Sets point and first, from squares. */
static void find_by_squares(const struct posdist_input *in, struct merged *g)
{
    for (size_t i = 0; i < in->n; i++) {
        size_t p = 0;
        while (p < g->m && in->squares[i * in->n + g->first[p]] > 0)
            p++;
        if (p == g->m)
            g->first[g->m++] = i;
        g->point[i] = p;
    }
}

/* The same from what squares are made of. */
static int find_by_rows(const struct posdist_input *in, struct merged *g, struct err *e)
{
    struct row *rows = err_alloc(in->n, sizeof *rows, "the order of results", e);

    if (!rows)
        return -1;
    for (size_t i = 0; i < in->n; i++)
        rows[i] = (struct row){in->x + i * in->d, in->d, i};
    qsort(rows, in->n, sizeof *rows, compare_rows);
    for (size_t i = 0; i < in->n; i++) {
        if (i == 0 || !same_row(&rows[i - 1], &rows[i]))
            g->first[g->m++] = rows[i].result;
        g->point[rows[i].result] = g->m - 1;
    }
    free(rows);
    return 0;
}

static void weigh(const struct posdist_input *in, struct merged *g)
{
    for (size_t i = 0; i < in->n; i++)
        g->weight[g->point[i]] += in->stake[i];
    for (size_t p = 0; p < g->m; p++) {
        g->weight[p] = fmax((double)g->m * g->weight[p], least_weight);
        g->equal[p] = 1 / (double)g->m;
    }
}

static int open_distances(const struct posdist_input *in, struct merged *g, struct err *e)
{
    size_t width = in->squares ? g->m : in->d;

    g->known = err_alloc(g->m * width, sizeof *g->known, "distances", e);
    if (!g->known)
        return -1;
    for (size_t p = 0; p < g->m; p++)
        for (size_t q = 0; q < g->m && in->squares; q++) {
            double shorter = 2 / (g->weight[p] + g->weight[q]);
            double square = in->squares[g->first[p] * in->n + g->first[q]];
            g->known[p * g->m + q] = shorter * shorter * square;
        }
    if (in->squares)
        return distances_of_squares(&g->distances, g->known, g->m, e);
    for (size_t p = 0; p < g->m; p++)
        memcpy(g->known + p * in->d, in->x + g->first[p] * in->d, in->d * sizeof *g->known);
    if (distances_open(&g->distances, DISTANCE_EUCLID, g->known, g->m, in->d, DISTANCE_KEPT, e))
        return -1;
    distances_weigh(&g->distances, g->weight);
    return 0;
}

int posdist_scores(const struct posdist_input *in, double *score, struct err *e)
{
    struct merged g = {
        .point = err_alloc(in->n, sizeof *g.point, "points", e),
        .first = err_alloc(in->n, sizeof *g.first, "points", e),
        .weight = err_alloc(in->n, sizeof *g.weight, "weights", e),
        .equal = err_alloc(in->n, sizeof *g.equal, "stakes", e),
        .score = err_alloc(in->n, sizeof *g.score, "scores", e),
    };
    int rc = -1;

    if (!g.point || !g.first || !g.weight || !g.equal || !g.score)
        goto done;
    if (in->squares)
        find_by_squares(in, &g);
    else if (find_by_rows(in, &g, e))
        goto done;
    weigh(in, &g);
    struct lof_options o = lof_textbook(lof_neighbours(in->k, g.m), g.m, in->floor);
    o.denser = LOF_DENSER;
    if (open_distances(in, &g, e) || lof_scores(&o, &g.distances, g.equal, g.score, e))
        goto done;
    for (size_t i = 0; i < in->n; i++)
        score[i] = g.score[g.point[i]];
    rc = 0;
done:
    distances_close(&g.distances);
    free(g.point);
    free(g.first);
    free(g.weight);
    free(g.equal);
    free(g.score);
    free(g.known);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates by the results that are nearest to each: krum, and nearest-neighbour mixing. */
#include "stats/estimate_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TILE = 256 }; /* coordinates that are mixed at once */

/* Something of a row by which rows are ordered. */
struct ranked {
    double value;
    size_t row;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;

    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static void rank(const double *value, size_t n, struct ranked *ranked)
{
    for (size_t i = 0; i < n; i++)
        ranked[i] = (struct ranked){value[i], i};
    if (n > 1)
        qsort(ranked, n, sizeof *ranked, compare_ranked);
}

/* The least radius within which anybody has so many results, itself among them: in that unit the
 * squares that decide neither overflow nor vanish. */
static double unit_of(const double *distance, size_t n, size_t count, struct ranked *ranked)
{
    double least = INFINITY;

    for (size_t i = 0; i < n; i++) {
        rank(distance + i * n, n, ranked);
        least = fmin(least, ranked[count - 1].value);
    }
    return least > 0 && isfinite(least) ? least : 1;
}

/*
 * Blanchard et al. 2017, section 4: the score of a result is the sum of the squares of its distances
 * from the n - f - 2 nearest others, for n > 2f + 2. We take n - f - 1 others as Allouah et
 * al. 2023 do (their N_i has n - f members with i itself), which withstands f wrong ones whenever
 * n > 2f: at least one of the n - f - 1 nearest of a wrong result is right.
 */
static void krum_scores(const double *distance, size_t n, size_t f, struct ranked *ranked,
                        double *score)
{
    double unit = unit_of(distance, n, n - f, ranked);

    for (size_t i = 0; i < n; i++) {
        rank(distance + i * n, n, ranked);
        score[i] = 0;
        for (size_t k = 0; k < n - f; k++) {
            double far = ranked[k].value / unit;
            score[i] += far * far;
        }
    }
}

int estimate_krum(const struct estimate_input *in, size_t f, size_t count, double *middle,
                  struct err *e)
{
    const struct estimate_block all = {.x = in->x, .n = in->n, .width = in->d, .stride = in->d};
    double *distance = estimate_distances(in, e), *score = NULL;
    struct ranked *ranked = err_alloc(in->n, sizeof *ranked, "neighbours", e);
    int rc = -1;

    score = err_alloc(in->n, sizeof *score, "scores", e);
    if (!distance || !ranked || !score)
        goto done;
    krum_scores(distance, in->n, f, ranked, score);
    rank(score, in->n, ranked);
    memset(score, 0, in->n * sizeof *score); /* weights, from here on */
    for (size_t k = 0; k < count; k++)
        score[ranked[k].row] = 1;
    estimate_mean(&all, score, middle);
    rc = 0;
done:
    free(distance);
    free(ranked);
    free(score);
    return rc;
}

/* Effect: what were the distances of a row become the weights of its count nearest, itself first. */
static void choose_nearest(double *distance, size_t n, size_t count, struct ranked *ranked)
{
    for (size_t i = 0; i < n; i++) {
        double *row = distance + i * n;
        row[i] = -1;
        rank(row, n, ranked);
        memset(row, 0, n * sizeof *row);
        for (size_t k = 0; k < count; k++)
            row[ranked[k].row] = 1;
    }
}

int estimate_nnm(const struct estimate_input *in, size_t f, double *middle, struct err *e)
{
    size_t n = in->n, tile = in->d < TILE ? in->d : TILE;
    double *weight = estimate_distances(in, e), *mixed = NULL, *column = NULL;
    struct ranked *ranked = err_alloc(n, sizeof *ranked, "neighbours", e);
    int rc = -1;

    mixed = err_alloc(n * tile, sizeof *mixed, "mixed results", e);
    column = err_alloc(n, sizeof *column, "a column", e);
    if (!weight || !ranked || !mixed || !column)
        goto done;
    choose_nearest(weight, n, n - f, ranked);
    for (size_t at = 0; at < in->d; at += tile) {
        size_t width = in->d - at < tile ? in->d - at : tile;
        const struct estimate_block own = {
            .x = in->x + at, .n = n, .width = width, .stride = in->d};
        const struct estimate_block next = {.x = mixed, .n = n, .width = width, .stride = width};
        for (size_t i = 0; i < n; i++)
            estimate_mean(&own, weight + i * n, mixed + i * width);
        estimate_trim(&next, f, column, middle + at);
    }
    rc = 0;
done:
    free(weight);
    free(ranked);
    free(mixed);
    free(column);
    return rc;
}

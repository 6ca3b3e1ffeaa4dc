/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rows add to a state of kmeans: votes, and sums by cluster. */
#include "function/cluster/kmeans_plan.h"

#include <stdlib.h>
#include <string.h>

#include "function/common/column.h"
#include "function/common/profile.h"
#include "function/common/tell.h"

enum { ROWS = 512 }; /* of a block that are summed apart, at most */

/* The points that rows are compared with, and scratch. */
struct points {
    size_t count;
    double *across;   /* d x count: one coordinate of all points after the other */
    double *distance; /* count: squared, of one row */
    double *row;      /* d: in the units of the model */
    double *part;     /* a state of few rows */
    double typical;   /* squared distance of a row */
};

static void points_free(struct points *t)
{
    free(t->across);
    free(t->distance);
    free(t->row);
    free(t->part);
}

/* Effect: t becomes the points of this phase. */
static int points_make(struct function_env *env, const struct kmeans *p, struct points *t)
{
    struct kmeans_model m = kmeans_model_at(p, env->model);
    bool votes = kmeans_phase_of(env) == KMEANS_VOTES;
    double *drawn = NULL;

    t->count = votes ? p->candidates : p->k;
    t->typical = m.head->within;
    t->across = malloc(t->count * p->d * sizeof *t->across);
    t->distance = malloc(t->count * sizeof *t->distance);
    t->row = malloc(p->d * sizeof *t->row);
    t->part = malloc(kmeans_length(p) * sizeof *t->part);
    if (votes)
        drawn = malloc(t->count * p->d * sizeof *drawn);
    if (!t->across || !t->distance || !t->row || !t->part || (votes && !drawn)) {
        free(drawn);
        return tell_error(env, "out of memory for %zu points", t->count);
    }
    if (votes)
        kmeans_candidates(p, m.width, drawn);
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = 0; j < p->d; j++)
            t->across[j * t->count + i] = (votes ? drawn : m.point)[i * p->d + j];
    free(drawn);
    return 0;
}

/* Returns the nearest point of t->row; of several the first. */
static size_t nearest(const struct points *t, size_t d)
{
    double *restrict distance = t->distance;
    size_t best = 0;

    memset(distance, 0, t->count * sizeof *distance);
    for (size_t j = 0; j < d; j++) {
        const double *restrict points = t->across + j * t->count;
        double x = t->row[j];
        for (size_t i = 0; i < t->count; i++)
            distance[i] += (x - points[i]) * (x - points[i]);
    }
    for (size_t i = 1; i < t->count; i++)
        best = distance[i] < distance[best] ? i : best;
    return best;
}

static void add_row(const struct function_env *env, const struct kmeans *p, const struct points *t,
                    const double *row)
{
    struct kmeans_model m = kmeans_model_at(p, env->model);
    struct kmeans_sums s = kmeans_sums_at(p, t->part);

    for (size_t j = 0; j < p->d; j++)
        t->row[j] = (row[j] - m.centre[j]) / m.unit[j];
    size_t i = nearest(t, p->d);
    double far = t->distance[i] > 0 ? t->distance[i] / (t->distance[i] + t->typical) : 0;
    *s.far += far;
    *s.far_squares += far * far;
    s.count[i]++;
    for (size_t j = 0; kmeans_phase_of(env) == KMEANS_LLOYD && j < p->d; j++) {
        double offset = t->row[j] - m.point[i * p->d + j];
        s.offset[i * p->d + j] += offset;
        s.square[i * p->d + j] += offset * offset;
    }
}

int kmeans_accumulate(struct function_env *env, double *state, const struct block *block)
{
    const struct kmeans plan = kmeans_plan(env), *p = &plan;
    size_t head = profile_length(p->d), all = kmeans_length(p);
    struct points t = {0};
    int rc = -1;

    if (column_check(env, block) < 0)
        return -1;
    if (profile_add(state, block) < 0)
        return tell_error(env, "out of memory for %zu columns", p->d);
    if (kmeans_phase_of(env) == KMEANS_PROFILE)
        return 0;
    if (points_make(env, p, &t) < 0)
        goto done;
    for (size_t r = 0; r < block->rows; r += ROWS) {
        size_t rows = block->rows - r < ROWS ? block->rows - r : ROWS;
        memset(t.part, 0, all * sizeof *t.part);
        for (size_t i = 0; i < rows; i++)
            add_row(env, p, &t, block->data + (r + i) * p->d);
        for (size_t i = head; i < all; i++)
            state[i] += t.part[i];
    }
    rc = 0;
done:
    points_free(&t);
    return rc;
}

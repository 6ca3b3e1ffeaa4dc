/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The next model of kmeans. */
#include "function/cluster/kmeans_plan.h"

#include <math.h>
#include <stdlib.h>

#include "function/common/profile.h"
#include "function/common/tell.h"

/* How far the halves of a split begin apart, in deviations: any distance will do, as the
 * plane between them passes through the mean. */
static const double APART = 0x1p-10;
/* Empty clusters that are moved in all, for each cluster: one that becomes empty again
 * and again stays where it is. */
static const double SPLITS = 4;

static int begin(struct function_env *env, const struct kmeans *p, const struct kmeans_model *m,
                 const double *state)
{
    struct central c = profile_columns(state, p->d);

    if (state[0] < (double)p->k * p->least)
        return tell_error(env, "%.0f rows for %zu clusters of at least %.0f", state[0], p->k,
                          p->least);
    *m->head = (struct kmeans_head){.phase = KMEANS_VOTES};
    for (size_t j = 0; j < p->d; j++) {
        double deviation = sqrt(c.m2[j] / state[0]);
        m->centre[j] = c.mean[j];
        m->unit[j] = p->scale ? profile_spread(state, p->d, j, true) : 1;
        m->width[j] = deviation / m->unit[j];
        m->head->within += m->width[j] * m->width[j];
    }
    return 0;
}

/* The total is of the rows of the last state: which slaves are accepted may change. */
static double total(const struct kmeans *p, const struct kmeans_model *m, const double *state)
{
    struct central c = profile_columns(state, p->d);
    double sum = 0;

    for (size_t j = 0; j < p->d; j++)
        sum += c.m2[j] / state[0] / (m->unit[j] * m->unit[j]);
    return sum;
}

static int seed(struct function_env *env, const struct kmeans *p, const struct kmeans_model *m,
                const struct kmeans_sums *s)
{
    double *points = malloc(p->candidates * p->d * sizeof *points);

    if (points)
        kmeans_candidates(p, m->width, points);
    if (!points || kmeans_choose(p, points, s->count, m->point) < 0) {
        free(points);
        return tell_error(env, "out of memory for %zu points", p->candidates);
    }
    free(points);
    for (size_t i = 0; i < p->k; i++)
        for (size_t j = 0; j < p->d; j++)
            m->variance[i * p->d + j] = m->width[j] * m->width[j];
    m->head->phase = KMEANS_LLOYD;
    return 0;
}

/* Effect: a centre moves to the mean of its rows. Returns its squared way. */
static double move(const struct kmeans *p, const struct kmeans_model *m,
                   const struct kmeans_sums *s, size_t i)
{
    double n = s->count[i], way = 0;

    for (size_t j = i * p->d; j < (i + 1) * p->d; j++) {
        double step = s->offset[j] / n, variance = s->square[j] / n - step * step;
        m->point[j] += step;
        m->variance[j] = variance > 0 ? variance : 0;
        way += step * step;
    }
    return way;
}

static double cost(const struct kmeans *p, const struct kmeans_model *m,
                   const struct kmeans_sums *s, size_t i)
{
    double sum = 0;

    for (size_t j = 0; j < p->d; j++)
        sum += m->variance[i * p->d + j];
    return s->count[i] * sum;
}

/* Returns the cluster of largest cost that was not split in this step and has rows for
 * two; k if there is none. */
static size_t largest(const struct kmeans *p, const struct kmeans_model *m,
                      const struct kmeans_sums *s, const unsigned char *split)
{
    size_t best = p->k;
    double most = 0;

    for (size_t i = 0; i < p->k; i++)
        if (!split[i] && s->count[i] >= 2 * p->least && cost(p, m, s, i) > most) {
            most = cost(p, m, s, i);
            best = i;
        }
    return best;
}

/* Effect: an empty cluster and a large one share the latter's rows, on either side of its
 * mean along the column of largest variance. */
static void split_cluster(const struct kmeans *p, const struct kmeans_model *m, size_t from,
                          size_t to)
{
    double *a = m->point + from * p->d, *b = m->point + to * p->d;
    const double *variance = m->variance + from * p->d;
    size_t widest = 0;

    for (size_t j = 0; j < p->d; j++) {
        widest = variance[j] > variance[widest] ? j : widest;
        b[j] = a[j];
        m->variance[to * p->d + j] = variance[j];
    }
    b[widest] += APART * sqrt(variance[widest]);
    a[widest] -= APART * sqrt(variance[widest]);
}

/* Effect: one step of Lloyd's method. */
static int step(struct function_env *env, const struct kmeans *p, const struct kmeans_model *m,
                const struct kmeans_sums *s)
{
    unsigned char *split = calloc(p->k, 1);
    bool again = false;
    double way = 0, within = 0, rows = 0;

    if (!split)
        return tell_error(env, "out of memory for %zu clusters", p->k);
    for (size_t i = 0; i < p->k; i++) {
        way = s->count[i] >= p->least ? fmax(way, move(p, m, s, i)) : way;
        within += cost(p, m, s, i);
        rows += s->count[i];
    }
    for (size_t i = 0; i < p->k; i++) {
        if (s->count[i] >= p->least || m->head->splits >= SPLITS * (double)p->k)
            continue;
        size_t from = largest(p, m, s, split);
        if (from == p->k)
            continue;
        split_cluster(p, m, from, i);
        split[from] = 1;
        m->head->splits++;
        again = true;
    }
    free(split);
    m->head->within = within / rows;
    m->head->steps++;
    m->head->moved = m->head->total > 0 ? sqrt(way / m->head->total) : 0;
    m->head->converged = !again && m->head->moved <= p->tolerance ? 1 : 0;
    return 0;
}

int kmeans_update(struct function_env *env, double *model, const double *state, int *converged)
{
    const struct kmeans plan = kmeans_plan(env), *p = &plan;
    struct kmeans_model m = kmeans_model_at(p, model);
    struct kmeans_sums s = kmeans_sums_at(p, state);

    for (size_t i = 0; i < kmeans_length(p); i++)
        if (!isfinite(state[i]) || state[0] < 1)
            return tell_error(env, "the state is empty or not finite: a value was infinite, or too "
                                   "large to be squared");
    if (kmeans_phase_of(env) == KMEANS_PROFILE)
        return begin(env, p, &m, state);
    m.head->total = total(p, &m, state);
    if (kmeans_phase_of(env) == KMEANS_VOTES)
        return seed(env, p, &m, &s);
    if (step(env, p, &m, &s) < 0)
        return -1;
    *converged = m.head->converged > 0;
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What states of kmeans say: results and features. */
#include "function/cluster/kmeans_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/profile.h"
#include "function/common/tell.h"

enum { LABEL = 24 };

static const double ROUNDING = 1e-12; /* of spreads and variances */

/* What finish works on. */
struct table {
    double *centre, *within; /* k x d; k: sums of squares about the means */
    char (*name)[LABEL];     /* k */
    const char **label;      /* k */
};

static void table_free(struct table *t)
{
    free(t->centre);
    free(t->within);
    free(t->name);
    free(t->label);
}

static int table_make(struct function_env *env, const struct kmeans *p, const double *state,
                      struct table *t)
{
    struct kmeans_model m = kmeans_model_at(p, env->model);
    struct kmeans_sums s = kmeans_sums_at(p, state);

    t->centre = malloc(p->k * p->d * sizeof *t->centre);
    t->within = calloc(p->k, sizeof *t->within);
    t->name = malloc(p->k * sizeof *t->name);
    t->label = malloc(p->k * sizeof *t->label);
    if (!t->centre || !t->within || !t->name || !t->label)
        return tell_error(env, "out of memory for %zu clusters", p->k);
    for (size_t i = 0; i < p->k; i++) {
        snprintf(t->name[i], LABEL, "%zu", i + 1);
        t->label[i] = t->name[i];
        for (size_t j = 0; j < p->d; j++) {
            size_t at = i * p->d + j;
            double sum = s.offset[at], n = s.count[i];
            t->centre[at] = m.centre[j] + m.unit[j] * m.point[at];
            /* The centre of a cluster with fewer rows has stayed, and squares are about it. */
            t->within[i] += s.square[at] - (n > 0 && n >= p->least ? sum / n * sum : 0);
        }
    }
    return 0;
}

static int put_numbers(const struct kmeans_head *h, struct function_output *out, double inertia,
                       double rows)
{
    const struct tell_number number[] = {
        {"inertia", "sum of squared distances of the rows from their cluster's centre", inertia},
        {"explained", "share of the sum of squares about the mean that lies between clusters",
         1 - inertia / (rows * h->total)},
        {"rows", "rows of the last round", rows},
        {"steps", "of Lloyd's method that were taken", h->steps},
        {"splits", "empty clusters that were given a half of the one of largest cost", h->splits},
        {"last_step", "longest way of a centre in the last step, in root mean squared distances",
         h->moved},
        {"converged", "1 if that is not above the tolerance, else 0: more rounds are needed",
         h->converged},
    };

    return tell_numbers(out, number, sizeof number / sizeof number[0]);
}

/* Sizes and costs are those of the last state: of the rows nearest to the centres before
 * the last step, about those after it. */
int kmeans_finish(struct function_env *env, const double *state, struct function_output *out)
{
    const struct kmeans plan = kmeans_plan(env), *p = &plan;
    struct kmeans_model m = kmeans_model_at(p, env->model);
    struct table t = {0};
    double inertia = 0;
    int rc = -1;

    if (kmeans_phase_of(env) != KMEANS_LLOYD || m.head->steps == 0)
        return tell_unfinished(out, state[0]);
    if (table_make(env, p, state, &t) < 0)
        goto done;
    for (size_t i = 0; i < p->k; i++)
        inertia += t.within[i];
    const struct function_array centres = {.name = "centres",
                                           .help = "means of the clusters, in the columns' units",
                                           .rows = p->k,
                                           .columns = p->d,
                                           .row_labels = t.label,
                                           .column_labels = env->column_names,
                                           .values = t.centre};
    if (out->put(out, &centres) == 0 &&
        tell_column(out, "size", "rows of the clusters", p->k, t.label,
                    kmeans_sums_at(p, state).count) == 0 &&
        tell_column(out, "within", "sums of squared distances from the clusters' centres", p->k,
                    t.label, t.within) == 0)
        rc = put_numbers(m.head, out, inertia, state[0]);
done:
    table_free(&t);
    return rc;
}

static size_t count_features(const struct kmeans *p)
{
    return 2 * p->d + 1 + p->k * (1 + p->d);
}

int kmeans_features_length(struct function_env *env, size_t *n)
{
    const struct kmeans plan = kmeans_plan(env);

    *n = count_features(&plan);
    return 0;
}

/* Whether the counts are counts, of every row once, and no sum of squares is negative. */
static bool agrees(const struct function_env *env, const struct kmeans *p, const double *state)
{
    struct kmeans_sums s = kmeans_sums_at(p, state);
    bool lloyd = kmeans_phase_of(env) == KMEANS_LLOYD, right = profile_agrees(state, p->d);
    size_t counts = lloyd ? p->k : p->candidates;
    double sum = 0;

    if (kmeans_phase_of(env) == KMEANS_PROFILE)
        return right;
    for (size_t i = profile_length(p->d); i < kmeans_length(p); i++)
        right = right && isfinite(state[i]);
    for (size_t i = 0; i < counts; i++) {
        right = right && s.count[i] >= 0 && s.count[i] == floor(s.count[i]);
        sum += s.count[i];
    }
    for (size_t i = 0; lloyd && i < p->k * p->d; i++)
        right = right && s.square[i] >= 0;
    return right && sum == state[0] && *s.far >= 0;
}

/* The mean of one column over the n > 0 rows of a cluster, in the column's unit. Rounded:
 * rows that are equal in the column give the same mean, although it is a sum of differences;
 * or the filter would measure a column that is 0 in nearly all rows by that rounding. */
static double cluster_mean(const struct kmeans_model *m, size_t j, double point, double offset)
{
    double least = ROUNDING * (fabs(m->centre[j]) + m->unit[j] * m->width[j]);
    double mean = m->centre[j] + m->unit[j] * (point + offset);

    return least > 0 ? floor(mean / least + 0.5) * least : mean;
}

/* A variance that is rounding is 0. */
static double beyond_rounding(double variance, double width)
{
    return variance > ROUNDING * width * width ? variance : 0;
}

/* Of cluster i: its share, and this slave's mean of it; of less than two rows it says
 * nothing. The variance is that of all slaves in the round before, as a few rows say little
 * about their own; or their own, if it is larger: one row may be all that a sparse column
 * has. A share of 0 is as uncertain as that of one row. */
static void cluster_features(const struct function_env *env, const struct kmeans *p,
                             const double *state, size_t i, double *value, double *error)
{
    struct kmeans_model m = kmeans_model_at(p, env->model);
    struct kmeans_sums s = kmeans_sums_at(p, state);
    bool known = kmeans_phase_of(env) == KMEANS_LLOYD;
    double rows = state[0], n = known ? s.count[i] : 0, share = (n + 1) / (rows + 2);

    value[0] = n / rows;
    error[0] = known ? sqrt(share * (1 - share) / rows) : INFINITY;
    for (size_t j = 0; j < p->d; j++) {
        size_t at = i * p->d + j;
        double offset = n > 0 ? s.offset[at] / n : 0;
        double own = n > 1 ? (s.square[at] - n * offset * offset) / (n - 1) : 0;
        double variance = known ? fmax(m.variance[at], own) : 0;
        value[1 + j] = known ? cluster_mean(&m, j, m.point[at], offset) : 0;
        error[1 + j] =
            n > 1 ? m.unit[j] * sqrt(beyond_rounding(variance, m.width[j]) / n) : INFINITY;
    }
}

int kmeans_features(struct function_env *env, const double *state, double *value, double *error)
{
    const struct kmeans plan = kmeans_plan(env), *p = &plan;
    struct kmeans_sums s = kmeans_sums_at(p, state);
    size_t all = count_features(p), f = 2 * p->d;
    double rows = state[0], mean = *s.far / rows;
    bool right = agrees(env, p, state), known = kmeans_phase_of(env) != KMEANS_PROFILE && rows > 1;

    profile_features(state, p->d, value, error);
    value[f] = known ? mean : 0;
    error[f] = known ? sqrt(fmax(0, *s.far_squares / rows - mean * mean) / rows) : INFINITY;
    for (size_t i = 0; i < p->k; i++) {
        size_t at = f + 1 + i * (1 + p->d);
        cluster_features(env, p, state, i, value + at, error + at);
    }
    for (size_t i = 0; i < all && !right; i++)
        value[i] = NAN;
    return 0;
}

void kmeans_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    const struct kmeans plan = kmeans_plan(env), *p = &plan;
    size_t f = 2 * p->d;

    if (i < f) {
        profile_feature_name(env->column_names, p->d, i, text, size);
        return;
    }
    if (i == f) {
        snprintf(text, size, "distance");
        return;
    }
    size_t cluster = (i - f - 1) / (1 + p->d), j = (i - f - 1) % (1 + p->d);
    if (j == 0)
        snprintf(text, size, "share(%zu)", cluster + 1);
    else
        snprintf(text, size, "centre(%zu,%s)", cluster + 1, env->column_names[j - 1]);
}

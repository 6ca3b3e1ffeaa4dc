/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "function/scatter.h"

#include <math.h>
#include <stdio.h>

enum { ROWS, COMPLETE, MEAN }; /* where they are in a state */

bool scatter_agrees(const double *state, size_t d)
{
    double n = state[COMPLETE];
    bool agrees = n >= 0 && n <= state[ROWS];

    for (size_t i = 0; i < MEAN + d + d * (d + 1) / 2; i++)
        agrees = agrees && isfinite(state[i]);
    for (size_t j = 0; j < d; j++)
        agrees = agrees && scatter_product(state, d, j, j) >= 0;
    return agrees;
}

void scatter_covariances(const double *state, size_t d, double *full)
{
    double n = state[COMPLETE];

    for (size_t j = 0; j < d; j++)
        for (size_t i = j; i < d; i++) {
            double v = n > 1 ? scatter_product(state, d, i, j) / (n - 1) : NAN;
            full[i * d + j] = full[j * d + i] = v;
        }
}

void scatter_correlations(const double *state, size_t d, double constant, double *full)
{
    bool enough = state[COMPLETE] > 1;

    for (size_t j = 0; j < d; j++) {
        double rj = sqrt(scatter_product(state, d, j, j));
        for (size_t i = j; i < d; i++) {
            double ri = sqrt(scatter_product(state, d, i, i)), r = constant;
            if (ri > 0 && rj > 0)
                r = i == j ? 1 : fmax(-1, fmin(1, scatter_product(state, d, i, j) / ri / rj));
            full[i * d + j] = full[j * d + i] = enough ? r : NAN;
        }
    }
}

int scatter_features_length(struct function_env *env, size_t *n)
{
    *n = env->columns + env->columns * (env->columns + 1) / 2;
    return 0;
}

/* Variance of a covariance of n rows: (s_ii s_jj + s_ij^2)/(n - 1). */
int scatter_features(struct function_env *env, const double *state, double *value, double *error)
{
    size_t d = env->columns;
    double n = state[COMPLETE], freedom = n > 1 ? n - 1 : 1;
    bool agrees = scatter_agrees(state, d);

    for (size_t j = 0; j < d; j++, value++, error++) {
        *value = agrees ? state[MEAN + j] : NAN;
        *error = n > 1 ? sqrt(scatter_product(state, d, j, j) / freedom / n) : INFINITY;
    }
    for (size_t j = 0; j < d; j++)
        for (size_t i = j; i < d; i++, value++, error++) {
            double s = scatter_product(state, d, i, j) / freedom;
            double si = sqrt(scatter_product(state, d, i, i) / freedom);
            double sj = sqrt(scatter_product(state, d, j, j) / freedom);
            *value = !agrees ? NAN : n > 1 ? s : 0;
            *error = n > 1 ? hypot(si * sj, s) / sqrt(freedom) : INFINITY;
        }
    return 0;
}

void scatter_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    size_t d = env->columns, j = 0;

    if (i < d) {
        snprintf(text, size, "mean(%s)", env->column_names[i]);
        return;
    }
    for (i -= d; i >= d - j && j < d; j++)
        i -= d - j;
    if (i == 0)
        snprintf(text, size, "variance(%s)", env->column_names[j]);
    else
        snprintf(text, size, "covariance(%s,%s)", env->column_names[j], env->column_names[j + i]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Covariances, correlations and features from sums of products about the mean. */
#include "function/describe/scatter.h"

#include <math.h>
#include <stdio.h>

bool scatter_agrees(const double *state, size_t d)
{
    struct central c = scatter_columns(state, d);
    double n = scatter_rows(state);
    bool agrees = n >= 0 && n <= state[0] && isfinite(state[0]);

    for (size_t i = 0; i < central_length(d, c.order); i++)
        agrees = agrees && isfinite(state[1 + i]);
    for (size_t j = 0; j < d; j++) {
        agrees = agrees && c.count[j] == n && c.m2[j] >= 0 && c.m4[j] >= 0;
        agrees = agrees && scatter_product(state, d, j, j) >= 0;
        for (size_t i = j; i < d; i++)
            agrees = agrees && isfinite(scatter_product(state, d, i, j));
    }
    return agrees;
}

void scatter_covariances(const double *state, size_t d, double *full)
{
    double n = scatter_rows(state);

    for (size_t j = 0; j < d; j++)
        for (size_t i = j; i < d; i++) {
            double v = n > 1 ? scatter_product(state, d, i, j) / (n - 1) : NAN;
            full[i * d + j] = full[j * d + i] = v;
        }
}

void scatter_correlations(const double *state, size_t d, double constant, double *full)
{
    bool enough = scatter_rows(state) > 1;

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

/* The correlation of two columns of n > 1 rows; 0 if one is constant. */
static double correlation(const double *state, size_t d, size_t i, size_t j)
{
    double ri = sqrt(scatter_product(state, d, i, i)), rj = sqrt(scatter_product(state, d, j, j));

    return ri > 0 && rj > 0 ? fmax(-1, fmin(1, scatter_product(state, d, i, j) / ri / rj)) : 0;
}

int scatter_features_length(struct function_env *env, size_t *n)
{
    *n = env->columns + env->columns * (env->columns + 1) / 2;
    return 0;
}

int scatter_features(struct function_env *env, const double *state, double *value, double *error)
{
    size_t d = env->columns, f = 2 * d;
    double n = scatter_rows(state);
    struct central c = scatter_columns(state, d);
    bool agrees = scatter_agrees(state, d);

    for (size_t j = 0; j < d; j++) {
        double v[2], e[2];
        central_features(&c, j, v, e);
        value[j] = v[0], value[d + j] = v[1], error[j] = e[0], error[d + j] = e[1];
    }
    for (size_t j = 0; j < d; j++)
        for (size_t i = j + 1; i < d; i++, f++) {
            double k = sqrt(central_kurtosis(&c, i)) * sqrt(central_kurtosis(&c, j));
            bool known = n > 1 && c.m2[i] > 0 && c.m2[j] > 0;
            value[f] = known ? correlation(state, d, i, j) : 0;
            error[f] = known ? (1 - value[f] * value[f]) * sqrt(k / 3 / n) : INFINITY;
        }
    for (size_t i = 0; !agrees && i < f; i++)
        value[i] = NAN;
    return 0;
}

void scatter_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    size_t d = env->columns, j = 0;

    if (i < 2 * d) {
        snprintf(text, size, "%s(%s)", i < d ? "mean" : "sd", env->column_names[i % d]);
        return;
    }
    for (i -= 2 * d; j + 1 < d && i >= d - 1 - j; j++)
        i -= d - 1 - j;
    if (j + 1 + i < d)
        snprintf(text, size, "correlation(%s,%s)", env->column_names[j],
                 env->column_names[j + 1 + i]);
}

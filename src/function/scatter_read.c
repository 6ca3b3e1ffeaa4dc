/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "function/scatter.h"

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

int scatter_features_length(struct function_env *env, size_t *n)
{
    *n = env->columns + env->columns * (env->columns + 1) / 2;
    return 0;
}

/* Of a column that is not constant: n m4/m2^2; at least 1 + 1/n, as the next order does
 * not vanish when the first does (see moments). */
static double kurtosis(const struct central *c, size_t j)
{
    double n = c->count[j], k = c->m2[j] > 0 ? n * (c->m4[j] / c->m2[j] / c->m2[j]) : 3;

    return fmax(k, 1 + 1 / n);
}

static double covariance_error(const double *state, size_t d, size_t i, size_t j)
{
    struct central c = scatter_columns(state, d);
    double n = scatter_rows(state), s = scatter_product(state, d, i, j) / (n - 1);
    double si = scatter_product(state, d, i, i) / (n - 1);
    double sj = scatter_product(state, d, j, j) / (n - 1);
    double k = sqrt(kurtosis(&c, i)) * sqrt(kurtosis(&c, j));

    return sqrt(fmax(0, k / 3 * (si * sj + 2 * s * s) - s * s) / n);
}

int scatter_features(struct function_env *env, const double *state, double *value, double *error)
{
    size_t d = env->columns;
    double n = scatter_rows(state);
    struct central c = scatter_columns(state, d);
    bool agrees = scatter_agrees(state, d);

    for (size_t j = 0; j < d; j++, value++, error++) {
        *value = agrees ? c.mean[j] : NAN;
        *error = n > 1 ? sqrt(c.m2[j] / (n - 1) / n) : INFINITY;
    }
    for (size_t j = 0; j < d; j++)
        for (size_t i = j; i < d; i++, value++, error++) {
            *value = n > 1 ? scatter_product(state, d, i, j) / (n - 1) : 0;
            *error = n > 1 ? covariance_error(state, d, i, j) : INFINITY;
            if (!agrees)
                *value = NAN;
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

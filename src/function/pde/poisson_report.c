/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What states of poisson say: results and features. */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "function/common/tell.h"
#include "function/pde/poisson_state.h"

static const char *const quantity_names[QUANTITIES] = {"mean", "centre", "flux"};

/* The mean of an error over the times that a level was solved, NaN if it was not. */
static double error_of(const double *state, size_t level, int which)
{
    const double *from = level_in(state, level);

    return from[SOLVED] > 0 ? from[which] / from[SOLVED] : NAN;
}

/* How often the error halves when the cells along a side double. */
static double order_of(const double *state, size_t level, int which)
{
    return log2(error_of(state, level, which) / error_of(state, level + 1, which));
}

static int finish_levels(struct function_env *env, const double *state, struct function_output *out)
{
    char text[LEVELS_MAX][48];
    const char *labels[LEVELS_MAX];
    double cells[LEVELS_MAX], l2[LEVELS_MAX], max[LEVELS_MAX];
    double order[LEVELS_MAX], order_max[LEVELS_MAX];
    size_t n = levels_of(env);

    for (size_t i = 0; i < n; i++) {
        cells[i] = (double)cells_of(env, i);
        l2[i] = error_of(state, i, L2);
        max[i] = error_of(state, i, MAX);
        snprintf(text[i], sizeof text[i], "%" PRId64, cells_of(env, i));
        labels[i] = text[i];
    }
    if (tell_column(out, "cells", "cells along a side", n, labels, cells) != 0 ||
        tell_column(out, "l2_error", "root of the integral of (u - exact)^2", n, labels, l2) != 0 ||
        tell_column(out, "max_error", "greatest |u - exact| in the middle of a cell", n, labels,
                    max) != 0)
        return -1;
    for (size_t i = 0; i + 1 < n; i++) {
        order[i] = order_of(state, i, L2);
        order_max[i] = order_of(state, i, MAX);
        snprintf(text[i], sizeof text[i], "%" PRId64 " to %" PRId64, cells_of(env, i),
                 cells_of(env, i + 1));
    }
    if (n < 2)
        return 0;
    return tell_column(out, "order",
                       "log2 of what l2_error falls by when cells double; 2 in theory", n - 1,
                       labels, order) != 0
               ? -1
               : tell_column(out, "order_max", "the same of max_error", n - 1, labels, order_max);
}

static double mean_of(const double *state, size_t q)
{
    return quantity_in(state, q)[SUM] / state[UNITS];
}

/* Over the samples; not known from a single one. */
static double variance_of(const double *state, size_t q)
{
    double n = state[UNITS], mean = mean_of(state, q);
    double within = quantity_in(state, q)[SQUARES] / n - mean * mean;

    if (n <= 1)
        return INFINITY;
    return isnan(within) ? NAN : fmax(within, 0) * (n / (n - 1));
}

static double standard_error(const double *state, size_t q)
{
    return sqrt(variance_of(state, q) / state[UNITS]);
}

static int finish_quantities(const double *state, struct function_output *out)
{
    double mean[QUANTITIES], variance[QUANTITIES], error[QUANTITIES];

    for (size_t q = 0; q < QUANTITIES; q++) {
        mean[q] = mean_of(state, q);
        variance[q] = variance_of(state, q);
        error[q] = standard_error(state, q);
    }
    if (tell_column(out, "mean",
                    "mean over the samples of: mean, the integral of u; centre, u in the middle; "
                    "flux, what leaves by the wall x = 0",
                    QUANTITIES, quantity_names, mean) != 0 ||
        tell_column(out, "variance", "variance over the samples", QUANTITIES, quantity_names,
                    variance) != 0)
        return -1;
    return tell_column(out, "standard_error", "standard error of the mean", QUANTITIES,
                       quantity_names, error);
}

int poisson_finish(struct function_env *env, const double *state, struct function_output *out)
{
    int rc = is_ensemble(env) ? finish_quantities(state, out) : finish_levels(env, state, out);

    return rc != 0 ? -1
                   : tell_column(out, "units", "systems that were solved", 1, NULL, &state[UNITS]);
}

int poisson_features_length(struct function_env *env, size_t *n)
{
    *n = is_ensemble(env) ? QUANTITIES : levels_of(env);
    return 0;
}

/* Errors by their logarithm: those of two levels are orders of magnitude apart. */
int poisson_features(struct function_env *env, const double *state, double *value, double *error)
{
    if (is_ensemble(env)) {
        for (size_t q = 0; q < QUANTITIES; q++) {
            value[q] = mean_of(state, q);
            error[q] = standard_error(state, q);
        }
        return 0;
    }
    for (size_t i = 0; i < levels_of(env); i++) {
        bool solved = level_in(state, i)[SOLVED] != 0;
        value[i] = solved ? log2(error_of(state, i, L2)) : 0;
        error[i] = solved ? 0 : INFINITY;
    }
    return 0;
}

void poisson_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    if (is_ensemble(env))
        snprintf(text, size, "mean(%s)", quantity_names[i]);
    else
        snprintf(text, size, "log2_error(%" PRId64 ")", cells_of(env, i));
}

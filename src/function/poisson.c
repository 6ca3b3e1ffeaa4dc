/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * poisson: -div(a grad u) = f on the unit square or cube, by PETSc.
 *
 * manufactured: unit u solves a problem whose solution is known on cells * 2^l cells along
 * a side, l = u modulo levels. State: [units], then [units, sum of L2 errors, sum of
 * greatest errors] of each level.
 *
 * ensemble: unit u draws a random coefficient a. State: [units], then [sum, sum of squares]
 * of each quantity.
 *
 * A solution depends, in its last digits, on the number of ranks that solve it and on
 * their processors: two computations of a unit agree to the solver's tolerance only. So
 * squares are not taken about the mean: where samples hardly differ those would be nothing
 * but the solver's error, and two honest slaves would look like liars to each other. All
 * sums here are of terms of one sign, as exact as the terms; what the variance loses to it,
 * about 1e-10 of the squared mean, is below what the solver knows.
 */
#include "config.h"
#include "function/builtin.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/poisson_private.h"
#include "function/tell.h"

enum {
    PROBLEM,
    DIMENSION,
    CELLS,
    LEVELS,
    SEED,
    TERMS,
    SIGMA,
    CORRELATION,
    SMOOTHNESS,
    SOURCE,
    OPTIONS,
    PARAMS
};
enum { LEVELS_MAX = 12 };
enum { UNITS, HEAD };                   /* of every state */
enum { SOLVED, L2, MAX, LEVEL_LENGTH }; /* of a level */
enum { SUM, SQUARES, QUANTITY_LENGTH }; /* of a quantity */
enum { QUANTITIES = 3 };

#define UNKNOWNS_MAX 0x1p27

static const char *const quantity_names[QUANTITIES] = {"mean", "centre", "flux"};

static const struct function_param params[PARAMS] = {
    [PROBLEM] = {.name = "problem",
                 .type = FUNCTION_STRING,
                 .fallback.string = "manufactured",
                 .choices = "manufactured ensemble",
                 .help = "manufactured: a known solution, on finer and finer cells; ensemble: "
                         "random coefficients, one for each unit"},
    [DIMENSION] = {.name = "dimension",
                   .type = FUNCTION_INTEGER,
                   .fallback.integer = 2,
                   .min = 2,
                   .max = 3,
                   .help = "2: the unit square; 3: the unit cube"},
    [CELLS] = {.name = "cells",
               .type = FUNCTION_INTEGER,
               .fallback.integer = 16,
               .min = 2,
               .max = 8192,
               .help = "cells along a side; manufactured: of the coarsest level"},
    [LEVELS] = {.name = "levels",
                .type = FUNCTION_INTEGER,
                .fallback.integer = 4,
                .min = 1,
                .max = LEVELS_MAX,
                .help = "manufactured: levels, each with twice the cells along a side; unit u "
                        "solves level u modulo levels"},
    [SEED] = {.name = "seed",
              .type = FUNCTION_INTEGER,
              .fallback.integer = 0,
              .min = 0,
              .max = 0x1p53,
              .help = "ensemble: key of the random numbers; another seed gives other samples"},
    [TERMS] = {.name = "terms",
               .type = FUNCTION_INTEGER,
               .fallback.integer = 16,
               .min = 1,
               .max = 512,
               .help = "ensemble: terms of the expansion of log a; 1: a is the same everywhere"},
    [SIGMA] = {.name = "sigma",
               .type = FUNCTION_NUMBER,
               .fallback.number = 0.5,
               .min = 0,
               .max = 3,
               .help = "ensemble: standard deviation of log a, over the domain"},
    [CORRELATION] = {.name = "correlation",
                     .type = FUNCTION_NUMBER,
                     .fallback.number = 0.2,
                     .min = 1e-3,
                     .max = 1e3,
                     .help = "ensemble: correlation length of log a, in sides of the domain"},
    [SMOOTHNESS] = {.name = "smoothness",
                    .type = FUNCTION_NUMBER,
                    .fallback.number = 1,
                    .min = 0.1,
                    .max = 10,
                    .help = "ensemble: nu of Matern's covariance of log a"},
    [SOURCE] = {.name = "source",
                .type = FUNCTION_NUMBER,
                .fallback.number = 1,
                .min = -1e6,
                .max = 1e6,
                .help = "ensemble: f, the same everywhere"},
    [OPTIONS] = {.name = "options",
                 .type = FUNCTION_STRING,
                 .fallback.string = "",
                 .help = "options of PETSc, such as '-ksp_type gmres -pc_type ilu -ksp_rtol 1e-8'; "
                         "without any: cg, gamg, 1e-10"},
};

static bool is_ensemble(const struct function_env *env)
{
    return strcmp(env->params[PROBLEM].string, "ensemble") == 0;
}

static size_t levels_of(const struct function_env *env)
{
    return (size_t)env->params[LEVELS].integer;
}

static int64_t cells_of(const struct function_env *env, size_t level)
{
    return env->params[CELLS].integer << level;
}

static int length(struct function_env *env, size_t *n)
{
    int64_t cells = cells_of(env, is_ensemble(env) ? 0 : levels_of(env) - 1);

    if (pow((double)cells, (double)env->params[DIMENSION].integer) > UNKNOWNS_MAX)
        return tell_error(env,
                          "%" PRId64 " cells along a side are too many: expected at most %.0f "
                          "in all",
                          cells, UNKNOWNS_MAX);
    if (poisson_options_check(env, env->params[OPTIONS].string) < 0)
        return -1;
    *n = is_ensemble(env) ? HEAD + QUANTITIES * QUANTITY_LENGTH
                          : HEAD + levels_of(env) * LEVEL_LENGTH;
    return 0;
}

static double *level_at(double *state, size_t level)
{
    return state + HEAD + level * LEVEL_LENGTH;
}

static const double *level_in(const double *state, size_t level)
{
    return state + HEAD + level * LEVEL_LENGTH;
}

static double *quantity_at(double *state, size_t q)
{
    return state + HEAD + q * QUANTITY_LENGTH;
}

static const double *quantity_in(const double *state, size_t q)
{
    return state + HEAD + q * QUANTITY_LENGTH;
}

static struct poisson_problem problem_of(const struct function_env *env, size_t level)
{
    return (struct poisson_problem){
        .dimension = (int)env->params[DIMENSION].integer,
        .cells = cells_of(env, level),
        .options = env->params[OPTIONS].string,
    };
}

static int solve_wave(struct function_env *env, double *state, uint64_t unit)
{
    size_t level = (size_t)(unit % levels_of(env));
    struct poisson_problem problem = problem_of(env, level);
    struct poisson_solution solution;
    double *to = level_at(state, level);

    poisson_wave(&problem);
    if (poisson_solve(env, &problem, &solution) < 0)
        return -1;
    state[UNITS] += 1;
    to[SOLVED] += 1;
    to[L2] += solution.l2;
    to[MAX] += solution.max;
    return 0;
}

static int solve_sample(struct function_env *env, double *state, uint64_t unit)
{
    const struct function_value *v = env->params;
    const struct poisson_law law = {
        .seed = (uint64_t)v[SEED].integer,
        .terms = v[TERMS].integer,
        .sigma = v[SIGMA].number,
        .correlation = v[CORRELATION].number,
        .smoothness = v[SMOOTHNESS].number,
        .source = v[SOURCE].number,
    };
    struct poisson_problem problem = problem_of(env, 0);
    struct poisson_solution s;

    poisson_field(&problem, &law, unit);
    int rc = poisson_solve(env, &problem, &s);
    poisson_field_free(&problem);
    if (rc < 0)
        return -1;
    const double values[QUANTITIES] = {s.mean, s.centre, s.flux};
    state[UNITS] += 1;
    for (size_t q = 0; q < QUANTITIES; q++) {
        quantity_at(state, q)[SUM] += values[q];
        quantity_at(state, q)[SQUARES] += values[q] * values[q];
    }
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    return is_ensemble(env) ? solve_sample(env, state, block->first)
                            : solve_wave(env, state, block->first);
}

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

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    int rc = is_ensemble(env) ? finish_quantities(state, out) : finish_levels(env, state, out);

    return rc != 0 ? -1
                   : tell_column(out, "units", "systems that were solved", 1, NULL, &state[UNITS]);
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = is_ensemble(env) ? QUANTITIES : levels_of(env);
    return 0;
}

/* Errors by their logarithm: those of two levels are orders of magnitude apart. */
static int features(struct function_env *env, const double *state, double *value, double *error)
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

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    if (is_ensemble(env))
        snprintf(text, size, "mean(%s)", quantity_names[i]);
    else
        snprintf(text, size, "log2_error(%" PRId64 ")", cells_of(env, i));
}

const struct function function_poisson = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "poisson",
    .version = "1",
    .summary = "Poisson's equation by PETSc: order of convergence, or random coefficients.",
    .params = params,
    .params_count = PARAMS,
    .length = length,
    .accumulate = accumulate,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .without_data = 1,
    .collective = 1,
};

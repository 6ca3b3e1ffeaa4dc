/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function poisson: -div(a grad u) = f on the unit square or cube, by PETSc. */

/*
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
 * about 1e-12 of the squared mean, is below what the solver knows.
 */
#include "function/builtin.h"

#include <inttypes.h>
#include <math.h>

#include "function/common/tell.h"
#include "function/pde/poisson_private.h"
#include "function/pde/poisson_state.h"
#include "function/table.h"

#define UNKNOWNS_MAX 0x1p27

static const struct function_param params[PARAMS] = {
    PARAM_CHOICE(PROBLEM, "problem", "manufactured", "manufactured ensemble",
                 "manufactured: a known solution, on finer and finer cells; ensemble: random "
                 "coefficients, one for each unit"),
    PARAM_INTEGER(DIMENSION, "dimension", 2, 2, 3, "2: the unit square; 3: the unit cube"),
    PARAM_INTEGER(CELLS, "cells", 16, 2, 8192,
                  "cells along a side; manufactured: of the coarsest level"),
    PARAM_INTEGER(LEVELS, "levels", 4, 1, LEVELS_MAX,
                  "manufactured: levels, each with twice the cells along a side; unit u solves "
                  "level u modulo levels"),
    PARAM_INTEGER(SEED, "seed", 0, 0, 0x1p53,
                  "ensemble: key of the random numbers; another seed gives other samples"),
    PARAM_INTEGER(TERMS, "terms", 16, 1, 512,
                  "ensemble: terms of the expansion of log a; 1: a is the same everywhere"),
    PARAM_NUMBER(SIGMA, "sigma", 0.5, 0, 3,
                 "ensemble: standard deviation of log a, over the domain"),
    PARAM_NUMBER(CORRELATION, "correlation", 0.2, 1e-3, 1e3,
                 "ensemble: correlation length of log a, in sides of the domain"),
    PARAM_NUMBER(SMOOTHNESS, "smoothness", 1, 0.1, 10,
                 "ensemble: nu of Matern's covariance of log a"),
    PARAM_NUMBER(SOURCE, "source", 1, -1e6, 1e6, "ensemble: f, the same everywhere"),
    PARAM_STRING(OPTIONS, "options", "",
                 "options of PETSc, such as '-ksp_type gmres -pc_type ilu -ksp_rtol 1e-8'; without "
                 "any: cg to 1e-12, with icc in blocks up to 128 cells along a side, then gamg"),
};

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

const struct function function_poisson = {
    FUNCTION_HEAD,
    .name = "poisson",
    .version = "1",
    .summary = "Poisson's equation by PETSc: order of convergence, or random coefficients.",
    FUNCTION_PARAMS(params),
    .length = length,
    .accumulate = accumulate,
    .finish = poisson_finish,
    .features_length = poisson_features_length,
    .features = poisson_features,
    .feature_name = poisson_feature_name,
    .without_data = 1,
    .collective = 1,
};

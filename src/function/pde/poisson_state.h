/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What poisson.c and poisson_report.c share: the parameters, in the order of their table,
 * and what is where in a state.
 */
#ifndef FUNCTION_POISSON_STATE_H
#define FUNCTION_POISSON_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <metaneuron/function.h>

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

static inline bool is_ensemble(const struct function_env *env)
{
    return strcmp(env->params[PROBLEM].string, "ensemble") == 0;
}

static inline size_t levels_of(const struct function_env *env)
{
    return (size_t)env->params[LEVELS].integer;
}

static inline int64_t cells_of(const struct function_env *env, size_t level)
{
    return env->params[CELLS].integer << level;
}

static inline double *level_at(double *state, size_t level)
{
    return state + HEAD + level * LEVEL_LENGTH;
}

static inline const double *level_in(const double *state, size_t level)
{
    return state + HEAD + level * LEVEL_LENGTH;
}

static inline double *quantity_at(double *state, size_t q)
{
    return state + HEAD + q * QUANTITY_LENGTH;
}

static inline const double *quantity_in(const double *state, size_t q)
{
    return state + HEAD + q * QUANTITY_LENGTH;
}

/* The callbacks that say what a state means. */
int poisson_finish(struct function_env *env, const double *state, struct function_output *out);
int poisson_features_length(struct function_env *env, size_t *n);
int poisson_features(struct function_env *env, const double *state, double *value, double *error);
void poisson_feature_name(const struct function_env *env, size_t i, char *text, size_t size);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function sweep: another one, without data, at every point of a grid of its parameters. */

/*
 * Unit u computes point u modulo points; of the function it is unit u / points, so that
 * all points share their random numbers and differences between them are sharper than
 * they are; with common: false it is unit u, and they share none. State: [units], then
 * the function's state of each point.
 */
#include "config.h"
#include "function/builtin.h"

#include "function/sweep/sweep_private.h"

enum { FUNCTION = SWEEP_FUNCTION, GRID = SWEEP_GRID, COMMON = SWEEP_PARAMS, PARAMS };

static const struct function_param params[PARAMS] = {
    [FUNCTION] = {.name = "function",
                  .type = FUNCTION_STRING,
                  .required = 1,
                  .help = SWEEP_FUNCTION_HELP},
    [GRID] = {.name = "grid", .type = FUNCTION_STRING, .required = 1, .help = SWEEP_GRID_HELP},
    [COMMON] = {.name = "common",
                .type = FUNCTION_BOOLEAN,
                .fallback.integer = 1,
                .help = "whether the points share their random numbers, which makes differences "
                        "between them sharper; else they are independent"},
};

static int length(struct function_env *env, size_t *n)
{
    return sweep_length(env, n, 1);
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct sweep s;
    int rc = sweep_open(&s, env, 1);

    if (rc == 0) {
        struct block unit = *block;
        size_t point = (size_t)(block->first % s.points);
        if (env->params[COMMON].integer)
            unit.first = block->first / s.points;
        rc = sweep_accumulate(&s, env, state, point, &unit);
    }
    if (rc == 0)
        state[0] += 1;
    sweep_close(&s);
    return rc;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    return sweep_merge(env, into, from, 1);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    return sweep_finish(env, state, out, 1);
}

static int features_length(struct function_env *env, size_t *n)
{
    return sweep_features_length(env, n, 1);
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    return sweep_features(env, state, value, error, 1);
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    sweep_feature_name(env, i, text, size, 1);
}

const struct function function_sweep = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "sweep",
    .version = "1",
    .summary = "Another function without data, at every point of a grid of its parameters.",
    .params = params,
    .params_count = PARAMS,
    .length = length,
    .accumulate = accumulate,
    .merge = merge,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .without_data = 1,
};

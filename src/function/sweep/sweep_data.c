/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function sweep_data: another one, over data, at every point of such a grid. */

/*
 * One pass over the rows is enough for all points. State: [rows], then the function's
 * state of each point.
 */
#include "config.h"
#include "function/builtin.h"

#include "function/sweep/sweep_private.h"

static const struct function_param params[SWEEP_PARAMS] = {
    [SWEEP_FUNCTION] = {.name = "function",
                        .type = FUNCTION_STRING,
                        .required = 1,
                        .help = SWEEP_FUNCTION_HELP},
    [SWEEP_GRID] = {.name = "grid",
                    .type = FUNCTION_STRING,
                    .required = 1,
                    .help = SWEEP_GRID_HELP},
};

static int length(struct function_env *env, size_t *n)
{
    return sweep_length(env, n, 0);
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct sweep s;
    int rc = sweep_open(&s, env, 0);

    for (size_t point = 0; rc == 0 && point < s.points; point++)
        rc = sweep_accumulate(&s, env, state, point, block);
    if (rc == 0)
        state[0] += (double)block->rows;
    sweep_close(&s);
    return rc;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    return sweep_merge(env, into, from, 0);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    return sweep_finish(env, state, out, 0);
}

static int features_length(struct function_env *env, size_t *n)
{
    return sweep_features_length(env, n, 0);
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    return sweep_features(env, state, value, error, 0);
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    sweep_feature_name(env, i, text, size, 0);
}

const struct function function_sweep_data = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "sweep_data",
    .version = "1",
    .summary = "Another function over data, at every point of a grid of its parameters.",
    .params = params,
    .params_count = SWEEP_PARAMS,
    .length = length,
    .accumulate = accumulate,
    .merge = merge,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
};

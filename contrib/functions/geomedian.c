/* SPDX-License-Identifier: MIT */
/*
 * geomedian: the point whose distances to all rows have the least sum (Weiszfeld 1937), one
 * step per round. A few rows that are far off hardly move it.
 *
 * State: [rows, sum of distances d to the model's point, sum of 1/d, sum of x/d per column,
 * rows whose distance is 0]: plain sums. Model: [step of the last round, the point]. The
 * first round takes the mean, as long as there is no point: all distances count as 1. The features are where a
 * slave's own rows would move the point.
 */
#include <math.h>
#include <stdio.h>

#include <metaneuron/function.h>

enum { TOLERANCE };                   /* parameter */
enum { ROWS, SUM, WEIGHT, AT, HEAD }; /* state */

static const struct function_param params[] = {
    {"tolerance",
     FUNCTION_NUMBER,
     {.number = 1e-9},
     0,
     0,
     INFINITY,
     NULL,
     "a step shorter than this ends the rounds, in the columns' unit"},
};

static int length(struct function_env *env, size_t *n)
{
    if (env->columns == 0) {
        snprintf(env->error, sizeof env->error, "there are no columns; expected at least 1");
        return -1;
    }
    *n = HEAD + env->columns;
    return 0;
}

static int model_length(struct function_env *env, size_t *n)
{
    *n = 1 + env->columns;
    return 0;
}

/* Whether the model has a point: that of the first round has none, unless the contract gives
 * it one, and a step of more than 0. */
static int is_placed(const struct function_env *env)
{
    return env->model[0] > 0;
}

static double distance(const struct function_env *env, const double *x)
{
    double sum = 0;

    for (size_t j = 0; j < env->columns; j++)
        sum += (x[j] - env->model[1 + j]) * (x[j] - env->model[1 + j]);
    return sqrt(sum);
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    for (size_t i = 0; i < block->rows; i++) {
        const double *x = block->data + i * env->columns;
        double d = is_placed(env) ? distance(env, x) : 1;
        state[SUM] += d;
        state[AT] += d == 0;
        state[WEIGHT] += d > 0 ? 1 / d : 0;
        for (size_t j = 0; d > 0 && j < env->columns; j++)
            state[HEAD + j] += x[j] / d;
    }
    state[ROWS] += (double)block->rows;
    return 0;
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    double step = 0;

    for (size_t j = 0; state[WEIGHT] > 0 && j < env->columns; j++) {
        model[1 + j] = state[HEAD + j] / state[WEIGHT];
        step += (model[1 + j] - env->model[1 + j]) * (model[1 + j] - env->model[1 + j]);
    }
    model[0] = sqrt(step);
    *converged = is_placed(env) && model[0] < env->params[TOLERANCE].number;
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double mean = state[SUM] / state[ROWS];
    const struct function_array median = {
        "median",          "the geometric median, in the columns' unit",
        env->columns,      1,
        env->column_names, NULL,
        env->model + 1};
    const struct function_array step = {"step",    "how far the round moved it", 1, 1, NULL, NULL,
                                        env->model};
    const struct function_array spread = {
        "distance", "mean distance of a row before that step", 1, 1, NULL, NULL, &mean};

    return out->put(out, &median) || out->put(out, &step) || out->put(out, &spread) ? -1 : 0;
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = env->columns;
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    for (size_t j = 0; j < env->columns; j++) {
        value[j] = state[WEIGHT] > 0 ? state[HEAD + j] / state[WEIGHT] : env->model[1 + j];
        error[j] = 0;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "median(%s)", env->column_names[i]);
}

const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "geomedian",
    .version = "1",
    .summary = "The geometric median of the rows, by rounds.",
    .params = params,
    .params_count = sizeof params / sizeof params[0],
    .length = length,
    .accumulate = accumulate,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .update = update,
    .model_length = model_length,
};

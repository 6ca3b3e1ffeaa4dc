/* SPDX-License-Identifier: MIT */
/*
 * pearson: the correlation of two columns.
 *
 * State: [rows, mean of x, mean of y, sum (x - mx)^2, sum (y - my)^2, sum (x - mx)(y - my)].
 * Rows are added one by one (Welford 1962), states are merged in pairs (Chan, Golub,
 * LeVeque 1979). The feature is Fisher's z = atanh(r), with the error 1/sqrt(n - 3).
 */
#include <math.h>
#include <stdio.h>

#include <metaneuron/function.h>

enum { ROWS, MEAN_X, MEAN_Y, XX, YY, XY, LENGTH };

static int length(struct function_env *env, size_t *n)
{
    if (env->columns != 2) {
        snprintf(env->error, sizeof env->error, "found %zu columns, expected 2", env->columns);
        return -1;
    }
    *n = LENGTH;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    (void)env;
    for (size_t i = 0; i < block->rows; i++) {
        double x = block->data[2 * i], y = block->data[2 * i + 1];
        double n = state[ROWS] + 1, dx = x - state[MEAN_X], dy = y - state[MEAN_Y];
        state[ROWS] = n;
        state[MEAN_X] += dx / n;
        state[MEAN_Y] += dy / n;
        state[XX] += dx * (x - state[MEAN_X]);
        state[YY] += dy * (y - state[MEAN_Y]);
        state[XY] += dx * (y - state[MEAN_Y]);
    }
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    double n = into[ROWS] + from[ROWS], part = from[ROWS] / n, weight = into[ROWS] * part;
    double dx = from[MEAN_X] - into[MEAN_X], dy = from[MEAN_Y] - into[MEAN_Y];

    (void)env;
    into[XX] += from[XX] + dx * dx * weight;
    into[YY] += from[YY] + dy * dy * weight;
    into[XY] += from[XY] + dx * dy * weight;
    into[MEAN_X] += dx * part;
    into[MEAN_Y] += dy * part;
    into[ROWS] = n;
    return 0;
}

static double correlation(const double *state)
{
    return state[XY] / sqrt(state[XX]) / sqrt(state[YY]);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double r = correlation(state);
    struct function_array array = {
        .name = "r", .help = "correlation, -1 to 1", .rows = 1, .columns = 1, .values = &r};

    (void)env;
    return out->put(out, &array);
}

static int features_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 1;
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    double r = correlation(state);

    (void)env;
    *value = isfinite(r) && fabs(r) < 1 ? atanh(r) : 0;
    *error = isfinite(r) && fabs(r) < 1 && state[ROWS] > 3 ? 1 / sqrt(state[ROWS] - 3) : INFINITY;
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)i;
    snprintf(text, size, "z(%s,%s)", env->column_names[0], env->column_names[1]);
}

const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "pearson",
    .version = "1",
    .summary = "Correlation of two columns.",
    .length = length,
    .accumulate = accumulate,
    .merge = merge,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
};

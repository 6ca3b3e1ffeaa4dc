/* SPDX-License-Identifier: MIT */
/*
 * geomean: the geometric mean of each column, whose values must be positive.
 *
 * State: [rows, sum of log(x) per column, sum of log(x)^2 per column]. These are plain
 * sums, so there is no merge of its own. The feature of a column is the mean of log(x).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <metaneuron/function.h>

static int length(struct function_env *env, size_t *n)
{
    if (env->columns == 0) {
        snprintf(env->error, sizeof env->error, "there are no columns; expected at least 1");
        return -1;
    }
    *n = 1 + 2 * env->columns;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    double *sum = state + 1, *squares = sum + env->columns;

    for (size_t i = 0; i < block->rows; i++) {
        for (size_t j = 0; j < env->columns; j++) {
            double x = block->data[i * env->columns + j], y = log(x);
            if (!(x > 0)) {
                snprintf(env->error, sizeof env->error, "column %.100s: found %g, expected > 0",
                         env->column_names[j], x);
                return -1;
            }
            sum[j] += y;
            squares[j] += y * y;
        }
    }
    state[0] += (double)block->rows;
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double *means = malloc(env->columns * sizeof *means);
    struct function_array array = {.name = "geomean",
                                   .help = "geometric mean, in the column's unit",
                                   .rows = env->columns,
                                   .columns = 1,
                                   .row_labels = env->column_names,
                                   .values = means};

    if (!means) {
        snprintf(env->error, sizeof env->error, "out of memory for %zu columns", env->columns);
        return -1;
    }
    for (size_t j = 0; j < env->columns; j++)
        means[j] = exp(state[1 + j] / state[0]);
    int rc = out->put(out, &array);
    free(means);
    return rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = env->columns;
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    double n = state[0];

    for (size_t j = 0; j < env->columns; j++) {
        double mean = state[1 + j] / n;
        double variance = state[1 + env->columns + j] / n - mean * mean;
        value[j] = mean;
        error[j] = n > 1 ? sqrt(fmax(variance, 0) / (n - 1)) : INFINITY;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "log(%s)", env->column_names[i]);
}

/* Sums are no counts: of a state, the number of rows is the only one. */
static int counts(struct function_env *env, unsigned char *is_count)
{
    (void)env, (void)is_count;
    return 0;
}

const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "geomean",
    .version = "1",
    .summary = "Geometric mean of each column.",
    .length = length,
    .accumulate = accumulate,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .counts = counts,
};

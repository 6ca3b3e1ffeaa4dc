/*
 * @NAME@: the mean of each column. Replace it by what you want to compute.
 *
 * A function's state is a vector of doubles; metaneuron/function.h says what each
 * callback has to do. State here: [rows, mean per column, sum of (x - mean)^2 per
 * column].
 */
#include <math.h>
#include <stdio.h>

#include <metaneuron/function.h>

/* How long the state is, and what columns are refused. */
static int length(struct function_env *env, size_t *n)
{
    if (env->columns == 0) {
        snprintf(env->error, sizeof env->error, "there are no columns; expected at least 1");
        return -1;
    }
    *n = 1 + 2 * env->columns;
    return 0;
}

/* Adds rows to a state, which is all zeros at first (Welford 1962). */
static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    const size_t columns = env->columns;
    double *mean = state + 1, *squares = mean + columns;

    for (size_t i = 0; i < block->rows; i++) {
        const double *row = block->data + i * columns;
        state[0] += 1;
        for (size_t j = 0; j < columns; j++) {
            double d = row[j] - mean[j];
            mean[j] += d / state[0];
            squares[j] += d * (row[j] - mean[j]);
        }
    }
    return 0;
}

/* Adds a state to a state; neither is empty (Chan, Golub, LeVeque 1979). Only + - * /
 * and sqrt here, so that every processor gives the same bits. */
static int merge(struct function_env *env, double *into, const double *from)
{
    const size_t columns = env->columns;
    double n = into[0] + from[0], part = from[0] / n, weight = into[0] * part;

    for (size_t j = 0; j < columns; j++) {
        double *mean = into + 1 + j, *squares = mean + columns;
        double d = from[1 + j] - *mean;
        *squares += from[1 + columns + j] + d * d * weight;
        *mean += d * part;
    }
    into[0] = n;
    return 0;
}

/* The answer, as named arrays. */
static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct function_array array = {.name = "mean",
                                   .help = "arithmetic mean, in the column's unit",
                                   .rows = env->columns,
                                   .columns = 1,
                                   .row_labels = env->column_names,
                                   .values = state + 1};

    return out->put(out, &array);
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = env->columns;
    return 0;
}

/* What slaves are compared by: nothing that grows with the number of rows. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    const double n = state[0], *squares = state + 1 + env->columns;

    for (size_t j = 0; j < env->columns; j++) {
        value[j] = state[1 + j];
        error[j] = n > 1 ? sqrt(squares[j] / (n - 1) / n) : INFINITY;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "mean(%s)", env->column_names[i]);
}

/* Which doubles of a state count rows, besides the first: none. Who hands a state on may want to
 * know, so that it does not tell of a few rows. */
static int counts(struct function_env *env, unsigned char *is_count)
{
    (void)env;
    (void)is_count;
    return 0;
}

/* What the shared object exports. A change of any result's bits raises the version. */
const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "@NAME@",
    .version = "1",
    .summary = "Mean of each column.",
    .length = length,
    .accumulate = accumulate,
    .merge = merge,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .counts = counts,
};

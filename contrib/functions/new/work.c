/*
 * @NAME@: the mean of x^2 over x that are spread over 0 to 1. Replace it by what you
 * want to compute.
 *
 * There is no data: the function computes units, each known by its number alone. Two
 * slaves that compute the same unit must get the same bits. metaneuron/function.h says
 * what each callback has to do. State here: [units, sum of the units' means, sum of
 * their squares].
 */
#include <math.h>
#include <stdio.h>

#include <metaneuron/function.h>

enum { UNITS, SUM, SQUARES, LENGTH };
enum { SAMPLES, PARAMS };

/* What a contract may set; env->params has the values in this order. */
static const struct function_param params[PARAMS] = {
    [SAMPLES] = {.name = "samples",
                 .type = FUNCTION_INTEGER,
                 .fallback.integer = 100,
                 .min = 1,
                 .max = 1e9,
                 .help = "numbers that one unit draws"},
};

static int length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = LENGTH;
    return 0;
}

/* A number from 0 to 1, by its own number: the last step of SplitMix64. */
static double draw(uint64_t number)
{
    uint64_t z = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Adds one unit, number block->first, to a state, which is all zeros at first. */
static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    const uint64_t samples = (uint64_t)env->params[SAMPLES].integer;
    double sum = 0;

    for (uint64_t i = 0; i < samples; i++) {
        double x = draw(block->first * samples + i);
        sum += x * x;
    }
    double mean = sum / (double)samples;
    state[UNITS] += 1;
    state[SUM] += mean;
    state[SQUARES] += mean * mean;
    return 0;
}

/* The answer, as named arrays. */
static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double mean = state[SUM] / state[UNITS];
    struct function_array array = {
        .name = "mean", .help = "mean of x^2", .rows = 1, .columns = 1, .values = &mean};

    (void)env;
    return out->put(out, &array);
}

static int features_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 1;
    return 0;
}

/* What ranges of units are compared by: nothing that grows with the number of units. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    double n = state[UNITS], mean = state[SUM] / n;

    (void)env;
    *value = mean;
    *error = n > 1 ? sqrt(fmax(state[SQUARES] / n - mean * mean, 0) / (n - 1)) : INFINITY;
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env, (void)i;
    snprintf(text, size, "mean");
}

/* What the shared object exports. There is no merge: states are added. A change of any
 * result's bits raises the version. */
const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "@NAME@",
    .version = "1",
    .summary = "Mean of the squares of numbers from 0 to 1.",
    .params = params,
    .params_count = PARAMS,
    .length = length,
    .accumulate = accumulate,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .without_data = 1,
};

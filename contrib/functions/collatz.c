/* SPDX-License-Identifier: MIT */
/*
 * collatz: how many steps numbers take to 1, by n -> n/2 if even, 3n + 1 if odd.
 *
 * Without data: unit u is the number first + u. State: [units, sum of the steps, most
 * steps, the smallest number that takes them]; all whole numbers below 2^53, so exact
 * in whatever order they are merged.
 */
#include <inttypes.h>
#include <stdio.h>

#include <metaneuron/function.h>

enum { UNITS, STEPS, MOST, NUMBER, LENGTH };
enum { FIRST, PARAMS };

static const struct function_param params[PARAMS] = {
    [FIRST] = {.name = "first",
               .type = FUNCTION_INTEGER,
               .fallback.integer = 1,
               .min = 1,
               .max = 1e15,
               .help = "number of unit 0"},
};

static int length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = LENGTH;
    return 0;
}

static void take(double *state, double most, double number)
{
    if (most > state[MOST] || (most == state[MOST] && number < state[NUMBER])) {
        state[MOST] = most;
        state[NUMBER] = number;
    }
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    const uint64_t number = (uint64_t)env->params[FIRST].integer + block->first;
    uint64_t n = number, steps = 0;

    for (; n != 1; steps++) {
        if (n % 2 && n > (UINT64_MAX - 1) / 3) {
            snprintf(env->error, sizeof env->error, "%" PRIu64 " leads beyond 2^64", number);
            return -1;
        }
        n = n % 2 ? 3 * n + 1 : n / 2;
    }
    if (state[UNITS] == 0)
        state[NUMBER] = (double)number;
    state[UNITS] += 1;
    state[STEPS] += (double)steps;
    take(state, (double)steps, (double)number);
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    (void)env;
    into[UNITS] += from[UNITS];
    into[STEPS] += from[STEPS];
    take(into, from[MOST], from[NUMBER]);
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    const struct {
        const char *name, *help;
        double value;
    } all[] = {
        {"mean", "steps to 1, on average", state[STEPS] / state[UNITS]},
        {"most", "most steps", state[MOST]},
        {"number", "the smallest number that takes them", state[NUMBER]},
    };

    (void)env;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct function_array a = {.name = all[i].name,
                                   .help = all[i].help,
                                   .rows = 1,
                                   .columns = 1,
                                   .values = &all[i].value};
        if (out->put(out, &a) != 0)
            return -1;
    }
    return 0;
}

/* Ranges differ by nature, larger numbers take longer: there is nothing to compare. What
 * finds a lie is the second computation (work.check in the contract). */
static int features_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 1;
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    (void)env, (void)state;
    *value = 1, *error = 0;
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env, (void)i;
    snprintf(text, size, "constant");
}

const struct function metaneuron_function = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "collatz",
    .version = "1",
    .summary = "Steps of 3n + 1 until 1, over a range of numbers.",
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function wait: units that take a given time and compute nothing but who they are. */

/*
 * For measuring what dispatch costs, and for rehearsing failures. State: [units,
 * sum of their numbers, sum of the squares of their numbers], the sums modulo
 * 2^52 and so exact, in whatever order they are merged. A unit that is missing, or
 * there twice, shows in them.
 */
#include "function/builtin.h"

#include <stdbool.h>
#include <stdio.h>

#include "function/common/tell.h"
#include "function/table.h"
#include "util/clock.h"

enum { SECONDS, BUSY, PARAMS };
enum { UNITS, SUM, SQUARES, LENGTH };

#define MODULUS 0x1p52
#define MASK    ((UINT64_C(1) << 52) - 1)

static const struct function_param params[PARAMS] = {
    PARAM_NUMBER(SECONDS, "seconds", 0, 0, 86400, "time that one unit takes, in seconds"),
    PARAM_BOOLEAN(BUSY, "busy", 0, "whether a unit keeps its processor busy; else it sleeps"),
};

static int length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = LENGTH;
    return 0;
}

static void pass(double seconds, bool busy)
{
    double end = clock_steady() + seconds, left;

    while ((left = end - clock_steady()) > 0)
        if (!busy)
            clock_pause(left);
}

/* The sum modulo 2^52 of two numbers that are below it. */
static double add(double a, double b)
{
    double sum = a + b;

    return sum >= MODULUS ? sum - MODULUS : sum;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    uint64_t u = block->first;

    if (env->params[SECONDS].number > 0)
        pass(env->params[SECONDS].number, env->params[BUSY].integer != 0);
    state[UNITS] += 1;
    state[SUM] = add(state[SUM], (double)(u & MASK));
    state[SQUARES] = add(state[SQUARES], (double)(u * u & MASK));
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    (void)env;
    into[UNITS] += from[UNITS];
    into[SUM] = add(into[SUM], from[SUM]);
    into[SQUARES] = add(into[SQUARES], from[SQUARES]);
    return 0;
}

/* Whether the sums are those of the units 0 to n - 1: (n - 1) n / 2, and
 * (n - 1) n (2n - 1) / 6. What is divided by 2 and 3 is so before it is reduced. */
static bool each_once(const double *state)
{
    if (!(state[UNITS] >= 0 && state[UNITS] <= 0x1p53))
        return false;
    uint64_t n = (uint64_t)state[UNITS], below = n - 1, odd = 2 * n - 1;
    if (n % 2 == 0)
        n /= 2;
    else
        below /= 2;
    uint64_t sum = below * n;
    if (n % 3 == 0)
        n /= 3;
    else if (below % 3 == 0)
        below /= 3;
    else
        odd /= 3;
    return (double)(sum & MASK) == state[SUM] && (double)(below * n * odd & MASK) == state[SQUARES];
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    const struct tell_number list[] = {
        {"units", "units that were computed", state[UNITS]},
        {"each_once", "1 if they are the units 0 to units - 1, each exactly once; else 0",
         each_once(state) ? 1 : 0},
    };

    (void)env;
    return tell_numbers(out, list, sizeof list / sizeof list[0]);
}

/* There is nothing to compare: all slaves have the same feature. */
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

const struct function function_wait = {
    FUNCTION_HEAD,
    .name = "wait",
    .version = "1",
    .summary = "Takes a given time for each unit, to measure and to rehearse.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .merge = merge,
    .without_data = 1,
};

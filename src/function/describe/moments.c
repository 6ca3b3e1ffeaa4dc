/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function moments: count, mean, variance, skewness, kurtosis and extremes of each column. */

/* State: [rows, then the numbers of a struct central]. */
#include "function/builtin.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/central.h"
#include "function/common/tell.h"
#include "function/table.h"

enum { ORDER, PARAMS };

static const struct function_param params[PARAMS] = {
    PARAM_INTEGER(ORDER, "order", 4, 1, 4,
                  "highest central moment that is computed: 1 mean, 2 variance, 3 skewness, 4 "
                  "kurtosis; 2 is the faster"),
};

static int order(const struct function_env *env)
{
    return (int)env->params[ORDER].integer;
}

static struct central columns_of(const struct function_env *env, const double *state)
{
    return central_at((double *)state + 1, env->columns, order(env));
}

static int length(struct function_env *env, size_t *n)
{
    if (env->columns == 0)
        return tell_error(env, "there are no columns; expected at least 1");
    *n = 1 + central_length(env->columns, order(env));
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct central c = columns_of(env, state);

    central_add(&c, block);
    state[0] += (double)block->rows;
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    struct central a = columns_of(env, into), b = columns_of(env, from);

    central_merge(&a, &b);
    into[0] += from[0];
    return 0;
}

static double variance(const struct central *c, size_t j)
{
    return c->count[j] > 1 ? c->m2[j] / (c->count[j] - 1) : NAN;
}

/* g2 + 3 = m4/m2^2, where m_k is the sum of k-th powers divided by n. */
static double kurtosis(const struct central *c, size_t j)
{
    return c->m2[j] > 0 ? c->count[j] * (c->m4[j] / c->m2[j] / c->m2[j]) : NAN;
}

/* g1 = m3/m2^(3/2) */
static double skewness(const struct central *c, size_t j)
{
    return c->m2[j] > 0 ? sqrt(c->count[j]) * (c->m3[j] / c->m2[j] / sqrt(c->m2[j])) : NAN;
}

/* What finish gives: from which order on, and how it is computed. */
enum quantity { COUNT, MEAN, MIN, MAX, VARIANCE, SD, SKEWNESS, KURTOSIS, QUANTITIES };

static const struct {
    const char *name, *help;
    int order;
} quantities[QUANTITIES] = {
    [COUNT] = {"count", "values that are not missing", 1},
    [MEAN] = {"mean", "arithmetic mean, in the column's unit", 1},
    [MIN] = {"min", "smallest value, in the column's unit", 1},
    [MAX] = {"max", "largest value, in the column's unit", 1},
    [VARIANCE] = {"variance", "variance with denominator n-1, in the column's unit squared", 2},
    [SD] = {"sd", "standard deviation, root of the variance, in the column's unit", 2},
    [SKEWNESS] = {"skewness", "g1 = m3/m2^1.5 with m_k = sum (x - mean)^k / n; 0 if symmetric", 3},
    [KURTOSIS] = {"kurtosis", "excess g2 = m4/m2^2 - 3 with m_k as in g1; 0 if normal", 4},
};

static double compute(const struct central *c, enum quantity q, size_t j)
{
    if (q != COUNT && c->count[j] == 0)
        return NAN;
    switch (q) {
    case COUNT:
        return c->count[j];
    case MEAN:
        return c->mean[j];
    case MIN:
        return c->min[j];
    case MAX:
        return c->max[j];
    case VARIANCE:
        return variance(c, j);
    case SD:
        return sqrt(variance(c, j));
    case SKEWNESS:
        return skewness(c, j);
    case KURTOSIS:
        return kurtosis(c, j) - 3;
    case QUANTITIES:
        break;
    }
    return NAN;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct central c = columns_of(env, state);
    double *values = malloc(env->columns * sizeof *values);
    int rc = 0;

    if (!values)
        return tell_error(env, "out of memory for %zu columns", env->columns);
    for (int q = 0; rc == 0 && q < QUANTITIES; q++) {
        if (quantities[q].order > c.order)
            continue;
        for (size_t j = 0; j < env->columns; j++)
            values[j] = compute(&c, (enum quantity)q, j);
        rc = tell_column(out, quantities[q].name, quantities[q].help, env->columns,
                         env->column_names, values);
    }
    free(values);
    return rc;
}

/* The mean of each column, and from order 2 on the standard deviation of each. */
static int features_length(struct function_env *env, size_t *n)
{
    *n = env->columns * (order(env) > 1 ? 2 : 1);
    return 0;
}

/* The standard error of sd is, to first order, sd/2 * sqrt((m4/m2^2 - 1)/n). The
 * first order vanishes for two values of equal weight, so 1/n is added at least:
 * that is the size of the next order. Without m4, 3 as of a normal distribution. */
static double sd_error(const struct central *c, size_t j, double sd)
{
    double n = c->count[j], k = (c->order > 3 && c->m2[j] > 0 ? kurtosis(c, j) : 3) - 1;

    return sd * sqrt((k > 1 / n ? k : 1 / n) / n) / 2;
}

/* Whether rows can have these numbers. Those that are not finite show in the features. */
static bool agrees(const struct central *c, size_t j, double rows)
{
    double n = c->count[j];

    return n >= 0 && n <= rows && floor(n) == n && !(c->order > 1 && c->m2[j] < 0) &&
           !(c->order > 3 && c->m4[j] < 0);
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct central c = columns_of(env, state);

    for (size_t j = 0; j < env->columns; j++) {
        double n = c.count[j];
        if (!agrees(&c, j, state[0])) {
            for (size_t i = j; i < env->columns * (c.order > 1 ? 2 : 1); i += env->columns) {
                value[i] = NAN;
                error[i] = 0;
            }
            continue;
        }
        value[j] = c.mean[j];
        error[j] = n > 0 ? 0 : INFINITY;
        if (c.order == 1)
            continue;
        size_t s = env->columns + j;
        value[s] = n > 1 ? sqrt(variance(&c, j)) : 0;
        error[j] = n > 1 ? value[s] / sqrt(n) : INFINITY;
        error[s] = n > 1 ? sd_error(&c, j, value[s]) : INFINITY;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "%s(%s)", i < env->columns ? "mean" : "sd",
             env->column_names[i % env->columns]);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    central_counts(env->columns, is_count + 1);
    return 0;
}

const struct function function_moments = {
    FUNCTION_HEAD,
    .name = "moments",
    .version = "1",
    .summary = "Count, mean, standard deviation, skewness, kurtosis and extremes of each column.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .merge = merge,
    .counts = counts,
};

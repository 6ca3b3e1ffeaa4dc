/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function quantile: quantiles of each column, to a relative accuracy that is stated. */

/*
 * State: [rows, the cells of a struct sketch of each column], each column's sum being
 * rows. Merging is the plain sum, which has the same bits in any order.
 *
 * Version 1 has no cell for 0 itself, so that it could not say what was taken for 0, and a
 * range of 1e-6 to 1e9 where the contract has none.
 */
#include "function/builtin.h"
#include "function/common/tell.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/numbers.h"
#include "function/common/counts.h"
#include "function/common/sketch.h"
#include "function/table.h"

enum { PROBABILITIES, ACCURACY, SMALLEST, LARGEST, PARAMS };

enum {
    MOST = 100,      /* quantiles of a column, at most */
    CELLS = 1 << 24, /* in a state, at most */
    NAME = 128,      /* bytes of a row's label */
    FEATURES = 3,    /* of a column: the quartiles */
};

#define PARAMS_OF(smallest_, largest_)                                                          \
    {                                                                                           \
        PARAM_STRING(PROBABILITIES, "probabilities", "0.05,0.25,0.5,0.75,0.95",                 \
                     "which quantiles are given: numbers from 0 to 1, between ','"),            \
            PARAM_NUMBER(                                                                       \
                ACCURACY, "accuracy", 0.01, 1e-6, 0.5,                                          \
                "relative error of a quantile, at most; a state's length goes with 1/it"),      \
            PARAM_NUMBER(SMALLEST, "smallest", smallest_, 1e-300, 1e300,                        \
                         "values nearer to 0 than this are taken for 0, in the columns' unit"), \
            PARAM_NUMBER(LARGEST, "largest", largest_, 1e-300, 1e300,                           \
                         "of values farther from 0 than this only the number is known"),        \
    }

static const struct function_param params[PARAMS] = PARAMS_OF(1e-38, 1e38);
static const struct function_param params_1[PARAMS] = PARAMS_OF(1e-6, 1e9);

static struct sketch sketch(const struct function_env *env)
{
    return sketch_of(env->params[ACCURACY].number, env->params[SMALLEST].number,
                     env->params[LARGEST].number, env->version > 1);
}

/* Effect: the wanted probabilities. Returns how many, or -1 and env->error. */
static int read_probabilities(struct function_env *env, double p[static MOST])
{
    const char *text = env->params[PROBABILITIES].string;
    int n = 0;

    if (strchr(text, ';'))
        return tell_error(env,
                          "parameter 'probabilities': found ';', expected ',' between numbers");
    while (text) {
        if (n == MOST)
            return tell_error(env, "parameter 'probabilities' has more than %d", MOST);
        if (numbers_read(&text, ',', &p[n]) < 0 || !(p[n] >= 0 && p[n] <= 1))
            return tell_error(env, "parameter 'probabilities': number %d is none from 0 to 1",
                              n + 1);
        n++;
    }
    return n;
}

static int length(struct function_env *env, size_t *n)
{
    double p[MOST], smallest = env->params[SMALLEST].number, largest = env->params[LARGEST].number;

    if (env->columns == 0)
        return tell_error(env, "there are no columns; expected at least 1");
    if (!(smallest < largest))
        return tell_error(env,
                          "parameter 'smallest' is %g and 'largest' is %g; expected a smaller one",
                          smallest, largest);
    if (read_probabilities(env, p) < 0)
        return -1;
    struct sketch s = sketch(env);
    if (s.cells > CELLS / env->columns)
        return tell_error(
            env,
            "%zu columns of %zu buckets each; expected at most %d together: allow a larger "
            "'accuracy', or take 'smallest' and 'largest' nearer to each other",
            env->columns, s.cells, CELLS);
    *n = 1 + env->columns * s.cells;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct sketch s = sketch(env);

    sketch_add(&s, block->data, block->rows, block->columns, state + 1);
    state[0] += (double)block->rows;
    return 0;
}

/* One column of a state. */
struct column {
    struct sketch s;
    const double *cells;
    double n;    /* values that are not missing */
    bool agrees; /* the cells may be those of the rows */
};

static struct column column_of(const struct function_env *env, const double *state, size_t j)
{
    struct column c = {.s = sketch(env)};

    c.cells = state + 1 + j * c.s.cells;
    c.n = counts_sum(c.cells, c.s.missing);
    if (c.s.cells > c.s.missing + 1)
        c.n += c.cells[c.s.missing + 1]; /* 0 itself */
    c.agrees = counts_agree(c.cells, c.s.cells, state[0]);
    return c;
}

/* The wanted quantiles of all columns: columns x count of each array. */
struct table {
    double p[MOST];
    size_t count;
    double *value, *error, *accuracy; /* all in the memory of the first */
    char (*text)[NAME];
    const char **labels;
};

static int table_alloc(struct function_env *env, struct table *t)
{
    int count = read_probabilities(env, t->p);

    if (count < 0)
        return -1;
    t->count = (size_t)count;
    size_t n = env->columns * t->count;
    t->value = malloc(3 * n * sizeof *t->value);
    t->text = malloc(n * sizeof *t->text);
    t->labels = malloc(n * sizeof *t->labels);
    if (!t->value || !t->text || !t->labels)
        return tell_error(env, "out of memory for %zu quantiles", n);
    t->error = t->value + n;
    t->accuracy = t->value + 2 * n;
    return 0;
}

static void table_free(struct table *t)
{
    free(t->value);
    free(t->text);
    free(t->labels);
}

static int put_quantiles(const struct function_env *env, const double *state,
                         struct function_output *out, const struct table *t)
{
    size_t n = env->columns * t->count;

    for (size_t i = 0; i < n; i++) {
        struct column c = column_of(env, state, i / t->count);
        double p = t->p[i % t->count];
        t->value[i] = c.agrees ? sketch_quantile(&c.s, c.cells, c.n, p) : NAN;
        t->error[i] = c.agrees ? sketch_error(&c.s, c.cells, c.n, p, t->value[i]) : NAN;
        t->accuracy[i] = c.agrees ? sketch_accuracy(&c.s, c.cells, c.n, p) : NAN;
        snprintf(t->text[i], NAME, "%.100s, %g", env->column_names[i / t->count], p);
        t->labels[i] = t->text[i];
    }
    if (tell_column(out, "quantile", "values below which that part of the column is, in its unit",
                    n, t->labels, t->value) != 0)
        return -1;
    if (tell_column(out, "standard_error", "of the quantile, with the accuracy of the sketch", n,
                    t->labels, t->error) != 0)
        return -1;
    return env->version == 1
               ? 0
               : tell_column(
                     out, "accuracy",
                     "error of the quantile, relative to it, at most; infinite where values "
                     "were taken for 0 or are beyond the parameter largest",
                     n, t->labels, t->accuracy);
}

static int put_counts(const struct function_env *env, const double *state,
                      struct function_output *out, double *values)
{
    static const char *const names[] = {"beyond", "count", "missing", "near_zero"};
    static const char *const helps[] = {
        "values of magnitudes above the parameter largest", "values that are not missing",
        "missing values, which are left out",
        "values nearer to 0 than the parameter smallest, and not 0, that are taken for 0"};

    for (int q = 0; q < (env->version == 1 ? 3 : 4); q++) {
        for (size_t j = 0; j < env->columns; j++) {
            struct column c = column_of(env, state, j);
            values[j] = q == 0   ? sketch_beyond(&c.s, c.cells)
                        : q == 1 ? c.n
                        : q == 2 ? c.cells[c.s.missing]
                                 : sketch_near(&c.s, c.cells);
        }
        if (tell_column(out, names[q], helps[q], env->columns, env->column_names, values) != 0)
            return -1;
    }
    return 0;
}

/* Version 1 has one accuracy, whatever became of the values. */
static int put_bound(const struct function_env *env, struct function_output *out)
{
    struct sketch s = sketch(env);
    double bound = sketch_bound(&s);

    return tell_column(
        out, "accuracy",
        "error of a quantile that is not beyond, relative to it, at most; where it is not "
        "near 0",
        1, NULL, &bound);
}

/* A range that most of a column's values are outside of is a mistake, and not an answer. */
static int check_range(struct function_env *env, const double *state)
{
    for (size_t j = 0; j < env->columns; j++) {
        struct column c = column_of(env, state, j);
        double near = sketch_near(&c.s, c.cells), beyond = sketch_beyond(&c.s, c.cells);
        if (c.agrees && 2 * near > c.n)
            return tell_error(env,
                              "column '%.60s': %.0f of %.0f values are not 0 and nearer to it than "
                              "'smallest', %g: take a smaller one, or another unit",
                              env->column_names[j], near, c.n, env->params[SMALLEST].number);
        if (c.agrees && 2 * beyond > c.n)
            return tell_error(env,
                              "column '%.60s': %.0f of %.0f values are farther from 0 than "
                              "'largest', %g: take a larger one, another unit, or leave it out",
                              env->column_names[j], beyond, c.n, env->params[LARGEST].number);
    }
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct table t = {0};
    int rc = env->version == 1 ? 0 : check_range(env, state);

    if (rc == 0)
        rc = table_alloc(env, &t);
    if (rc == 0)
        rc = put_quantiles(env, state, out, &t);
    if (rc == 0)
        rc = put_counts(env, state, out, t.value);
    if (rc == 0 && env->version == 1)
        rc = put_bound(env, out);
    table_free(&t);
    return rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = FEATURES * env->columns;
    return 0;
}

/* The quartiles, smoothed over their buckets: else two honest results are either equal
 * or a bucket apart. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    for (size_t j = 0; j < env->columns; j++) {
        struct column c = column_of(env, state, j);
        for (size_t q = 0; q < FEATURES; q++, value++, error++) {
            double p = 0.25 * (double)(q + 1);
            *value = !c.agrees ? NAN : c.n > 0 ? sketch_smooth(&c.s, c.cells, c.n, p) : 0;
            *error = c.agrees ? sketch_error(&c.s, c.cells, c.n, p, *value) : NAN;
        }
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    static const char *const names[FEATURES] = {"quartile1", "median", "quartile3"};

    snprintf(text, size, "%s(%s)", names[i % FEATURES], env->column_names[i / FEATURES]);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    memset(is_count, 1, env->state_length);
    return 0;
}

/* What both versions have. */
#define QUANTILE                                                                                \
    FUNCTION_HEAD,                                                                              \
        .name = "quantile",                                                                     \
        .summary = "Median and other quantiles of each column, to a stated relative accuracy.", \
        FUNCTION_CALLBACKS, .counts = counts

const struct function function_quantile = {QUANTILE, .version = "2", FUNCTION_PARAMS(params)};
const struct function function_quantile_1 = {QUANTILE, .version = "1", FUNCTION_PARAMS(params_1)};

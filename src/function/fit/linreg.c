/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function linreg: least squares and ridge regression of one column on all others. */

/*
 * State: [rows, the triangle R of the QR factorisation of [1 X y]], so that
 * ||y - X b||^2 is smallest where R_xx b = R_xy, and is then R_yy^2. Triangles
 * merge by stacking (TSQR: Demmel, Grigori, Hoemmen and Langou 2012). LAPACK
 * factorises blocks and solves; the merge is our own, as it must give the same
 * bits on every processor.
 */
#include "function/builtin.h"
#include "function/common/column.h"
#include "function/common/tails.h"
#include "function/common/tell.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/triangle.h"
#include "function/fit/fit.h"
#include "function/fit/partial.h"
#include "function/fit/tests.h"
#include "function/table.h"

enum { TARGET, INTERCEPT, RIDGE, PARAMS };

enum { ROWS = 4096 }; /* of a block that are factorised together, at most */

static const struct function_param params[PARAMS] = {
    PARAM_STRING_REQUIRED(TARGET, "target", "name of the column that is explained by all others"),
    PARAM_BOOLEAN(INTERCEPT, "intercept", 1, "whether a constant is among the regressors"),
    PARAM_NUMBER(RIDGE, "ridge", 0, 0, INFINITY,
                 "penalty: residual sum of squares + ridge * sum of squared coefficients, the "
                 "intercept's not among them"),
};

static bool has_intercept(const struct function_env *env)
{
    return env->params[INTERCEPT].integer != 0;
}

/* Returns the target's column, or env->columns if there is none. */
static size_t target(const struct function_env *env)
{
    return column_find(env, env->params[TARGET].string);
}

/* Coefficients: a column less for the target, one more for the intercept. */
static size_t coefficients(const struct function_env *env)
{
    return env->columns - 1 + (has_intercept(env) ? 1 : 0);
}

static const char *coefficient_name(const struct function_env *env, size_t i)
{
    if (has_intercept(env) && i-- == 0)
        return "intercept";
    return env->column_names[i < target(env) ? i : i + 1];
}

static int length(struct function_env *env, size_t *n)
{
    size_t at;

    if (env->columns == 0)
        return tell_error(env, "there are no columns; expected the target, '%.60s', and regressors",
                          env->params[TARGET].string);
    if (column_need(env, "target", env->params[TARGET].string, &at) < 0)
        return -1;
    if (coefficients(env) == 0)
        return tell_error(env, "there is no column besides the target '%.60s', and no intercept",
                          env->params[TARGET].string);
    if (env->columns > 65536)
        return tell_error(env, "%zu columns; expected at most 65536", env->columns);
    *n = 1 + triangle_length(coefficients(env) + 1);
    return 0;
}

/* Effect: rows of a block as [1 X y], column by column. */
static void arrange(const struct function_env *env, const double *x, size_t rows, double *matrix)
{
    size_t t = target(env);

    for (size_t i = 0; has_intercept(env) && i < rows; i++)
        *matrix++ = 1;
    for (size_t j = 0; j < env->columns; j++) {
        double *column = matrix + (j < t ? j : j == t ? env->columns - 1 : j - 1) * rows;
        for (size_t i = 0; i < rows; i++)
            column[i] = x[i * env->columns + j];
    }
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    size_t m = coefficients(env) + 1, most = ROWS < block->rows ? ROWS : block->rows;
    double *matrix = NULL;

    if (column_check(env, block) < 0)
        return -1;
    if (!(matrix = malloc(most * m * sizeof *matrix)))
        return tell_error(env, "out of memory for %zu coefficients", m - 1);
    for (size_t r = 0; r < block->rows; r += most) {
        size_t rows = block->rows - r < most ? block->rows - r : most;
        arrange(env, block->data + r * block->columns, rows, matrix);
        if (triangle_add(state + 1, m, matrix, rows) < 0) {
            free(matrix);
            return tell_error(env, "out of memory for %zu coefficients", m - 1);
        }
    }
    state[0] += (double)block->rows;
    free(matrix);
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    size_t m = coefficients(env) + 1;

    if (triangle_merge(into + 1, m, from + 1) < 0)
        return tell_error(env, "out of memory for %zu coefficients", m - 1);
    into[0] += from[0];
    return 0;
}

/* Returns the fit to a state with that ridge, or NULL and env->error. The caller
 * frees it. */
static struct fit *fit_state(struct function_env *env, const double *state, double ridge)
{
    struct fit_problem problem = {.r = state + 1,
                                  .rows = state[0],
                                  .coefficients = coefficients(env),
                                  .intercept = has_intercept(env),
                                  .ridge = ridge};
    struct fit *fit = fit_create(&problem);

    if (!fit)
        tell_error(env, "out of memory for %zu coefficients", problem.coefficients);
    return fit;
}

static int explain(struct function_env *env, const struct fit *fit)
{
    if (fit->verdict == FIT_FEW_ROWS)
        return tell_error(env,
                          "%.0f rows cannot determine %zu coefficients: use more rows, fewer "
                          "columns, or a ridge above 0",
                          fit->rows, fit->n);
    if (fit->verdict == FIT_DEPENDENT)
        return tell_error(env,
                          "regressor '%.60s' is linearly dependent on those before it%s: leave it "
                          "out, or set a ridge above 0",
                          coefficient_name(env, fit->dependent),
                          has_intercept(env) ? " (a constant column is, on the intercept)" : "");
    return tell_error(env,
                      "the state is not finite: a value was infinite, or too large to be squared");
}

static int put_fit(struct function_output *out, const struct fit *f, const char *const *labels)
{
    if (tell_column(out, "coefficients",
                    "least squares coefficients, target's unit per regressor's", f->n, labels,
                    f->coefficient) != 0 ||
        tell_column(out, "standard_error", "standard errors of the coefficients", f->n, labels,
                    f->error) != 0 ||
        tell_column(out, "t_value", "coefficients divided by their standard errors", f->n, labels,
                    f->t_value) != 0 ||
        tell_column(out, "residual_sd",
                    "root of the residual sum of squares by the degrees of "
                    "freedom, in the target's unit",
                    1, NULL, &f->residual_sd) != 0 ||
        tell_column(out, "r_squared",
                    "share of the target's sum of squares that is explained; about "
                    "its mean if there is an intercept",
                    1, NULL, &f->r_squared) != 0 ||
        tell_column(out, "degrees_of_freedom", "rows less coefficients", 1, NULL, &f->freedom) != 0)
        return -1;
    return tell_column(out, "rows", "rows that were accumulated", 1, NULL, &f->rows);
}

/* What version 3 says besides: tests of each coefficient and of all, as R's summary does. */
static int put_tests(const struct function_env *env, struct function_output *out,
                     const struct fit *f, const char *const *labels)
{
    double explaining = (double)f->n - (has_intercept(env) ? 1 : 0);
    double left = 1 - f->r_squared, whole = f->rows - (has_intercept(env) ? 1 : 0);
    double ratio = f->r_squared / explaining / (left / f->freedom);
    double squares = f->residual_sd * f->residual_sd * f->freedom;
    const struct tell_number numbers[] = {
        {"adjusted_r_squared", "r_squared less what as many columns explain by chance",
         1 - left * whole / f->freedom},
        {"aic", "Akaike's criterion: -2 log-likelihood + 2 (coefficients + 1)",
         f->rows * (log(2 * M_PI * squares / f->rows) + 1) + 2 * ((double)f->n + 1)},
        {"f",
         "of the explained sum of squares and the residual one, each by its degrees of freedom",
         ratio},
        {"f_p", "probability of an f at least as large, if no column explains anything",
         tails_f(ratio, explaining, f->freedom)},
    };

    return tests_put(out, f->n, labels, f->coefficient, f->error, f->freedom) == 0
               ? tell_numbers(out, numbers, sizeof numbers / sizeof *numbers)
               : -1;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t n = coefficients(env);
    const char **labels = malloc(n * sizeof *labels);
    struct fit *fit = fit_state(env, state, env->params[RIDGE].number);
    int rc = -1;

    if (!labels || !fit) {
        tell_error(env, "out of memory for %zu coefficients", n);
        goto done;
    }
    if (fit->verdict != FIT_DETERMINED) {
        rc = explain(env, fit);
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        labels[i] = coefficient_name(env, i);
    rc = put_fit(out, fit, labels);
    if (rc == 0 && env->version > 2)
        rc = put_tests(env, out, fit, labels);
done:
    free(labels);
    free(fit);
    return rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    *n = coefficients(env);
    return 0;
}

/* Version 1: where one coefficient is not determined, none is told. That rejects the slave,
 * unless a ridge says that this was expected. */
static void tell_none(const struct function_env *env, const struct fit *fit, double *value,
                      double *error)
{
    bool excused = fit->verdict != FIT_NOT_FINITE && env->params[RIDGE].number > 0;

    for (size_t i = 0; i < fit->n; i++) {
        value[i] = excused ? 0 : NAN;
        error[i] = excused || fit->freedom <= 0 ? INFINITY : NAN;
    }
}

/* The coefficients without the ridge, whose pull depends on the number of rows. A slave whose
 * rows do not determine all of them, as where a column is constant, is compared by those that
 * they do determine; the others carry no information, nor does one whose error is not known
 * for want of rows. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct fit *fit = fit_state(env, state, 0);
    int rc = 0;

    if (!fit)
        return -1;
    if (fit->verdict == FIT_DETERMINED)
        for (size_t i = 0; i < fit->n; i++) {
            value[i] = fit->coefficient[i];
            error[i] = fit->freedom > 0 ? fit->error[i] : INFINITY;
        }
    else if (env->version == 1 || fit->verdict == FIT_NOT_FINITE)
        tell_none(env, fit, value, error);
    else if (partial_fit(state + 1, state[0], fit->n, value, error) < 0)
        rc = tell_error(env, "out of memory for %zu coefficients", fit->n);
    free(fit);
    return rc;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    snprintf(text, size, "coefficient(%s)", coefficient_name(env, i));
}

/* The triangle counts nothing. */
static int counts(struct function_env *env, unsigned char *is_count)
{
    (void)env, (void)is_count;
    return 0;
}

/* What all versions have. Version 2 tells no tests. */
#define LINREG                                                                                 \
    FUNCTION_HEAD, .name = "linreg",                                                           \
                   .summary = "Linear least squares or ridge regression of one column on all " \
                              "others.",                                                       \
                   FUNCTION_PARAMS(params), FUNCTION_CALLBACKS, .merge = merge, .counts = counts

const struct function function_linreg = {LINREG, .version = "3"};
const struct function function_linreg_2 = {LINREG, .version = "2"};
const struct function function_linreg_1 = {LINREG, .version = "1"};

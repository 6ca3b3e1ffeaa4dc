/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function pca: principal components of all columns. */

/*
 * State and features: those of covariance, see scatter.h; only finish is another.
 * Loadings are no features: components with near eigenvalues turn at will.
 */
#include "function/builtin.h"
#include "function/common/tell.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/lapack.h"
#include "function/describe/scatter.h"
#include "function/table.h"

enum { COMPONENTS, SCALE, PARAMS };

enum { COLUMNS = 8192, LABEL = 24 };

static const struct function_param params[PARAMS] = {
    PARAM_INTEGER(COMPONENTS, "components", 10, 1, COLUMNS,
                  "how many are given, largest variance first; as many as columns at most"),
    PARAM_BOOLEAN(SCALE, "scale", 0,
                  "whether columns are divided by their standard deviations before; constant ones "
                  "then count as 0"),
};

static int length(struct function_env *env, size_t *n)
{
    if (env->columns > COLUMNS)
        return tell_error(
            env,
            "%zu columns; expected at most %d, as eigenvectors take their third power in "
            "time",
            env->columns, COLUMNS);
    return scatter_length(env, n);
}

/* What finish works on. Eigenvalues rise, as LAPACK gives them. */
struct work {
    size_t d, components;
    double *vectors; /* d x d: the matrix, then eigenvectors one after the other */
    double *values;  /* d */
    double *sd;      /* d: the standard deviations */
    double *table;   /* (d + 2) x components */
    char (*name)[LABEL];
    const char **label;
};

static void work_free(struct work *w)
{
    free(w->vectors);
    free(w->values);
    free(w->sd);
    free(w->table);
    free(w->name);
    free(w->label);
}

static int work_alloc(struct function_env *env, struct work *w)
{
    size_t d = env->columns, wanted = (size_t)env->params[COMPONENTS].integer;

    w->d = d;
    w->components = wanted < d ? wanted : d;
    w->vectors = malloc(d * d * sizeof *w->vectors);
    w->values = malloc(d * sizeof *w->values);
    w->sd = malloc(d * sizeof *w->sd);
    w->table = malloc((d + 2) * w->components * sizeof *w->table);
    w->name = malloc(w->components * sizeof *w->name);
    w->label = malloc(w->components * sizeof *w->label);
    if (!w->vectors || !w->values || !w->sd || !w->table || !w->name || !w->label)
        return tell_error(env, "out of memory for %zu columns", d);
    for (size_t k = 0; k < w->components; k++) {
        snprintf(w->name[k], LABEL, "pc%zu", k + 1);
        w->label[k] = w->name[k];
    }
    return 0;
}

/* Effect: the matrix becomes its eigenvectors. */
static int decompose(struct function_env *env, struct work *w)
{
    const int n = (int)w->d, least = -1;
    int info = 0, integers = 0, count, *integer = NULL;
    double doubles = 0, *number = NULL;

    dsyevd_("V", "L", &n, w->vectors, &n, w->values, &doubles, &least, &integers, &least, &info, 1,
            1);
    count = (int)doubles;
    if (info == 0 && (number = malloc((size_t)count * sizeof *number)) &&
        (integer = malloc((size_t)integers * sizeof *integer)))
        dsyevd_("V", "L", &n, w->vectors, &n, w->values, number, &count, integer, &integers, &info,
                1, 1);
    bool allocated = number && integer;
    free(number);
    free(integer);
    if (!allocated)
        return tell_error(env, "out of memory for %zu columns", w->d);
    return info == 0 ? 0 : tell_error(env, "LAPACK finds no eigenvalues of %zu columns", w->d);
}

/* A component may point either way: it is turned so that its largest loading is
 * positive, and of several that are all but equal, the first. */
static double direction(const double *vector, size_t d)
{
    double largest = 0;
    size_t j = 0;

    for (size_t i = 0; i < d; i++)
        largest = fmax(largest, fabs(vector[i]));
    while (j + 1 < d && fabs(vector[j]) < largest * (1 - 1e-8))
        j++;
    return vector[j] < 0 ? -1 : 1;
}

/* Of component k: rounding may leave an eigenvalue of 0 a bit below. */
static double variance(const struct work *w, size_t k)
{
    return fmax(0, w->values[w->d - 1 - k]);
}

static int put_loadings(const struct function_env *env, struct function_output *out,
                        const struct work *w)
{
    struct function_array loadings = {.name = "loadings",
                                      .help = "unit vectors of the components, one a column; the "
                                              "largest loading of each is positive",
                                      .rows = w->d,
                                      .columns = w->components,
                                      .row_labels = env->column_names,
                                      .column_labels = w->label,
                                      .values = w->table};

    for (size_t k = 0; k < w->components; k++) {
        const double *vector = w->vectors + (w->d - 1 - k) * w->d;
        double sign = direction(vector, w->d);
        for (size_t j = 0; j < w->d; j++)
            w->table[j * w->components + k] = sign * vector[j];
    }
    return out->put(out, &loadings);
}

static int put_variances(struct function_output *out, const struct work *w)
{
    double total = 0, sum = 0, *value = w->table, *share = value + w->components;
    double *sums = share + w->components;

    for (size_t k = 0; k < w->d; k++)
        total += variance(w, k);
    for (size_t k = 0; k < w->components; k++) {
        value[k] = variance(w, k);
        share[k] = total > 0 ? value[k] / total : NAN;
        sums[k] = sum += share[k];
    }
    if (tell_column(out, "eigenvalue", "variance along the component", w->components, w->label,
                    value) != 0)
        return -1;
    if (tell_column(out, "explained", "share of all variance", w->components, w->label, share) != 0)
        return -1;
    return tell_column(out, "explained_sum", "share of this component and those before it",
                       w->components, w->label, sums);
}

static int put_columns(const struct function_env *env, const double *state,
                       struct function_output *out, struct work *w)
{
    if (tell_column(out, "mean", "of each column, which is taken off first", w->d,
                    env->column_names, scatter_columns(state, w->d).mean) != 0)
        return -1;
    if (env->params[SCALE].integer &&
        tell_column(out, "sd", "of each column, by which it is divided", w->d, env->column_names,
                    w->sd) != 0)
        return -1;
    return tell_column(out, "complete_rows", "rows without missing values; the others are left out",
                       1, NULL, scatter_columns(state, w->d).count);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t d = env->columns;
    struct work w = {0};
    int rc = -1;

    if (!scatter_agrees(state, d))
        return tell_error(
            env, "the state is not that of rows: a value was infinite or too large, or the "
                 "state is damaged");
    if (scatter_rows(state) < 2)
        return tell_error(env, "%.0f rows without missing values; expected at least 2",
                          scatter_rows(state));
    if (work_alloc(env, &w) < 0)
        goto done;
    for (size_t j = 0; j < d; j++)
        w.sd[j] = sqrt(scatter_product(state, d, j, j) / (scatter_rows(state) - 1));
    if (env->params[SCALE].integer)
        scatter_correlations(state, d, 0, w.vectors);
    else
        scatter_covariances(state, d, w.vectors);
    if (decompose(env, &w) == 0 && put_loadings(env, out, &w) == 0 && put_variances(out, &w) == 0)
        rc = put_columns(env, state, out, &w);
done:
    work_free(&w);
    return rc;
}

const struct function function_pca = {
    FUNCTION_HEAD,
    .name = "pca",
    .version = "1",
    .summary = "Principal components of all columns: variances, shares and loadings.",
    FUNCTION_PARAMS(params),
    .length = length,
    SCATTER_CALLBACKS,
    .finish = finish,
};

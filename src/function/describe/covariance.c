/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function covariance: means, covariances and correlations of all columns. */

/* State: see scatter.h. Rows with a missing value are left out. */
#include "function/builtin.h"

#include <math.h>
#include <stdlib.h>

#include "function/common/tell.h"
#include "function/describe/scatter.h"
#include "function/table.h"

/* A matrix of every two columns. */
static int put(const struct function_env *env, struct function_output *out, const char *name,
               const char *help, const double *values)
{
    size_t d = env->columns;
    struct function_array array = {.name = name,
                                   .help = help,
                                   .rows = d,
                                   .columns = d,
                                   .row_labels = env->column_names,
                                   .column_labels = d > 1 ? env->column_names : NULL,
                                   .values = values};

    return out->put(out, &array);
}

static int put_all(const struct function_env *env, const double *state, struct function_output *out,
                   double *full, double *column)
{
    size_t d = env->columns;
    struct central c = scatter_columns(state, d);
    const char *const *names = env->column_names;

    scatter_covariances(state, d, full);
    if (put(env, out, "covariance", "with denominator n-1, in the product of the columns' units",
            full) != 0)
        return -1;
    for (size_t j = 0; j < d; j++)
        column[j] = sqrt(full[j * d + j]);
    if (tell_column(out, "sd", "standard deviation, in the column's unit", d, names, column) != 0)
        return -1;
    for (size_t j = 0; j < d; j++)
        column[j] = scatter_rows(state) > 0 ? c.mean[j] : NAN;
    if (tell_column(out, "mean", "arithmetic mean, in the column's unit", d, names, column) != 0)
        return -1;
    scatter_correlations(state, d, NAN, full);
    if (put(env, out, "correlation", "Pearson's; not a number for a constant column", full) != 0)
        return -1;
    return tell_column(out, "complete_rows", "rows without missing values; the others are left out",
                       1, NULL, c.count);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t d = env->columns;
    double *full = malloc(d * d * sizeof *full), *column = malloc(d * sizeof *column);
    int rc = -1;

    if (full && column)
        rc = put_all(env, state, out, full, column);
    else
        tell_error(env, "out of memory for %zu columns", d);
    free(full);
    free(column);
    return rc;
}

const struct function function_covariance = {
    FUNCTION_HEAD,
    .name = "covariance",
    .version = "1",
    .summary = "Means, covariances and correlations of all columns, over rows without gaps.",
    .length = scatter_length,
    SCATTER_CALLBACKS,
    .finish = finish,
};

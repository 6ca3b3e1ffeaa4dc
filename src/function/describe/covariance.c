/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function covariance: means, covariances and correlations of all columns. */

/* State: see scatter.h. Rows with a missing value are left out. */
#include "config.h"
#include "function/builtin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/describe/scatter.h"
#include "function/table.h"

static int put(const struct function_env *env, struct function_output *out, const char *name,
               const char *help, size_t columns, const double *values)
{
    struct function_array array = {.name = name,
                                   .help = help,
                                   .rows = env->columns,
                                   .columns = columns,
                                   .row_labels = env->column_names,
                                   .column_labels = columns > 1 ? env->column_names : NULL,
                                   .values = values};

    return out->put(out, &array);
}

static int put_all(const struct function_env *env, const double *state, struct function_output *out,
                   double *full, double *column)
{
    size_t d = env->columns;
    struct central c = scatter_columns(state, d);
    struct function_array count = {.name = "complete_rows",
                                   .help = "rows without missing values; the others are left out",
                                   .rows = 1,
                                   .columns = 1,
                                   .values = c.count};

    scatter_covariances(state, d, full);
    if (put(env, out, "covariance", "with denominator n-1, in the product of the columns' units", d,
            full) != 0)
        return -1;
    for (size_t j = 0; j < d; j++)
        column[j] = sqrt(full[j * d + j]);
    if (put(env, out, "sd", "standard deviation, in the column's unit", 1, column) != 0)
        return -1;
    for (size_t j = 0; j < d; j++)
        column[j] = scatter_rows(state) > 0 ? c.mean[j] : NAN;
    if (put(env, out, "mean", "arithmetic mean, in the column's unit", 1, column) != 0)
        return -1;
    scatter_correlations(state, d, NAN, full);
    if (put(env, out, "correlation", "Pearson's; not a number for a constant column", d, full) != 0)
        return -1;
    return out->put(out, &count);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t d = env->columns;
    double *full = malloc(d * d * sizeof *full), *column = malloc(d * sizeof *column);
    int rc = -1;

    if (full && column)
        rc = put_all(env, state, out, full, column);
    else
        snprintf(env->error, sizeof env->error, "out of memory for %zu columns", d);
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

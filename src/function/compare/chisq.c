/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function chisq: whether two factors have to do with each other, by their table of counts. */

/* State: [rows, rows without one of the two, the counts of the table, row by row]: the plain sum
 * merges it. */
#include "function/builtin.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/counts.h"
#include "function/common/tails.h"
#include "function/common/tell.h"
#include "function/compare/factor.h"
#include "function/table.h"

enum { A, B, PARAMS };

enum { FRONT = 2 }; /* doubles before the counts */

static const struct function_param params[PARAMS] = {
    PARAM_STRING_REQUIRED(A, "a", "name of a factor, or of a column of 0 and 1: rows of the table"),
    PARAM_STRING_REQUIRED(B, "b", "name of another one: columns of the table"),
};

struct both {
    struct factor a, b;
};

/* Returns the levels of both, which the caller frees; or NULL and env->error. */
static struct both *find(struct function_env *env)
{
    struct both *l = malloc(sizeof *l);

    if (!l)
        tell_error(env, "out of memory for two factors");
    else if (factor_find(env, "a", env->params[A].string, &l->a) == 0 &&
             factor_find(env, "b", env->params[B].string, &l->b) == 0)
        return l;
    free(l);
    return NULL;
}

static int length(struct function_env *env, size_t *n)
{
    struct both *l = find(env);

    if (!l)
        return -1;
    *n = FRONT + l->a.count * l->b.count;
    bool same = factor_has(&l->a, l->b.column[1]);
    free(l);
    return same ? tell_error(env, "'a' and 'b' are both '%.60s'", env->params[A].string) : 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct both *l = find(env);
    size_t a, b;
    int rc = l ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < block->rows; i++) {
        rc = factor_of(env, &l->a, block, i, &a);
        if (rc == 0)
            rc = factor_of(env, &l->b, block, i, &b);
        if (rc != 0)
            break;
        if (a == FACTOR_NONE || b == FACTOR_NONE)
            state[1]++;
        else
            state[FRONT + a * l->b.count + b]++;
    }
    if (rc == 0)
        state[0] += (double)block->rows;
    free(l);
    return rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    if (length(env, n) < 0)
        return -1;
    *n -= FRONT;
    return 0;
}

/* The share of each cell of the rows that have both. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    size_t cells = env->state_length - FRONT;
    double n = state[0] - state[1];
    bool good = state[1] >= 0 && counts_agree(state + FRONT, cells, n);

    for (size_t i = 0; i < cells; i++) {
        value[i] = !good ? NAN : n > 0 ? state[FRONT + i] / n : 0;
        error[i] = good ? counts_error(state[FRONT + i], n) : 0;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env look = *env; /* which an error is written into; there is none */
    char a[FACTOR_LABEL], b[FACTOR_LABEL];
    struct both *l = find(&look);

    if (!l)
        return;
    factor_label(env, &l->a, i / l->b.count, a);
    factor_label(env, &l->b, i % l->b.count, b);
    snprintf(text, size, "share(%s, %s)", a, b);
    free(l);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    memset(is_count, 1, env->state_length);
    return 0;
}

/* The table, its margins, and what they say. */
struct table {
    size_t rows, columns;
    const double *count;
    double *expected, *row, *column; /* margins */
    double n, statistic, least;      /* least expected count */
    double used_rows, used_columns;  /* with a row of the data at all */
    const char **row_label, **column_label;
    char (*label)[FACTOR_LABEL];
};

static void table_free(struct table *t)
{
    free(t->expected);
    free(t->row_label);
    free(t->label);
}

static int table_alloc(struct table *t, const struct function_env *env, const struct both *l)
{
    size_t cells = t->rows * t->columns, margins = t->rows + t->columns;

    t->expected = calloc(cells + margins, sizeof *t->expected);
    t->row_label = malloc(margins * sizeof *t->row_label);
    t->label = malloc(margins * sizeof *t->label);
    if (!t->expected || !t->row_label || !t->label)
        return -1;
    t->row = t->expected + cells;
    t->column = t->row + t->rows;
    t->column_label = t->row_label + t->rows;
    for (size_t i = 0; i < margins; i++) {
        bool is_row = i < t->rows;
        factor_label(env, is_row ? &l->a : &l->b, is_row ? i : i - t->rows, t->label[i]);
        t->row_label[i] = t->label[i];
    }
    return 0;
}

/* K. Pearson, 1900. Levels that no row has are none. */
static void table_compute(struct table *t)
{
    t->least = INFINITY;
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        t->row[i / t->columns] += t->count[i];
        t->column[i % t->columns] += t->count[i];
        t->n += t->count[i];
    }
    for (size_t i = 0; i < t->rows; i++)
        t->used_rows += t->row[i] > 0;
    for (size_t j = 0; j < t->columns; j++)
        t->used_columns += t->column[j] > 0;
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        double x = t->row[i / t->columns] * (t->column[i % t->columns] / t->n);
        double off = t->count[i] - x;
        t->expected[i] = x;
        if (x > 0) {
            t->statistic += off * off / x;
            t->least = fmin(t->least, x);
        }
    }
}

static int put_table(const struct table *t, struct function_output *out, const char *name,
                     const char *help, const double *values)
{
    return out->put(out, &(struct function_array){.name = name,
                                                  .help = help,
                                                  .rows = t->rows,
                                                  .columns = t->columns,
                                                  .row_labels = t->row_label,
                                                  .column_labels = t->column_label,
                                                  .values = values});
}

/* Of 2 x 2: F. Yates, 1934; R. A. Fisher, 1934. */
static int put_four(const struct table *t, struct function_output *out)
{
    const double *c = t->count;
    double correction = 0.5, statistic = 0;

    for (size_t i = 0; i < 4; i++)
        correction = fmin(correction, fabs(c[i] - t->expected[i]));
    for (size_t i = 0; i < 4; i++) {
        double off = fabs(c[i] - t->expected[i]) - correction;
        statistic += off * off / t->expected[i];
    }
    const struct tell_number numbers[] = {
        {"corrected", "statistic with the continuity correction of a table of 2 x 2", statistic},
        {"corrected_p", "probability of a corrected statistic at least as large",
         tails_chisq(statistic, 1)},
        {"fisher_p",
         "probability of a table at most as probable as this one, by Fisher's exact "
         "test; not a number where it has more than 2^24 alternatives",
         tails_fisher(c[0], c[1], c[2], c[3])},
        {"odds_ratio", "product of the diagonal divided by that of the other two counts",
         c[0] * c[3] / (c[1] * c[2])},
    };
    return tell_numbers(out, numbers, sizeof numbers / sizeof *numbers);
}

static int put_all(struct function_env *env, const struct table *t, const double *state,
                   struct function_output *out)
{
    double df = (t->used_rows - 1) * (t->used_columns - 1);
    double fewer = fmin(t->used_rows, t->used_columns) - 1;
    const struct tell_number numbers[] = {
        {"cramers_v", "0: the factors have nothing to do with each other; 1: one says the other",
         sqrt(t->statistic / (t->n * fewer))},
        {"df", "degrees of freedom: levels that no row has are none", df},
        {"least_expected", "least expected count; below 5 p is rough", t->least},
        {"left_out", "rows in which one of the two is missing", state[1]},
        {"p",
         "probability of a statistic at least as large, if the factors have nothing to do "
         "with each other",
         tails_chisq(t->statistic, df)},
        {"statistic", "Pearson's chi-square", t->statistic},
    };

    if (!(df > 0))
        return tell_error(env,
                          "the table has %.0f rows and %.0f columns with a count; expected at "
                          "least 2 of each",
                          t->used_rows, t->used_columns);
    if (put_table(t, out, "observed", "rows with both levels", t->count) != 0 ||
        put_table(t, out, "expected",
                  "rows with both levels, if the factors had nothing to do "
                  "with each other",
                  t->expected) != 0 ||
        tell_numbers(out, numbers, sizeof numbers / sizeof *numbers) != 0)
        return -1;
    return t->rows == 2 && t->columns == 2 ? put_four(t, out) : 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct both *l = find(env);
    struct table t = {0};
    int rc = -1;

    if (!l)
        return -1;
    t.rows = l->a.count;
    t.columns = l->b.count;
    t.count = state + FRONT;
    if (table_alloc(&t, env, l) < 0) {
        tell_error(env, "out of memory for a table of %zu x %zu", t.rows, t.columns);
    } else {
        table_compute(&t);
        rc = put_all(env, &t, state, out);
    }
    table_free(&t);
    free(l);
    return rc;
}

const struct function function_chisq = {
    FUNCTION_HEAD,
    .name = "chisq",
    .version = "1",
    .summary = "Whether two factors have to do with each other: chi-square, Cramer's V, Fisher.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .counts = counts,
};

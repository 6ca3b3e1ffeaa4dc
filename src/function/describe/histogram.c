/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function histogram: how many rows are in each bin of a column, or of two. */

/*
 * State: [rows, counts of all cells of struct axes], each column's sum being rows.
 * Of two columns, the parameters x and y: [rows, counts of (bins_x + 2) x (bins_y + 2)
 * cells, row-major, and of the rows in which one of the two is missing]. Merging is the
 * plain sum.
 */
#include "function/builtin.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/describe/histogram_plan.h"
#include "function/table.h"

enum {
    TILE = 1024, /* values whose cells are looked up together */
    FEW = 8192,  /* cells whose counts stay in cache twice, as small whole numbers */
};

static const struct function_param params[PLAN_PARAMS] = {
    PARAM_NUMBER(PLAN_LOWER, "lower", 0, -INFINITY, INFINITY,
                 "first edge of all columns, in their unit"),
    PARAM_NUMBER(PLAN_UPPER, "upper", 1, -INFINITY, INFINITY,
                 "last edge of all columns, in their unit"),
    PARAM_INTEGER(PLAN_BINS, "bins", 20, 1, AXES_BINS,
                  "bins of equal width between the two; what is outside is counted, too"),
    PARAM_STRING(PLAN_EDGES, "edges", "",
                 "instead: edges '0,1,5' or '0:10:20' (lower:upper:bins) for all columns, or one "
                 "list for each, between ';'"),
    PARAM_STRING(PLAN_X, "x", "",
                 "of two columns together: name of the first; edges then have one list or two"),
    PARAM_STRING(PLAN_Y, "y", "", "name of the second"),
};

static int length(struct function_env *env, size_t *n)
{
    struct plan p;

    if (plan_make(env, &p) < 0)
        return -1;
    *n = 1 + p.cells;
    plan_free(&p);
    return 0;
}

/* Effect: counts n cells in two tables by turns, as the next of a row of few columns may be
 * the same cell, which the processor would wait for. */
static void count_cells(const int32_t *cell, size_t n, uint32_t *even, uint32_t *odd)
{
    size_t i = 0;

    for (; i + 2 <= n; i += 2) {
        even[cell[i]]++;
        odd[cell[i + 1]]++;
    }
    if (i < n)
        even[cell[i]]++;
}

/* Effect: adds rows of all columns; cell has room for most rows of them. few has room for
 * two tables of the cells, all zero, or is NULL: they are too many to be counted apart. */
static void add_columns(const struct plan *p, const struct block *b, size_t most, int32_t *cell,
                        uint32_t *few, double *count)
{
    for (size_t r = 0; r < b->rows; r += most) {
        size_t rows = b->rows - r < most ? b->rows - r : most;
        axes_find(p->axes, b->data + r * b->columns, rows, cell);
        if (few)
            count_cells(cell, rows * b->columns, few, few + p->cells);
        for (size_t i = 0; !few && i < rows * b->columns; i++)
            count[cell[i]]++;
    }
    for (size_t i = 0; few && i < p->cells; i++)
        count[i] += (double)few[i] + (double)few[p->cells + i];
}

/* Effect: adds rows of x and y. */
static void add_pairs(const struct plan *p, const struct block *b, double *count)
{
    const int32_t across = (int32_t)p->across, down = (int32_t)p->down;
    const int32_t missing = across * down, base = (int32_t)p->axes->axis[1].first;
    double pair[TILE];
    int32_t cell[TILE];

    for (size_t r = 0; r < b->rows; r += TILE / 2) {
        size_t rows = b->rows - r < TILE / 2 ? b->rows - r : TILE / 2;
        const double *x = b->data + r * b->columns;
        for (size_t i = 0; i < rows; i++, x += b->columns)
            pair[2 * i] = x[p->column[0]], pair[2 * i + 1] = x[p->column[1]];
        axes_find(p->axes, pair, rows, cell);
        for (size_t i = 0; i < rows; i++) {
            int32_t row = cell[2 * i], column = cell[2 * i + 1] - base;
            count[row < down && column < across ? row * across + column : missing]++;
        }
    }
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    size_t most = env->columns < TILE ? TILE / env->columns : 1;
    int32_t *cell = malloc(most * env->columns * sizeof *cell);
    uint32_t *few = NULL;
    struct plan p;
    int rc = -1;

    if (!cell)
        tell_error(env, "out of memory for %zu columns", env->columns);
    else if (plan_make(env, &p) == 0) {
        if (!p.paired && p.cells <= FEW && block->rows < UINT32_MAX)
            few = calloc(2 * p.cells, sizeof *few); /* without, it only takes longer */
        if (p.paired)
            add_pairs(&p, block, state + 1);
        else
            add_columns(&p, block, most, cell, few, state + 1);
        state[0] += (double)block->rows;
        plan_free(&p);
        rc = 0;
    }
    free(few);
    free(cell);
    return rc;
}

static const struct {
    const char *name, *help;
} quantities[PLAN_QUANTITIES] = {
    [PLAN_COUNT] = {"count", "values in the bin, below the first edge and above the last"},
    [PLAN_FRACTION] = {"fraction", "count by all values that are not missing"},
    [PLAN_ERROR] = {"standard_error",
                    "of the fraction: sqrt(p(1 - p)/n), p = (count + 1/2)/(n + 1)"},
    [PLAN_LOW] = {"lower", "the bin's lower edge, which is in it, in the column's unit"},
    [PLAN_HIGH] = {"upper", "the bin's upper edge, which is in the last bin only"},
};

/* Of single columns a list of all bins; of two columns tables of x by y. */
static int put_fractions(struct function_output *out, const struct plan *p, const double *values,
                         const char *const *labels)
{
    size_t n = plan_fractions(p);

    for (int q = 0; q < (p->paired ? PLAN_LOW : PLAN_QUANTITIES); q++) {
        struct function_array a = {.name = quantities[q].name,
                                   .help = quantities[q].help,
                                   .rows = p->paired ? p->down : n,
                                   .columns = p->paired ? p->across : 1,
                                   .row_labels = labels,
                                   .column_labels = p->paired ? labels + p->down : NULL,
                                   .values = values + (size_t)q * n};
        if (out->put(out, &a) != 0)
            return -1;
    }
    return 0;
}

/* Missing values of each column, or rows without both. */
static int put_missing(const struct function_env *env, struct function_output *out,
                       const struct plan *p, const double *state, double *missing)
{
    missing[0] = state[p->cells];
    for (size_t j = 0; !p->paired && j < p->axes->count; j++)
        missing[j] = state[1 + p->axes->axis[j].first + p->axes->axis[j].bins + 2];
    return tell_column(out, "values_missing", "missing values, which are in no bin",
                       p->paired ? 1 : p->axes->count, p->paired ? NULL : env->column_names,
                       missing);
}

static int put_edges(struct function_output *out, const struct plan *p)
{
    static const char *const names[] = {"edges_x", "edges_y"};
    int rc = 0;

    for (int i = 0; rc == 0 && i < 2; i++)
        rc = tell_column(out, names[i], "edges of the bins, in the column's unit",
                         p->axes->axis[i].bins + 1, NULL, p->axes->axis[i].edges);
    return rc;
}

static int put_all(struct function_env *env, struct function_output *out, const struct plan *p,
                   const double *state, double *values)
{
    size_t n = p->paired ? p->down + p->across : plan_fractions(p);
    char(*text)[PLAN_NAME] = malloc(n * sizeof *text);
    const char **labels = malloc(n * sizeof *labels);
    int rc = -1;

    if (!text || !labels) {
        tell_error(env, "out of memory for %zu cells", n);
        goto done;
    }
    plan_labels(env, p, text);
    for (size_t i = 0; i < n; i++)
        labels[i] = text[i];
    rc = put_fractions(out, p, values, labels);
    if (rc == 0)
        rc = put_missing(env, out, p, state, values);
    if (rc == 0 && p->paired)
        rc = put_edges(out, p);
done:
    free(text);
    free(labels);
    return rc;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double *values;
    struct plan p;
    int rc = -1;

    if (plan_make(env, &p) < 0)
        return -1;
    if ((values = plan_fill(env, &p, state)))
        rc = put_all(env, out, &p, state, values);
    free(values);
    plan_free(&p);
    return rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    struct plan p;

    if (plan_make(env, &p) < 0)
        return -1;
    *n = plan_fractions(&p);
    plan_free(&p);
    return 0;
}

/* The fractions; those of a column without values say nothing. */
static int features(struct function_env *env, const double *state, double *value, double *error)
{
    double *values;
    struct plan p;

    if (plan_make(env, &p) < 0)
        return -1;
    if ((values = plan_fill(env, &p, state))) {
        size_t n = plan_fractions(&p);
        memcpy(value, values + PLAN_FRACTION * n, n * sizeof *value);
        memcpy(error, values + PLAN_ERROR * n, n * sizeof *error);
    }
    free(values);
    plan_free(&p);
    return values ? 0 : -1;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env copy = *env;
    char name[PLAN_NAME];
    struct plan p;
    bool alike = !*env->params[PLAN_X].string && !*env->params[PLAN_Y].string &&
                 !strchr(env->params[PLAN_EDGES].string, ';');

    snprintf(text, size, "fraction %zu", i);
    if (alike) /* the axis of one column is that of each, and they may be many */
        copy.columns = env->columns > 0;
    if (plan_make(&copy, &p) < 0)
        return;
    if (alike) {
        copy.column_names += i / plan_fractions(&p);
        i %= plan_fractions(&p);
    }
    plan_name(&copy, &p, i, name);
    snprintf(text, size, "fraction(%s)", name);
    plan_free(&p);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    memset(is_count, 1, env->state_length);
    return 0;
}

const struct function function_histogram = {
    FUNCTION_HEAD,
    .name = "histogram",
    .version = "1",
    .summary = "How many values of each column, or rows of two columns, are in each bin.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .counts = counts,
};

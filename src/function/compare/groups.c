/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A column in groups: adding rows, merging, features. */
#include "function/compare/groups.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/column.h"
#include "function/common/tell.h"

enum { ORDER = 4 };

int groups_find(struct function_env *env, struct factor *l)
{
    return factor_find(env, "group", env->params[GROUPS_GROUP].string, l);
}

struct central groups_central(const struct factor *l, const double *state)
{
    return central_at((double *)(uintptr_t)state + 1, l->count, ORDER);
}

int groups_length(struct function_env *env, size_t *n)
{
    struct factor l;
    size_t value;

    if (column_need(env, "value", env->params[GROUPS_VALUE].string, &value) < 0 ||
        groups_find(env, &l) < 0)
        return -1;
    if (factor_has(&l, value))
        return tell_error(env, "'%.60s' is both value and group", env->column_names[value]);
    *n = 1 + central_length(l.count, ORDER);
    return 0;
}

/* Effect: rows get a column for each group, whose value is missing in all but that of the row. */
static int spread(struct function_env *env, const struct factor *l, const struct block *block,
                  double *rows)
{
    size_t value = column_find(env, env->params[GROUPS_VALUE].string), level;

    for (size_t i = 0; i < block->rows; i++, rows += l->count) {
        if (factor_of(env, l, block, i, &level) < 0)
            return -1;
        for (size_t g = 0; g < l->count; g++)
            rows[g] = g == level ? block->data[i * block->columns + value] : NAN;
    }
    return 0;
}

int groups_accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct factor l;
    int rc = groups_find(env, &l);
    double *rows = rc == 0 ? malloc(block->rows * l.count * sizeof *rows) : NULL;

    if (rc == 0 && !rows)
        rc = tell_error(env, "out of memory for %zu groups", l.count);
    if (rc == 0 && (rc = spread(env, &l, block, rows)) == 0) {
        struct central c = groups_central(&l, state);
        central_add(
            &c, &(struct block){
                    .rows = block->rows, .columns = l.count, .first = block->first, .data = rows});
        state[0] += (double)block->rows;
    }
    free(rows);
    return rc;
}

int groups_merge(struct function_env *env, double *into, const double *from)
{
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    struct central a = groups_central(&l, into), b = groups_central(&l, from);
    central_merge(&a, &b);
    into[0] += from[0];
    return 0;
}

int groups_features_length(struct function_env *env, size_t *n)
{
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    *n = 2 * l.count;
    return 0;
}

/* Whether rows can have these numbers. Those that are not finite show in the features. */
static bool agrees(const struct central *c, double rows)
{
    double sum = 0;

    for (size_t g = 0; g < c->columns; g++) {
        if (!central_agrees(c, g, rows))
            return false;
        sum += c->count[g];
    }
    return sum <= rows;
}

int groups_features(struct function_env *env, const double *state, double *value, double *error)
{
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    struct central c = groups_central(&l, state);
    bool good = agrees(&c, state[0]);
    for (size_t g = 0; g < l.count; g++, value += 2, error += 2)
        central_told(&c, g, good, value, error);
    return 0;
}

void groups_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env look = *env; /* which an error is written into; there is none */
    char label[FACTOR_LABEL];
    struct factor l;

    if (groups_find(&look, &l) < 0)
        return;
    factor_label(env, &l, i / 2, label);
    snprintf(text, size, "%s(%.60s, %s)", i % 2 ? "sd" : "mean", env->params[GROUPS_VALUE].string,
             label);
}

int groups_counts(struct function_env *env, unsigned char *is_count)
{
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    central_counts(l.count, is_count + 1);
    return 0;
}

int groups_put(struct function_env *env, const struct factor *l, const struct central *c,
               struct function_output *out)
{
    static const char *const what[] = {"count", "mean", "sd"};
    char(*label)[FACTOR_LABEL] = malloc(l->count * sizeof *label);
    const char **labels = malloc(l->count * sizeof *labels);
    double *values = malloc(3 * l->count * sizeof *values);
    int rc = -1;

    for (size_t g = 0; label && labels && values && g < l->count; g++) {
        double n = c->count[g];
        factor_label(env, l, g, label[g]);
        labels[g] = label[g];
        values[3 * g] = n;
        values[3 * g + 1] = n > 0 ? c->mean[g] : NAN;
        values[3 * g + 2] = n > 1 ? sqrt(c->m2[g] / (n - 1)) : NAN;
    }
    if (label && labels && values)
        rc = out->put(out, &(struct function_array){
                               .name = "groups",
                               .help = "of each group its rows with a value, their mean and "
                                       "standard deviation, in the value's unit",
                               .rows = l->count,
                               .columns = 3,
                               .row_labels = labels,
                               .column_labels = what,
                               .values = values});
    else
        tell_error(env, "out of memory for %zu groups", l->count);
    free(label);
    free(labels);
    free(values);
    return rc;
}

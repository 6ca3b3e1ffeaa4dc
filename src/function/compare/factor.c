/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups that rows are in. */
#include "function/compare/factor.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "function/common/column.h"
#include "function/common/tell.h"

int factor_find(struct function_env *env, const char *parameter, const char *name, struct factor *l)
{
    size_t length = strlen(name);

    l->name = name;
    l->count = 1;
    for (size_t j = 0; j < env->columns; j++) {
        const char *column = env->column_names[j];
        if (strncmp(column, name, length) != 0 || column[length] != '.')
            continue;
        if (l->count == FACTOR_MOST)
            return tell_error(env, "parameter '%s': '%.60s' has more than %d levels", parameter,
                              name, FACTOR_MOST);
        l->column[l->count++] = j;
    }
    if (l->count > 1)
        return 0;
    l->column[l->count++] = column_find(env, name);
    if (l->column[1] < env->columns)
        return 0;
    return tell_error(env,
                      "parameter '%s': there is neither a column '%.60s' nor one of a factor, "
                      "'%.60s.LEVEL'",
                      parameter, name, name);
}

int factor_of(struct function_env *env, const struct factor *l, const struct block *block, size_t i,
              size_t *level)
{
    const double *row = block->data + i * block->columns;

    *level = 0;
    for (size_t g = 1; g < l->count; g++) {
        double x = row[l->column[g]];
        if (isnan(x)) {
            *level = FACTOR_NONE;
            return 0;
        }
        if (x == 0)
            continue;
        if (x != 1 || *level != 0)
            return tell_error(env,
                              "column '%.60s', row %llu: a value is neither 0 nor 1, or a second "
                              "1; expected a group: name a factor (data.factors) for more than two",
                              env->column_names[l->column[g]],
                              (unsigned long long)(block->first + i + 1));
        *level = g;
    }
    return 0;
}

void factor_label(const struct function_env *env, const struct factor *l, size_t i,
                  char label[static FACTOR_LABEL])
{
    const char *column = env->column_names[l->column[i ? i : 1]];
    size_t length = strlen(l->name);

    if (column[length] != '.')
        snprintf(label, FACTOR_LABEL, "%.100s = %zu", l->name, i);
    else if (i == 0)
        snprintf(label, FACTOR_LABEL, "first level of %.100s", l->name);
    else
        snprintf(label, FACTOR_LABEL, "%.120s", column + length + 1);
}

int factor_has(const struct factor *l, size_t column)
{
    for (size_t g = 1; g < l->count; g++)
        if (l->column[g] == column)
            return 1;
    return 0;
}

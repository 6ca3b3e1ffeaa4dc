/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of blocks: which has a name, which lacks a value. */
#include "function/common/column.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/alike.h"

size_t column_find(const struct function_env *env, const char *name)
{
    size_t j = 0;

    while (j < env->columns && strcmp(env->column_names[j], name) != 0)
        j++;
    return j;
}

int column_need(struct function_env *env, const char *parameter, const char *name, size_t *column)
{
    char hint[ALIKE_HINT];

    *column = column_find(env, name);
    if (*column < env->columns)
        return 0;
    return tell_error(env, "parameter '%s' is '%.60s', which is none of the %zu columns%s",
                      parameter, name, env->columns,
                      alike_among(hint, name, env->column_names, env->columns));
}

int column_check(struct function_env *env, const struct block *b)
{
    for (size_t i = 0; i < b->rows; i++)
        for (size_t j = 0; j < b->columns; j++)
            if (isnan(b->data[i * b->columns + j]))
                return tell_error(env,
                                  "row %" PRIu64 " has a missing value in column '%.60s'; use "
                                  "missing: skip to leave such rows out",
                                  b->first + i, env->column_names[j]);
    return 0;
}

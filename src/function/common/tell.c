/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a function tells: why it fails, and the columns of its result. */
#include "function/common/tell.h"

#include <stdarg.h>
#include <stdio.h>

int tell_error(struct function_env *env, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(env->error, sizeof env->error, format, ap);
    va_end(ap);
    return -1;
}

int tell_column(struct function_output *out, const char *name, const char *help, size_t rows,
                const char *const *labels, const double *values)
{
    const struct function_array array = {
        .name = name,
        .help = help,
        .rows = rows,
        .columns = 1,
        .row_labels = labels,
        .values = values,
    };

    return out->put(out, &array);
}

int tell_numbers(struct function_output *out, const struct tell_number *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tell_column(out, list[i].name, list[i].help, 1, NULL, &list[i].value) != 0)
            return -1;
    return 0;
}

int tell_unfinished(struct function_output *out, double rows)
{
    const struct tell_number list[] = {
        {"rows", "rows of the last round", rows},
        {"converged", "0: more rounds are needed", 0},
    };

    return tell_numbers(out, list, sizeof list / sizeof list[0]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of a program where they are added up. */
#include "function/exec/exec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"

/* The words of names, or none. */
static size_t count_names(const char *text)
{
    size_t n = 0;

    for (text += strspn(text, " "); *text; text += strspn(text, " "), n++)
        text += strcspn(text, " ");
    return n;
}

int exec_sum_check(struct function_env *env, size_t *n)
{
    int64_t length = env->params[EXEC_LENGTH].integer, model = env->params[EXEC_MODEL].integer;
    size_t names = count_names(env->params[EXEC_NAMES].string);

    if (length < 2)
        return tell_error(env,
                          "length is %lld; with merge sum expected at least 2: the rows, and "
                          "what is summed",
                          (long long)length);
    *n = (size_t)length;
    if (names != 0 && names != *n - 1)
        return tell_error(env, "there are %zu names for %zu numbers", names, *n - 1);
    if (env->params[EXEC_FEATURES].integer > length - 1)
        return tell_error(env, "%lld features of %zu numbers",
                          (long long)env->params[EXEC_FEATURES].integer, *n - 1);
    if (model > length - 1 && strcmp(env->params[EXEC_UPDATE].string, "mean") == 0)
        return tell_error(env, "a model of %lld numbers cannot be the mean of %zu",
                          (long long)model, *n - 1);
    return 0;
}

/* Returns the names, one after the other in one piece of memory, which the caller frees. */
static const char **split_names(const char *text, size_t count)
{
    size_t size = strlen(text) + 1;
    const char **names = malloc((count + 1) * sizeof *names + size);

    if (!names)
        return NULL;
    char *p = memcpy((char *)(names + count + 1), text, size);
    for (size_t i = 0; i < count; i++) {
        p += strspn(p, " ");
        names[i] = p;
        p += strcspn(p, " ");
        if (*p)
            *p++ = '\0';
    }
    return names;
}

/* The arrays of count sums. */
static int put_sums(struct function_output *out, double items, const double *sums, size_t count,
                    double *mean, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        mean[i] = sums[i] / items;
    return tell_column(out, "count", "rows", 1, NULL, &items) != 0 ||
                   tell_column(out, "sum", "what the program gave, over all rows", count, names,
                               sums) != 0 ||
                   tell_column(out, "mean", "the same, divided by the rows", count, names, mean) !=
                       0
               ? -1
               : 0;
}

int exec_sum_finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t n = (size_t)env->params[EXEC_LENGTH].integer - 1;
    size_t count = count_names(env->params[EXEC_NAMES].string);
    const char **names = split_names(env->params[EXEC_NAMES].string, count);
    double *mean = malloc(n * sizeof *mean);
    int rc = names && mean ? put_sums(out, state[0], state + 1, n, mean, count ? names : NULL)
                           : tell_error(env, "out of memory for %zu numbers", n);

    free(mean);
    free(names);
    return rc;
}

int exec_finish_part(struct function_env *env, const struct function_part *part,
                     struct function_output *out)
{
    int64_t length = env->params[EXEC_LENGTH].integer;

    if (!exec_is_sum(env) || exec_sum_compared(env) + 1 != (size_t)length ||
        env->params[EXEC_MODEL].integer > 0 || env->params[EXEC_NAMES].string[0])
        return tell_error(env, "its states cannot be taken apart: that goes with merge sum, all of "
                               "its features, without names and without a model");
    if (!part)
        return 0;
    double *mean = malloc((part->count + 1) * sizeof *mean);
    int rc = mean ? put_sums(out, part->items, part->values, part->count, mean, NULL)
                  : tell_error(env, "out of memory for %zu numbers", part->count);
    free(mean);
    return rc;
}

size_t exec_sum_compared(const struct function_env *env)
{
    int64_t some = env->params[EXEC_FEATURES].integer;

    return (size_t)(some > 0 ? some : env->params[EXEC_LENGTH].integer - 1);
}

void exec_sum_features(const struct function_env *env, const double *state, double *value,
                       double *error)
{
    for (size_t i = 0; i < exec_sum_compared(env); i++) {
        value[i] = state[0] != 0 ? state[1 + i] / state[0] : 0;
        error[i] = state[0] != 0 ? 0 : INFINITY;
    }
}

void exec_sum_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    const char *name = env->params[EXEC_NAMES].string;
    size_t number = i + 1;

    for (name += strspn(name, " "); *name && i > 0; i--) {
        name += strcspn(name, " ");
        name += strspn(name, " ");
    }
    if (*name)
        snprintf(text, size, "mean(%.*s)", (int)strcspn(name, " "), name);
    else
        snprintf(text, size, "mean(value_%zu)", number);
}

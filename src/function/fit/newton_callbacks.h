/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The callbacks of a function that is a generalised linear model: to be included once
 * by the file that has defined
 *
 *   static int prepare(struct function_env *env, struct newton *n);
 *
 * which makes a problem of the function's own parameters, or fails.
 */
#ifndef FUNCTION_NEWTON_CALLBACKS_H
#define FUNCTION_NEWTON_CALLBACKS_H

#include <metaneuron/function.h>

#include "function/common/profile.h"
#include "function/fit/newton.h"
#include "function/table.h"

static int length(struct function_env *env, size_t *count)
{
    struct newton n;

    if (prepare(env, &n) < 0)
        return -1;
    *count = newton_length(env, &n);
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct newton n;

    return prepare(env, &n) < 0 ? -1 : newton_accumulate(env, &n, state, block);
}

static int merge(struct function_env *env, double *into, const double *from)
{
    struct newton n;

    if (prepare(env, &n) < 0)
        return -1;
    newton_merge(env, &n, into, from);
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct newton n;

    return prepare(env, &n) < 0 ? -1 : newton_finish(env, &n, state, out);
}

static int features_length(struct function_env *env, size_t *count)
{
    struct newton n;

    if (prepare(env, &n) < 0)
        return -1;
    *count = newton_features_length(env, &n);
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct newton n;

    if (prepare(env, &n) < 0)
        return -1;
    newton_features(env, &n, state, value, error);
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env copy = *env;
    struct newton n;

    if (prepare(&copy, &n) == 0)
        newton_feature_name(env, &n, i, text, size);
}

static int model_length(struct function_env *env, size_t *count)
{
    struct newton n;

    if (prepare(env, &n) < 0)
        return -1;
    *count = newton_model_length(&n);
    return 0;
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    struct newton n;

    return prepare(env, &n) < 0 ? -1 : newton_update(env, &n, model, state, converged);
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    profile_counts(env->columns, is_count);
    return 0;
}

#define NEWTON_CALLBACKS                                                                \
    FUNCTION_CALLBACKS, .merge = merge, .model_length = model_length, .update = update, \
                        .counts = counts

#endif

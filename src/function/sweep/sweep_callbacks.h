/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The callbacks of sweep and sweep_data but accumulate: to be included once by the file
 * that has defined WITHOUT_DATA, 1 or 0.
 */
#ifndef FUNCTION_SWEEP_CALLBACKS_H
#define FUNCTION_SWEEP_CALLBACKS_H

#include "function/sweep/sweep_private.h"
#include "function/table.h"

static int length(struct function_env *env, size_t *n)
{
    return sweep_length(env, n, WITHOUT_DATA);
}

static int merge(struct function_env *env, double *into, const double *from)
{
    return sweep_merge(env, into, from, WITHOUT_DATA);
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    return sweep_finish(env, state, out, WITHOUT_DATA);
}

static int features_length(struct function_env *env, size_t *n)
{
    return sweep_features_length(env, n, WITHOUT_DATA);
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    return sweep_features(env, state, value, error, WITHOUT_DATA);
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    sweep_feature_name(env, i, text, size, WITHOUT_DATA);
}

#define SWEEP_CALLBACKS FUNCTION_CALLBACKS, .merge = merge

#endif

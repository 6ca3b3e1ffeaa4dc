/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function glm: a generalised linear model of one column on all others. */

/* Layouts of state and model, and the method: newton.h; the families: family.h. */
#include "function/builtin.h"

#include "function/fit/newton.h"
#include "function/table.h"

enum { FAMILY, TARGET, EXPOSURE, INTERCEPT, RIDGE, SCALE, TOLERANCE, PARAMS };

static const struct function_param params[PARAMS] = {
    PARAM_CHOICE_REQUIRED(FAMILY, "family", "gaussian binomial poisson",
                          "distribution of the target: any number, 0 or 1, or a count; with the "
                          "mean, its log odds, or its logarithm linear in the columns"),
    PARAM_STRING_REQUIRED(TARGET, "target", "name of the column that is explained by all others"),
    PARAM_STRING(EXPOSURE, "exposure", "",
                 "poisson: name of a column, above 0, that the mean is proportional to, such as "
                 "time or area; empty: none"),
    NEWTON_PARAMS,
};

static int prepare(struct function_env *env, struct newton *n)
{
    *n = (struct newton){.family = family_of(env->params[FAMILY].string),
                         .intercept = env->params[INTERCEPT].integer != 0,
                         .scale = env->params[SCALE].integer != 0,
                         .ridge = env->params[RIDGE].number,
                         .tolerance = env->params[TOLERANCE].number,
                         .names = {env->params[TARGET].string, env->params[EXPOSURE].string}};
    return newton_prepare(env, n);
}

#include "function/fit/newton_callbacks.h"

/* What both versions have. Version 1 tells no tests of coefficients. */
#define GLM                                                                                       \
    FUNCTION_HEAD, .name = "glm",                                                                 \
                   .summary = "Generalised linear model of one column on all others, by rounds.", \
                   FUNCTION_PARAMS(params), NEWTON_CALLBACKS

const struct function function_glm = {GLM, .version = "2"};
const struct function function_glm_1 = {GLM, .version = "1"};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function logreg: logistic regression of a label on all other columns. */

/*
 * The binomial case of glm, under the names that are usual for it. Layouts of state and
 * model, and the method: newton.h.
 */
#include "function/builtin.h"

#include <math.h>

#include "function/fit/newton.h"
#include "function/table.h"

enum { TARGET, POSITIVE, INTERCEPT, RIDGE, SCALE, TOLERANCE, PARAMS };

static const struct function_param params[PARAMS] = {
    PARAM_STRING_REQUIRED(TARGET, "target",
                          "name of the column with the label, which all others explain"),
    PARAM_NUMBER(POSITIVE, "positive", 1, -INFINITY, INFINITY,
                 "the label whose probability is modelled; all other values are the other label"),
    NEWTON_PARAMS,
};

static int prepare(struct function_env *env, struct newton *n)
{
    *n = (struct newton){.family = FAMILY_BINOMIAL,
                         .intercept = env->params[INTERCEPT].integer != 0,
                         .scale = env->params[SCALE].integer != 0,
                         .labelled = true,
                         .positive = env->params[POSITIVE].number,
                         .ridge = env->params[RIDGE].number,
                         .tolerance = env->params[TOLERANCE].number,
                         .names = {env->params[TARGET].string, NULL}};
    return newton_prepare(env, n);
}

#include "function/fit/newton_callbacks.h"

/* What both versions have. Version 1 tells no tests of coefficients. */
#define LOGREG                                                                                   \
    FUNCTION_HEAD, .name = "logreg",                                                             \
                   .summary = "Logistic regression of a label on all other columns, by rounds.", \
                   FUNCTION_PARAMS(params), NEWTON_CALLBACKS

const struct function function_logreg = {LOGREG, .version = "2"};
const struct function function_logreg_1 = {LOGREG, .version = "1"};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of built-in functions, in alphabetical order: a file NAME.c defines
 * function_NAME, and has one line here. Where bits or decisions of a function change, its
 * version rises, and what it was is function_NAME_1, with a line in the second list: for
 * contracts that name it, and for verify. Callbacks of both find env->version.
 */
#ifndef FUNCTION_BUILTIN_H
#define FUNCTION_BUILTIN_H

#include <metaneuron/function.h>

#define BUILTIN_LIST(X) \
    X(anova)            \
    X(chisq)            \
    X(covariance)       \
    X(exec)             \
    X(glm)              \
    X(histogram)        \
    X(kmeans)           \
    X(linreg)           \
    X(logreg)           \
    X(moments)          \
    X(montecarlo)       \
    X(pca)              \
    X(poisson)          \
    X(quantile)         \
    X(sweep)            \
    X(sweep_data)       \
    X(train)            \
    X(ttest)            \
    X(wait)

#define BUILTIN_OLDER(X) \
    X(glm_1)             \
    X(linreg_1)          \
    X(linreg_2)          \
    X(logreg_1)          \
    X(quantile_1)

#define BUILTIN_DECLARE(name) extern const struct function function_##name;
BUILTIN_LIST(BUILTIN_DECLARE)
BUILTIN_OLDER(BUILTIN_DECLARE)

#endif

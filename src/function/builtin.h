/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of built-in functions, in alphabetical order: a file NAME.c defines
 * function_NAME, and has one line here.
 */
#ifndef FUNCTION_BUILTIN_H
#define FUNCTION_BUILTIN_H

#include <metaneuron/function.h>

#define BUILTIN_LIST(X) \
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
    X(wait)

#define BUILTIN_DECLARE(name) extern const struct function function_##name;
BUILTIN_LIST(BUILTIN_DECLARE)

#endif

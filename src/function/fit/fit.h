/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fit: what a triangle of [1 X y] says about y = X b.
 *
 * Convention: numbers that are not determined are NaN, and verdict says why.
 */
#ifndef FUNCTION_FIT_H
#define FUNCTION_FIT_H

#include <stdbool.h>
#include <stddef.h>

struct fit_problem {
    const double *r;     /* triangle of coefficients + 1 columns, y the last */
    double rows;         /* rows that are in it */
    size_t coefficients; /* at least 1 */
    bool intercept;      /* the first column is constant, and is not penalised */
    double ridge;        /* ||y - X b||^2 + ridge ||b||^2 is made smallest; at least 0 */
};

enum fit_verdict {
    FIT_DETERMINED = 1, /* all is well */
    FIT_FEW_ROWS = 2,   /* fewer rows than coefficients, and no ridge */
    FIT_DEPENDENT = 3,  /* a column depends on those before it, and no ridge */
    FIT_NOT_FINITE = 4, /* the triangle holds NaN or Inf */
};

struct fit {
    enum fit_verdict verdict;
    size_t dependent; /* FIT_DEPENDENT: the first such column */
    size_t n;         /* coefficients */
    double rows;
    double freedom;     /* rows - n */
    double residual_sd; /* sqrt(||y - X b||^2 / freedom), NaN without freedom */
    double r_squared;   /* 1 - ||y - X b||^2 / ||y||^2, y about its mean if intercept */
    /* n doubles each, in the same memory as the struct */
    double *coefficient, *error, *t_value;
};

/* Returns the least squares fit, or with a ridge the penalised one, whose
 * standard errors are those of a biased estimator: the root of the diagonal of
 * s^2 (X'X + L)^-1 X'X (X'X + L)^-1, s the residual_sd. NULL: no memory. The
 * caller frees it with free(). */
struct fit *fit_create(const struct fit_problem *problem);

#endif

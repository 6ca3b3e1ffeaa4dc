/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What rows say of those coefficients that they determine, where they do not determine all.
 *
 * Of columns that depend on each other, a constant one on the intercept among them, any
 * coefficients that add up to the same are as good; all others are as if one of them were
 * left out.
 */
#ifndef FUNCTION_PARTIAL_H
#define FUNCTION_PARTIAL_H

#include <stddef.h>

/* Effect: coefficients and standard errors from the triangle of [X y] of n regressors, finite;
 * 0 and INFINITY where a coefficient is not determined. -1: no memory. */
int partial_fit(const double *triangle, double rows, size_t n, double *value, double *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tests of coefficients: whether each may be 0, and where it is.
 */
#ifndef FUNCTION_TESTS_H
#define FUNCTION_TESTS_H

#include <stddef.h>

#include <metaneuron/function.h>

/* Puts p_value, lower and upper of n coefficients with their standard errors: of Student's t with
 * so many degrees of freedom; INFINITY: of the normal distribution. The interval is that of 95 %.
 * Where an error is no number, or there are no degrees of freedom, neither are they. */
int tests_put(struct function_output *out, size_t n, const char *const *labels,
              const double *coefficient, const double *error, double freedom);

#endif

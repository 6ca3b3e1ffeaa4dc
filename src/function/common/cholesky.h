/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Cholesky factor U of a small symmetric matrix A = U'U.
 *
 * Convention: n x n symmetric matrices and factors are packed row by row, the upper
 * triangle only, as in triangle.h. Plain C: what is solved with them is the next model
 * of an iterative function, which whoever verifies it computes again.
 */
#ifndef FUNCTION_CHOLESKY_H
#define FUNCTION_CHOLESKY_H

#include <stddef.h>

/* Effect: a becomes U. Returns n; or the first k whose pivot is at most least times
 * A[k][k], or not a number: row k depends on those before it, and a is spoilt. */
size_t cholesky_factor(double *a, size_t n, double least);

/* Effect: x, the right-hand side b, becomes the solution of A x = b. */
void cholesky_solve(const double *u, size_t n, double *x);

/* Effect: y becomes A x, of a symmetric matrix a. */
void cholesky_multiply(const double *a, size_t n, const double *x, double *y);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A triangle: the upper triangular factor R of a QR factorisation, without Q.
 * Rows that are added to it let R'R grow by their squares.
 *
 * Convention: an m x m triangle is packed row by row into triangle_length(m)
 * doubles; all zeros is the triangle of no rows. Its diagonal is never negative,
 * so that R is unique where it has full rank.
 */
#ifndef FUNCTION_TRIANGLE_H
#define FUNCTION_TRIANGLE_H

#include <stddef.h>

/* Doubles in an m x m triangle. */
size_t triangle_length(size_t m);

/* Where row k begins: R[k][j], j >= k, is at r[triangle_row(m, k) + j - k]. */
size_t triangle_row(size_t m, size_t k);

/* Effect: adds the rows of a matrix, rows x m, column by column (LAPACK's order),
 * which is overwritten. By LAPACK's QR of a triangle on a rectangle, whose last
 * bits depend on the processor. -1: no memory; the triangle is as it was. */
int triangle_add(double *r, size_t m, double *matrix, size_t rows);

/* Effect: adds the rows of another triangle. Householder reflections in plain C
 * with sqrt only: the same bits on every processor. -1: no memory; the triangle
 * is as it was. */
int triangle_merge(double *r, size_t m, const double *from);

/* Effect: x, n x columns, column by column, becomes the solution of R x = b, or of
 * R' x = b, for the leading n x n part of an m x m triangle without zeros on its
 * diagonal; b comes in x. By LAPACK. -1: no memory. */
int triangle_solve(const double *r, size_t m, size_t n, int transposed, double *x, size_t columns);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A triangle: the upper triangular factor R of a QR factorisation, without Q.
 * Rows are added to it by Householder reflections, and R'R grows by their squares.
 *
 * Convention: an m x m triangle is packed row by row into triangle_length(m)
 * doubles; all zeros is the triangle of no rows. Its diagonal is never negative,
 * so that R is unique where it has full rank. Plain C with sqrt only: the same
 * rows in the same order give the same bits on every processor.
 */
#ifndef FUNCTION_TRIANGLE_H
#define FUNCTION_TRIANGLE_H

#include <stddef.h>

/* Doubles in an m x m triangle. */
size_t triangle_length(size_t m);

/* Where row k begins: R[k][j], j >= k, is at r[triangle_row(m, k) + j - k]. */
size_t triangle_row(size_t m, size_t k);

/* Rows that are added together, at most, and the doubles from one to the next. */
size_t triangle_rows(size_t m);
size_t triangle_stride(size_t m);

/* Returns zeroed scratch memory for triangle_add(), or NULL. The caller frees it.
 * It begins with room for triangle_rows(m) rows of triangle_stride(m) doubles. */
double *triangle_scratch(size_t m);

/* Effect: adds the first rows rows of scratch, m doubles in each, of which those
 * before column first are 0. The scratch is overwritten. */
void triangle_add(double *r, size_t m, double *scratch, size_t rows, size_t first);

/* Effect: adds the rows of another triangle. */
void triangle_merge(double *r, size_t m, const double *from, double *scratch);

/* Effect: x solves R x = b, or R' x = b, for the leading n x n part; b comes in x. */
void triangle_solve(const double *r, size_t m, size_t n, double *x);
void triangle_solve_transposed(const double *r, size_t m, size_t n, double *x);

#endif

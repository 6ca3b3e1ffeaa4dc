/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exp, logarithms and powers of many numbers, the same to the bit everywhere.
 *
 * libm picks other code on other processors, and its last bits differ. These are made of + - * /
 * alone, and of no table, so that a loop over them becomes vectors. They are off by less than 0.6
 * units in the last place (of results below the normal numbers: 1.1), and exact where the result is
 * a double that ends in ten zero bits, as are log10(1000) and 3^4. Exact, too, is the square x^2.
 *
 * Convention: y has room for n numbers, and is x or shares nothing with it. NaN gives NaN. Where
 * there is no value, or none that is finite, the result is NaN or infinite.
 */
#ifndef UTIL_ELEMENTARY_H
#define UTIL_ELEMENTARY_H

#include <stddef.h>

/* Effect: y[i] = e^x[i]. */
void elementary_exp(double *y, const double *x, size_t n);

/* Effect: y[i] is the natural logarithm of x[i], or that to base 10. */
void elementary_log(double *y, const double *x, size_t n);
void elementary_log10(double *y, const double *x, size_t n);

/* Effect: z[i] = x[i]^y[i]. x^0 is 1 and 0^y is 0 for y > 0, without a sign; of a negative x there
 * are only powers by whole numbers. z may be x or y. */
void elementary_power(double *z, const double *x, const double *y, size_t n);

#endif

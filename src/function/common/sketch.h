/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sketch of a column: how many values are in buckets of equal relative width.
 *
 * A double's bits, as an integer, rise with its magnitude, and their topmost 11 + m
 * say in which of 2^m equal parts of which octave it lies. That is the bucket: found
 * by a shift, without a logarithm, it is the same on every processor. A bucket from
 * low to low (1 + w), w <= 2^-m, is represented by 2 low (1 + w)/(2 + w), from which no
 * value in it is farther than w/(2 + w) of its own magnitude. (After DDSketch: C.
 * Masson, J. E. Rim and H. K. Lee, VLDB 2019; there with logarithms.)
 *
 * Cells of a column, in rising order: below -largest, negative buckets, magnitudes
 * below smallest, positive buckets, above largest; missing; and, where zeros are told
 * apart, 0 itself. Values of magnitude below smallest are represented by 0, infinite ones
 * are beyond largest.
 *
 * Convention: cells are counts in doubles (see counts.h).
 */
#ifndef FUNCTION_SKETCH_H
#define FUNCTION_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SKETCH_PARTS_MAX = 20 }; /* m at most */

struct sketch {
    int shift;            /* 52 - m: bits that are left out */
    uint64_t first, last; /* bits of smallest and largest, shifted */
    size_t buckets;       /* of each sign: last - first + 1 */
    size_t missing;       /* that cell, 2 buckets + 3; those before it rise */
    size_t cells;         /* missing + 1; where zeros are told apart + 2 */
};

/* Returns the sketch with the fewest buckets that represents magnitudes from smallest
 * to largest (both positive, finite, smallest < largest) to that relative accuracy,
 * 2^-20 to 1/2. Its range may be a bit larger. zeros: whether 0 has a cell of its own. */
struct sketch sketch_of(double accuracy, double smallest, double largest, bool zeros);

/* Returns the bound of the relative error: at most the accuracy that was wanted. */
double sketch_bound(const struct sketch *s);

/* Effect: adds rows x columns values to columns x s->cells counts. */
void sketch_add(const struct sketch *s, const double *values, size_t rows, size_t columns,
                double *cells);

/* Returns the quantile, 0 <= p <= 1, of n values that are not missing, as they are
 * represented; infinite beyond largest, NAN without values. The definition is that of
 * most programs: between the values number floor(h) and floor(h) + 1, from 0, of h = (n
 * - 1) p (type 7 of R. J. Hyndman and Y. Fan, 1996). */
double sketch_quantile(const struct sketch *s, const double *cells, double n, double p);

/* Returns how many values are not 0, and taken for it, where zeros are told apart; and how many
 * are beyond largest. */
double sketch_near(const struct sketch *s, const double *cells);
double sketch_beyond(const struct sketch *s, const double *cells);

/* Returns the bound of the error of a quantile, relative to it: sketch_bound() where the
 * values on both sides of it have one sign, 0 of 0 itself; INFINITY where it is made of what was
 * taken for 0, or is beyond largest. */
double sketch_accuracy(const struct sketch *s, const double *cells, double n, double p);

/* Returns the standard error of a quantile of that value: half the distance between
 * the quantiles at p -+ d, d = sqrt(p (1 - p)/n) (R. S. Woodruff 1952), where both are
 * within 0 to 1, else what is within, stretched; and the accuracy of the sketch.
 * INFINITY where it is not known. */
double sketch_error(const struct sketch *s, const double *cells, double n, double p, double value);

/* Returns a quantile, 0 <= p <= 1, of n > 0 values as if those in a bucket were spread
 * evenly over it, which moves smoothly with p and with the data; at most largest. */
double sketch_smooth(const struct sketch *s, const double *cells, double n, double p);

#endif

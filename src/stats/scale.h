/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The robust scale of a set of results: where the middle of each coordinate is,
 * and how far from it is usual.
 *
 * Convention: every median is weighted by stake, so that one identity split into
 * many moves nothing; with equal stakes it is the usual median. The formulas are
 * part of the reconstruction.
 */
#ifndef STATS_SCALE_H
#define STATS_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/robust.h"
#include "util/err.h"

/* Some of the rows of the features: those that take part in the scoring. */
struct scale_rows {
    const double *features; /* any rows x d */
    const double *errors;   /* the same shape, >= 0, +inf allowed; NULL: none are used */
    size_t d, stride;       /* columns; doubles from the beginning of a row to the next one's */
    const size_t *rows;     /* n: which rows take part */
    const double *stake;    /* n: their stakes, sum 1 */
    size_t n;
    bool ties; /* the spread of tied numbers is what is usual beside ties (ties.h) */
};

struct scale {
    size_t d;
    double *centre; /* d: median; NaN without rows */
    double *spread; /* d: > 0 */
    double *noise;  /* d: median of the squared standard errors, contained in spread^2 */
};

/*
 * Effect: sets *s, which scale_free() empties. For each coordinate:
 *   spread = 1.4826 MAD, if 0 IQR/1.349; at least the median standard error;
 *            if still 0 max(|centre|, 1); of ties in the nearest half what is usual beside them
 */
int scale_fit(const struct scale_rows *in, struct scale *s, struct err *e);
void scale_free(struct scale *s);

/*
 * Effect: deviation[d] becomes the deviations of one result in spreads, with their signs:
 *   (x - centre) / sqrt(spread^2 + max(0, error^2 - noise)), error 0 where unknown.
 * With tau^2 = max(0, spread^2 - noise), the variance between results net of their
 * sampling noise, that is (x - centre) / sqrt(tau^2 + max(error^2, noise)). An
 * infinite error: 0. Finite for finite x: at most 1e100, so that squares are too.
 * errors: d, or NULL.
 */
void scale_deviations(const struct scale *s, const double *x, const double *errors,
                      double *deviation);

/* Effect: the same with one unit for all coordinates in place of their spreads, and no errors. */
void scale_lengths(const struct scale *s, const double *x, double unit, double *deviation);

/*
 * Returns the standard error of a value of which nothing is known but that its sampling noise is so
 * many times the variance of a usual one's, >= 1: squared, times noise; where no noise is known
 * all spread counts as noise, so that the deviation is divided by sqrt(times) spreads.
 */
double scale_assumed(const struct scale *s, size_t j, double times);

/*
 * Returns the expected square of the deviation of a usual result with that standard error:
 *   (tau^2 + error^2) / (tau^2 + max(error^2, noise)), at most 1; of an infinite error, whose
 * deviation says nothing of what is usual: 1.
 */
double scale_expected(const struct scale *s, size_t j, double error);

/* Returns what share of the squared spread is sampling noise, as standard errors say: 0 to 1. */
double scale_noise_share(const struct scale *s, size_t j);

/* Returns how many threads are worth their start for looking at n results of d coordinates:
 * blas_threads(), or 1. What they find has the same bits by any number. */
unsigned scale_crew(size_t n, size_t d);

/*
 * Effect: cuts the d standard errors of one result to what can be believed. Its
 * ratio to the others is the lower quartile over j of error_j / sqrt(noise_j): few
 * rows raise all errors alike, a wrong unit or a few wild values only some. An
 * error beyond 3 times that ratio is cut to it. +inf, 0 and NaN stay.
 * points: d, scratch.
 */
void scale_trim(const struct scale *s, double *errors, struct robust_point *points);

/* Effect: far[i] becomes max_j |x_ij - centre_j| of the i-th of the rows if that is more, *middle
 * max_j |centre_j| likewise. */
int scale_reach(const struct scale_rows *in, double *far, double *middle, struct err *e);

/* Returns a length typical of all coordinates together, for features that are not
 * scaled: the median of far; if 0 the largest; if 0, 1; at least 1e-6 of middle. points: n, scratch. */
double scale_length(const double *far, const double *stake, size_t n, double middle,
                    struct robust_point *points);

#endif

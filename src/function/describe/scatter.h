/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scatter of rows: the moments of each column, and the sums of products of what
 * lies off the means, of every two columns.
 *
 * State: [rows, the numbers of a struct central of order 4 of the complete rows, d (d +
 * 1)/2 sums of products]. The last are a symmetric matrix in LAPACK's rectangular full
 * packed format (its lower triangle, TRANSR = N: F. G. Gustavson and others, ACM TOMS
 * 37, 2010), as half the memory is enough and dsfrk adds to it at the speed of dgemm.
 * The 3rd and 4th moments are for the standard errors.
 *
 * A row with a missing value is left out as a whole: only so do all numbers of the
 * matrix say something about the same rows, and no eigenvalue is below 0.
 */
#ifndef FUNCTION_SCATTER_H
#define FUNCTION_SCATTER_H

#include <stdbool.h>
#include <stddef.h>

#include <metaneuron/function.h>

#include "function/common/central.h"

enum { SCATTER_COLUMNS = 16384 }; /* at most: a state of 1 GiB */

/* The callbacks length, accumulate, merge and counts. Accumulating is left to BLAS and
 * LAPACK, and its last bits to the processor; merging is plain C. */
int scatter_length(struct function_env *env, size_t *n);
int scatter_accumulate(struct function_env *env, double *state, const struct block *block);
int scatter_merge(struct function_env *env, double *into, const double *from);
int scatter_counts(struct function_env *env, unsigned char *is_count);

/* The callbacks of features: the means, the standard deviations, and the correlations
 * of every column with those after it. They do not turn with the axes that a
 * decomposition happens to choose; and a few wild values move them less than
 * covariances. Standard errors are those of an elliptical distribution with the
 * kurtosis of the columns, k^2 = k_i k_j, of n rows:
 *   sd sqrt((k - 1)/n)/2, (1 - r^2) sqrt(k/(3 n))
 * (R. J. Muirhead, Aspects of Multivariate Statistical Theory, 1982, section 5.1). */
int scatter_features_length(struct function_env *env, size_t *n);
int scatter_features(struct function_env *env, const double *state, double *value, double *error);
void scatter_feature_name(const struct function_env *env, size_t i, char *text, size_t size);

/* All of them but length, which may have more to refuse. */
#define SCATTER_CALLBACKS                                                     \
    .accumulate = scatter_accumulate, .merge = scatter_merge,                 \
    .features_length = scatter_features_length, .features = scatter_features, \
    .feature_name = scatter_feature_name, .counts = scatter_counts

/* Returns the moments of the columns, in the state; and the number of complete rows. */
struct central scatter_columns(const double *state, size_t d);
double scatter_rows(const double *state);

/* Returns the sum of products of columns i and j of d. */
double scatter_product(const double *state, size_t d, size_t i, size_t j);

/* Returns whether the state may be the scatter of rows: it is finite, its counts agree,
 * and no sum of squares is negative. */
bool scatter_agrees(const double *state, size_t d);

/* Effect: full d x d covariances, of denominator n - 1; or correlations, of which those
 * of a constant column are 0, or constant on the diagonal. NaN for fewer than 2 rows. */
void scatter_covariances(const double *state, size_t d, double *full);
void scatter_correlations(const double *state, size_t d, double constant, double *full);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The profile of rows: mean and moments of every column, as the first part of the state
 * of an iterative function.
 *
 * It has two uses. In the first round it is all that there is: columns are centred and
 * scaled by it in the rounds that follow. In every round its means and standard
 * deviations are features, so that a column in a wrong unit is found in each of them,
 * and not in the first one only; and an equal profile means equal rows.
 *
 * State: [rows, the numbers of a struct central of order 4]. The extremes stay 0: they
 * would be values of single rows.
 */
#ifndef FUNCTION_PROFILE_H
#define FUNCTION_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <metaneuron/block.h>

#include "function/common/central.h"

/* Doubles of the profile of d columns, its rows among them. */
size_t profile_length(size_t d);

/* Returns the moments that are in a state. */
struct central profile_columns(const double *state, size_t d);

/* Effect: of the profile's numbers, those are marked that count rows. */
void profile_counts(size_t d, unsigned char *is_count);

/* Effect: adds rows without missing values. -1: no memory. */
int profile_add(double *state, const struct block *block);

/* Effect: adds a profile that is not empty. Plain C. */
void profile_merge(double *into, const double *from, size_t d);

/* Returns whether it may be the profile of rows: finite, with equal counts, and no
 * negative sum of squares. */
bool profile_agrees(const double *state, size_t d);

/* Effect: d means, then d standard deviations, and their standard errors. */
void profile_features(const double *state, size_t d, double *value, double *error);
void profile_feature_name(const char *const *columns, size_t d, size_t i, char *text, size_t size);

/* Returns the standard deviation by which a column is to be scaled, about its mean or
 * about 0; 1 of a column that is constant, up to rounding. */
double profile_spread(const double *state, size_t d, size_t j, bool about_mean);

/* Returns a number that agrees, to about 1e-12, between states of the same rows, and
 * hardly ever between those of others. */
double profile_mark(const double *state, size_t d);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the filter compares of a state.
 */
#ifndef ENGINE_COMPARED_H
#define ENGINE_COMPARED_H

#include <stdbool.h>

#include "function/bound.h"

/* Effect: value and error are the features of a state and their standard errors; those of a state
 * that has none are not finite, so that the filter rejects it. Returns whether the state itself is
 * finite, which its features may forget. */
bool compared_of(struct bound *b, const double *state, double *value, double *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a histogram: what its parameters and columns come to.
 *
 * Convention: a fraction is that of the values that are not missing which are in a
 * cell: below, in a bin, or above. Fractions are numbered as the cells are, without
 * those of missing values.
 */
#ifndef FUNCTION_HISTOGRAM_PLAN_H
#define FUNCTION_HISTOGRAM_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <metaneuron/function.h>

#include "function/describe/axes.h"

/* Where the parameters are in the function's table. */
enum { PLAN_LOWER, PLAN_UPPER, PLAN_BINS, PLAN_EDGES, PLAN_X, PLAN_Y, PLAN_PARAMS };

enum { PLAN_NAME = 256 }; /* bytes of a fraction's name */

struct plan {
    struct axes *axes;   /* of each column, or of x and y */
    bool paired;         /* x and y are given */
    size_t column[2];    /* of x and y */
    size_t down, across; /* cells of x and of y, if paired */
    size_t cells;        /* in a state */
};

/* Effect: fills *p, which plan_free() empties; or returns -1 and env->error. */
int plan_make(struct function_env *env, struct plan *p);
void plan_free(struct plan *p);

/* Returns how many fractions there are. */
size_t plan_fractions(const struct plan *p);

/* Effect: writes what fraction i is of, such as "0<=x<1" or "0<=x<1,y>5". */
void plan_name(const struct function_env *env, const struct plan *p, size_t i,
               char text[static PLAN_NAME]);

/* Effect: writes the names of all fractions, or, of two columns, of x's cells and
 * then of y's. */
void plan_labels(const struct function_env *env, const struct plan *p, char (*text)[PLAN_NAME]);

/* What is known of each fraction, one array after the other. */
enum {
    PLAN_COUNT,
    PLAN_FRACTION,
    PLAN_ERROR, /* standard error of the fraction */
    PLAN_LOW,   /* the edges: set for single columns only */
    PLAN_HIGH,
    PLAN_QUANTITIES
};

/* Returns PLAN_QUANTITIES arrays of a number for each fraction, or NULL and
 * env->error. The caller frees them. Counts, fractions and errors are NaN where the
 * state's cells are no counts of its rows. */
double *plan_fill(struct function_env *env, const struct plan *p, const double *state);

#endif

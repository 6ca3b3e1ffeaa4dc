/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A split: which rows are for training and which for the test, by a hash of what they hold.
 *
 * A row has a place in 0 to 1, which its key decides, or all that is chosen of it, and the seed:
 * the same patient is on the same side at every site and in every run. FORMAT says what is hashed.
 *
 * Convention: a split is used by one thread.
 */
#ifndef RECIPE_SPLIT_H
#define RECIPE_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "recipe/expression.h"

/* A value of a row: a number or a truth, or a text, as the column's type says. */
struct split_value {
    enum expression_type type;
    double number;               /* NaN: missing */
    struct expression_text text; /* at == NULL: missing */
};

struct split;

struct split *split_create(uint64_t seed, struct err *e);
void split_free(struct split *s);

/* Effect: *place is that of a row with this key, 0 to 1: the row is for the test where that is less
 * than the fraction. ERR_INPUT: the key is missing. Such a row could be of somebody whose others are
 * on either side, so that none is right for it. */
int split_by(struct split *s, const struct split_value *key, double *place, struct err *e);

/* The same of a row without a key, by the values of its chosen columns, in order. They may be
 * missing. */
int split_whole(struct split *s, const struct split_value *values, size_t count, double *place,
                struct err *e);

#endif

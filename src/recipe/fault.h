/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a row: the first fault of a strip of rows, and its words.
 *
 * Stages of the cooking look at column after column. What they find is noted, so that of all faults
 * the one of the first row is told, however the rows are cut.
 */
#ifndef RECIPE_FAULT_H
#define RECIPE_FAULT_H

#include "recipe/recipe_private.h"

/* In the order in which they are looked for. */
enum fault_kind {
    FAULT_NONE = 0,
    FAULT_DATE,    /* a text that is no date */
    FAULT_LEVEL,   /* an undeclared level */
    FAULT_MISSING, /* no value */
};

struct fault {
    enum fault_kind kind;
    size_t row; /* in the strip */
    size_t at;  /* number of the column that is read, the factor, the chosen column */
    struct expression_text text; /* the value, unless it is missing */
};

/* Effect: if its row comes before that of the fault there is, it takes its place. */
void fault_note(struct fault *f, struct fault found);

/* Says what the fault is. first: number of the strip's first row in the file, from 0. Returns 0
 * without one. */
int fault_set(const struct fault *f, const struct recipe_plan *p, uint64_t first, struct err *e);

#endif

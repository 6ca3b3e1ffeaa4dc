/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reading of a formula, and the variables that it finds.
 *
 * Convention: private to the files of a formula. A function here returns 0, or -1 after setting the
 * reader's e, which tells the place.
 */
#ifndef CONTRACT_FORMULA_READ_H
#define CONTRACT_FORMULA_READ_H

#include "contract/formula.h"

struct formula_reader {
    const char *text;
    size_t next; /* the first byte that was not read */
    struct formula *f;
    struct formula_known *k;
    size_t products; /* that were multiplied out */
    unsigned depth;  /* of brackets */
    struct err *e;
};

/* Effect: skips blanks. Returns the next byte; NUL at the end. */
char formula_peek(struct formula_reader *p);

/* Says what stands at the next byte instead of what was expected. Returns -1. */
int formula_unexpected(struct formula_reader *p, const char *expected);

/* Effect: *at is the variable that stands here: a column, C(name), I(expression) or a call. expected:
 * for the error, where it is something else. */
int formula_variable(struct formula_reader *p, const char *expected, uint16_t *at);

#endif

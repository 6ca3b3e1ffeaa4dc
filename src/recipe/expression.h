/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An expression: a condition or a value, computed from the columns of a row; FORMAT has its grammar.
 *
 * It is total: it ends, in time and memory that its length bounds, whatever the rows are, and has a
 * value for each of them, which may be missing. There is no code in it, no loop and no call but of
 * the functions in FORMAT. The same rows give the same bits on every processor: exp, log, log10 and
 * ^ are made of + - * / and sqrt, without contraction.
 *
 * Convention: a missing number or truth is a NaN, and no other value is one or infinite; a missing
 * text has at == NULL. A truth is 0 or 1. An expression may be run by several threads at once.
 */
#ifndef RECIPE_EXPRESSION_H
#define RECIPE_EXPRESSION_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
    EXPRESSION_BYTES = 4096, /* of its text, at most */
    EXPRESSION_DEPTH = 32,   /* of operators and calls in one another */
    EXPRESSION_NODES = 1024, /* operators, calls, names and constants */
};

enum expression_type {
    EXPRESSION_NUMBER = 1,
    EXPRESSION_TEXT = 2, /* a date is a text, which days, year and month read */
    EXPRESSION_TRUTH = 3,
    EXPRESSION_DATE = 4, /* of a column only: a text that is a date in each row, so that a constant
                          * which it is compared with is to be one, too */
};

struct expression_text {
    const char *at; /* UTF-8, no NUL at the end; NULL: missing */
    size_t length;  /* bytes */
};

/* Values of one column in a block of rows: that one of the two which its type says. */
struct expression_column {
    const double *numbers; /* of a number or a truth */
    const struct expression_text *texts;
};

/* Tells of what type the column of that name is, which need not end with a NUL; or 0 after setting
 * e. */
typedef enum expression_type expression_look(void *of, const char *name, size_t length,
                                             struct err *e);

struct expression;

/* Returns the expression in length bytes of text. what (a word such as "where") begins the message
 * of an error, which is ERR_INPUT and says at which byte, counted from 1, and what was expected.
 * Names are looked up once each, in the order in which they first stand. */
struct expression *expression_parse(const char *what, const char *text, size_t length,
                                    expression_look *look, void *of, struct err *e);
void expression_free(struct expression *x);

enum expression_type expression_type(const struct expression *x);

/* Returns the expression's canonical text: one for all texts that say the same tree. It parses to
 * itself. */
const char *expression_canonical(const struct expression *x);

/* Names of the columns that it uses, each once, in the order in which they first stand. */
size_t expression_names(const struct expression *x);
const char *expression_name(const struct expression *x, size_t i);

/* What expression_run() works in: as much as a block needs, kept between blocks. A work belongs to
 * one thread, and texts that a run gave are there until its next one. */
struct expression_work;
struct expression_work *expression_work_create(const struct expression *x, struct err *e);
void expression_work_free(struct expression_work *w);

/* Computes rows values into numbers (of a number or a truth) or texts (of a text); the other is not
 * looked at. columns[i] is of expression_name(x, i). *undefined grows by how many values were
 * not finite on the way, and so became missing. Fails for want of memory only. */
int expression_run(const struct expression *x, struct expression_work *w,
                   const struct expression_column *columns, size_t rows, double *numbers,
                   struct expression_text *texts, uint64_t *undefined, struct err *e);

#endif

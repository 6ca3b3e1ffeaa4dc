/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A formula: "y ~ a + b:c", a short form for the columns, derived columns and parameters of a fit.
 *
 * It is R's, as far as FORMAT says. Variables are columns, factors and expressions, each once;
 * a term is a set of them, and stands for their product.
 *
 * Convention: private to this layer. What is wrong is ERR_INPUT, "data.formula, byte N: …", counted
 * from 1. After a failure too the formula is freed by its owner.
 */
#ifndef CONTRACT_FORMULA_H
#define CONTRACT_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recipe/expression.h"
#include "util/err.h"
#include "util/flat.h"
#include "util/lookup.h"

enum {
    FORMULA_BYTES = EXPRESSION_BYTES, /* of its text, at most */
    FORMULA_VARIABLES = 1024,         /* different ones */
    FORMULA_TERMS = 1024,             /* different ones, at any time */
    FORMULA_ORDER = 8,                /* variables of one term */
    FORMULA_PRODUCTS = 65536,         /* terms that are multiplied out, all together */
    FORMULA_DEPTH = 32,               /* brackets in one another */
};

/* What else the spec says of columns. */
struct formula_factor {
    const char *name;
    char *const *levels;
    size_t count;
    bool other, ordered;
};
struct formula_known {
    struct formula_factor *factors;
    struct lookup factor, typed, derived;   /* by name: the number of each */
    const struct flat_value *names, *texts; /* of derived columns; NULL: none */
    uint8_t *types;                         /* of these, as soon as they are known */
    unsigned depth;                         /* derived columns that wait for another */
};

/* formula_known.c. Effect: k, which was zero, has what the document says, which it points into. */
int formula_known(struct formula_known *k, const struct flat *f, struct err *e);
void formula_known_free(struct formula_known *k);

/* formula_known.c. An expression_look() of a struct formula_known. */
enum expression_type formula_look(void *known, const char *name, size_t length, struct err *e);

struct formula_variable {
    char *name;       /* of the column, which an expression gives its own text */
    char *expression; /* canonical; NULL: a column as it is */
    size_t factor;    /* which of the known ones, or LOOKUP_NONE */
    size_t place;     /* where it first stands */
};

struct formula_term {
    uint16_t of[FORMULA_ORDER]; /* variables, ascending */
    uint16_t count;
};

/* A list of terms, each once. */
struct formula_terms {
    struct formula_term *at;
    size_t count, capacity;
};

struct formula {
    struct formula_variable *variables;
    size_t variables_count, variables_capacity;
    struct lookup found;        /* variables by their names */
    size_t target;              /* the variable that is explained */
    bool intercept;             /* a constant is among the regressors */
    struct formula_terms terms; /* by their order, then as they were written */
};

/* formula_parse.c. Effect: *f, which was zero, is what the text says. */
int formula_parse(struct formula *f, const char *text, struct formula_known *k, struct err *e);
void formula_free(struct formula *f);

/* formula_terms.c. Effect: adds a term, unless it is there. Or all of other ones. */
int formula_terms_add(struct formula_terms *to, const struct formula_term *t, struct err *e);
int formula_terms_join(struct formula_terms *to, const struct formula_terms *more, struct err *e);

/* formula_terms.c. Effect: to has each product of one of a and one of b; *products is how many were
 * made so far. */
int formula_terms_multiply(struct formula_terms *to, const struct formula_terms *a,
                           const struct formula_terms *b, size_t *products, struct err *e);

/* formula_terms.c. Effect: the term is not there. Returns whether it was. */
bool formula_terms_remove(struct formula_terms *from, const struct formula_term *t);

/* formula_terms.c. Whether every variable of a is in b. */
bool formula_term_within(const struct formula_term *a, const struct formula_term *b);

/* Columns that a formula makes. */
struct formula_columns {
    char **names, **expressions; /* of derived columns */
    size_t derived, derived_capacity, expressions_capacity;
    char **chosen; /* as data.columns has them */
    size_t chosen_count, chosen_capacity;
    char *target;       /* as the function sees it */
    struct lookup made; /* names of derived columns, those of the spec among them */
    size_t bytes;       /* of all expressions */
};

/* formula_columns.c. Effect: the column comes out. */
int formula_columns_choose(struct formula_columns *c, const char *name, struct err *e);

/* formula_columns.c. Effect: a derived column comes out, that of the variable at place. Empties name
 * and expression. */
int formula_columns_derive(struct formula_columns *c, size_t place, struct buf *name,
                           struct buf *expression, struct err *e);

/* formula_columns.c. Whether the column comes out. */
bool formula_columns_has(const struct formula_columns *c, const char *name);
void formula_columns_free(struct formula_columns *c);

/* formula_code.c. Effect: *c, which was zero, has them, the target first, and last the column of that
 * name, unless it is NULL or there already. */
int formula_code(struct formula_columns *c, const struct formula *f, const struct formula_known *k,
                 const char *last, struct err *e);

/* formula_text.c. Returns -1: "data.formula, byte PLACE + 1: …". */
int formula_wrong(struct err *e, size_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* formula_text.c. Effect: adds the name in backquotes, or the text in quotes, as an expression has
 * them. */
void formula_quote(struct buf *b, char quote, const char *text);

/* formula.c. Effect: *f, which has a formula, is the document that has what it stands for instead;
 * name is that of the file, for errors, which are in e. */
int formula_expand(struct flat **f, const char *name, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of an expression share: its nodes, and the program that they become.
 *
 * Convention: a tree is an array of nodes in postfix order, operands before their operator, so that
 * whoever goes over it needs a stack of what is not used yet, and no recursion. Behind what decides
 * whether the rest is computed stands a mark (a condition and its "then", the left side of && and
 * ||), which is no node.
 */
#ifndef RECIPE_EXPRESSION_PRIVATE_H
#define RECIPE_EXPRESSION_PRIVATE_H

#include "recipe/expression.h"

#include <stdbool.h>

#include "util/buf.h"

enum {
    EXPRESSION_MARKS = 2 * EXPRESSION_NODES, /* nodes and marks together, at most */
    EXPRESSION_STRIP = 512,                  /* rows that a program computes at once */
    EXPRESSION_NONE = 0xffff,                /* no slot */
};

/* What a node is, and what an instruction does. */
enum expression_op {
    OP_NUMBER = 1, /* constants */
    OP_TEXT,
    OP_NOTHING, /* the constant missing */
    OP_COLUMN,
    OP_THEN, /* marks */
    OP_ELSE,
    OP_ALSO,
    OP_OTHERWISE,
    OP_NEGATE,
    OP_NOT,
    OP_POWER,
    OP_TIMES,
    OP_OVER,
    OP_MODULO,
    OP_PLUS,
    OP_MINUS,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_MORE,
    OP_MORE_EQUAL,
    OP_IN, /* an operand, and constants */
    OP_AND,
    OP_OR,
    OP_CHOICE,
    OP_ABS, /* functions, as in expression_functions */
    OP_SQRT,
    OP_EXP,
    OP_LOG,
    OP_LOG10,
    OP_FLOOR,
    OP_MIN,
    OP_MAX,
    OP_CLAMP,
    OP_MISSING,
    OP_COALESCE,
    OP_BIN, /* an operand, and constants */
    OP_DAYS,
    OP_YEAR,
    OP_MONTH,
    OP_LOWER,
    OP_TRIM,
    OP_MASK, /* of instructions only: where an operand is, or is not, a certain truth */
};

/* A constant, an operator or a call; or a mark. */
struct expression_node {
    uint8_t op;      /* enum expression_op */
    uint8_t type;    /* enum expression_type, as soon as it was checked */
    bool listed;     /* a constant of "in" or bin() */
    uint16_t args;   /* operands, which stand before it */
    uint16_t place;  /* its first byte in the text, from 0; an operator's sign */
    uint16_t length; /* bytes of a text or a name */
    union {
        double number;   /* never negative, but in a list */
        uint16_t at;     /* of a text or a name: where it begins in the expression's bytes */
        uint16_t column; /* of a column that was checked */
    };
};

struct expression_function {
    const char *name;
    uint8_t op;
    uint16_t least, most; /* arguments */
    uint8_t takes;        /* enum expression_type; 0: any, but all the same */
    uint8_t gives;        /* 0: what it takes */
};

/* An instruction: out = op(in...), each the number of a slot. */
struct expression_step {
    uint8_t op;
    bool texts;            /* an operand or the result is one */
    bool flag;             /* OP_MASK: where the first operand is value, not where it is not */
    uint16_t out;          /* no operand */
    uint16_t in[3];        /* EXPRESSION_NONE: not used */
    uint16_t mask;         /* of rows in which what is not finite counts; EXPRESSION_NONE: all */
    uint16_t first, count; /* OP_IN and OP_BIN: their part of the list */
    double value;          /* OP_MASK */
};

/* Slots: first those of the columns, then those of constants, then those that steps fill. */
struct expression_program {
    struct expression_step *steps;
    size_t steps_count;
    uint8_t *types; /* of slots: EXPRESSION_TEXT or EXPRESSION_NUMBER */
    size_t slots_count, constants_count;
    double *numbers; /* of constants, from the first one's slot on */
    struct expression_text *texts;
    double *list; /* what OP_IN and OP_BIN look in: each one's part in order */
    struct expression_text *list_texts;
    size_t list_count;
    uint16_t result;
    bool lowers; /* has an OP_LOWER, so that texts are made */
};

struct expression {
    char *bytes; /* texts and names, without their escapes, one after the other */
    struct expression_node *nodes;
    size_t nodes_count; /* with marks */
    struct expression_text *names;
    size_t names_count;
    struct buf canonical;
    struct expression_program program;
};

/* Where an error is, and in what. */
struct expression_where {
    const char *what;
    struct err *e;
};

/* Returns -1: "WHAT, byte PLACE + 1: …". */
int expression_wrong(const struct expression_where *w, size_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns the function of that name or operator, or NULL. */
const struct expression_function *expression_function(const char *name, size_t length);
const struct expression_function *expression_function_of(enum expression_op op);

/* The stages, in order. Each sets what the next one needs. */
int expression_read(struct expression *x, const char *text, size_t length,
                    const struct expression_where *w);
int expression_check(struct expression *x, expression_look *look, void *of,
                     const struct expression_where *w);
int expression_write(struct expression *x, const struct expression_where *w);
int expression_compile(struct expression *x, struct err *e);

/* Whether it may have no value, or none that is finite, though all of its operands have one. */
static inline bool expression_is_partial(enum expression_op op)
{
    return (op >= OP_POWER && op <= OP_MINUS) || (op >= OP_SQRT && op <= OP_LOG10) ||
           (op >= OP_DAYS && op <= OP_MONTH);
}

/* Whether a first text is before a second one (below 0), by bytes, the same (0) or behind it. */
int expression_compare(const struct expression_text *a, const struct expression_text *b);

#endif

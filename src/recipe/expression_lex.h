/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of an expression, one after the other.
 *
 * Convention: the one that was read last stands in now. What a quoted text or a name holds, without
 * its escapes, is in bytes, with a NUL behind it.
 */
#ifndef RECIPE_EXPRESSION_LEX_H
#define RECIPE_EXPRESSION_LEX_H

#include "recipe/expression_private.h"

/* A sign of one byte is that byte. */
enum expression_token {
    TOKEN_END = 0,
    TOKEN_NUMBER = 1,
    TOKEN_TEXT = 2,
    TOKEN_NAME = 3,
    TOKEN_QUOTED = 4,      /* a name in backquotes, which is that of a column */
    TOKEN_IN = 5,          /* in */
    TOKEN_AND = 6,         /* && */
    TOKEN_OR = 7,          /* || */
    TOKEN_EQUAL = 8,       /* == */
    TOKEN_UNEQUAL = 9,     /* != */
    TOKEN_LESS_EQUAL = 10, /* <= */
    TOKEN_MORE_EQUAL = 11, /* >= */
};

struct expression_word {
    int token;
    size_t place, width; /* bytes of the text: the first, and how many */
    double number;       /* of TOKEN_NUMBER */
    size_t at, length;   /* of a text or a name: its part of bytes */
};

struct expression_lexer {
    const char *text;
    size_t length, next; /* bytes of text; the first that was not read */
    char *bytes;         /* has room for length + 1 */
    size_t used;
    const struct expression_where *where;
    struct expression_word now;
};

/* Effect: reads the next word. */
int expression_next(struct expression_lexer *l);

#endif

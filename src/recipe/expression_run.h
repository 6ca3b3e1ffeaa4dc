/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one step of an expression's program does with a strip of rows.
 *
 * Convention: out shares nothing with what is read. A missing number is a NaN, of any bits.
 */
#ifndef RECIPE_EXPRESSION_RUN_H
#define RECIPE_EXPRESSION_RUN_H

#include "recipe/expression_private.h"

/* A step with its slots at a strip. */
struct expression_strip {
    const struct expression_program *program;
    const struct expression_step *step;
    double *numbers; /* out: that of its type */
    struct expression_text *texts;
    struct expression_column in[3];
    const double *mask; /* NULL: what is not finite counts in all rows */
    size_t rows;
    uint64_t undefined; /* grows by what was not finite */
};

/* Bytes of texts that were made: chunks, of which the last one is filled. */
struct expression_heap {
    struct expression_chunk *last;
};

/* Returns room for so many bytes, until the heap is reset or freed. */
char *expression_heap_take(struct expression_heap *h, size_t length, struct err *e);
void expression_heap_reset(struct expression_heap *h);
void expression_heap_free(struct expression_heap *h);

/* Effect: does a step in which there is no text, or one in which there is. */
void expression_do_numbers(struct expression_strip *s);
int expression_do_texts(struct expression_strip *s, struct expression_heap *h, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cook from inside: what it works in. Rows are cooked strip by strip, so that what is kept
 * between the stages has a size that the plan bounds, however long the blocks are.
 */
#ifndef RECIPE_COOK_H
#define RECIPE_COOK_H

#include "recipe/fault.h"
#include "recipe/recipe_private.h"

/* Rows of a strip that where kept are moved together; columns then are of these rows. */
struct recipe_cook {
    const struct recipe_plan *p;
    enum recipe_missing missing;
    size_t strip; /* rows of a strip, at most */
    size_t *row;  /* of each row that is kept, its number in the strip */
    struct fault fault;
    struct expression_work *where;
    struct expression_work **derived;
    struct expression_column *reads; /* the columns that are read */
    struct expression_column *made;  /* the derived columns */
    struct expression_column *given; /* what one expression is run with */
    double *numbers;                 /* strips, the first of truths of where */
    struct expression_text *texts;   /* strips */
    size_t *made_at, *moved_at; /* numbers of the strips of made and, with where, moved columns */
    uint32_t **levels;          /* strips by factor */
};

/* Effect: cooks count rows at most k->strip, of which k->reads has the columns, into out; *kept is how
 * many come out. What is wrong with one of them is in k->fault. */
int cook_strip(struct recipe_cook *k, size_t count, double *out, size_t *kept,
               struct recipe_tally *tally, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan from inside: what its checks make, and what a cook works by.
 */
#ifndef RECIPE_RECIPE_PRIVATE_H
#define RECIPE_RECIPE_PRIVATE_H

#include "recipe/levels.h"
#include "recipe/recipe.h"

/* Where the values of a name are. */
struct recipe_from {
    bool derived;
    size_t at; /* number of the derived column, or of the one that is read */
};

/* An expression, and where its names are from. */
struct recipe_step {
    struct expression *x; /* NULL: none */
    struct recipe_from *from;
};

struct recipe_read {
    char *name;
    enum recipe_kind kind;
};

/* A column that is chosen. */
struct recipe_chosen {
    char *name;
    struct recipe_from from;
    long factor;  /* its number in the recipe, or -1 */
    size_t count; /* of the columns that come out for it */
    enum recipe_fill fill;
    bool standardised;
};

struct recipe_plan {
    struct recipe recipe; /* a copy */
    struct recipe_step where;
    struct recipe_step *derived; /* as in the recipe */
    size_t *order;               /* in which they are computed: numbers of derived columns */
    size_t ordered;
    struct recipe_read *reads;
    size_t reads_count, reads_capacity;
    struct recipe_from *factors; /* as in the recipe: where their texts are */
    struct levels **levels;      /* of each factor */
    struct recipe_chosen *chosen;
    size_t chosen_count;
    char **names;      /* of the columns that come out */
    size_t *chosen_of; /* each of them */
    size_t columns_count;
};

static inline size_t recipe_factor_levels(const struct recipe_factor *f)
{
    return f->levels_count + f->other;
}

#endif

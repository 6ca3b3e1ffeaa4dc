/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what is counted of the rows. */
#include <stdlib.h>

#include "recipe/recipe_private.h"

struct recipe_tally *recipe_tally_create(const struct recipe_plan *p, struct err *e)
{
    struct recipe_tally *t = err_alloc(1, sizeof *t, "a tally", e);
    size_t levels = 0;

    if (!t)
        return NULL;
    for (size_t i = 0; i < p->recipe.factors_count; i++)
        levels += recipe_factor_levels(&p->recipe.factors[i]);
    t->missing = err_alloc(p->columns_count, sizeof *t->missing, "a tally", e);
    t->undefined = err_alloc(p->recipe.derived_count, sizeof *t->undefined, "a tally", e);
    t->levels = err_alloc(levels, sizeof *t->levels, "a tally", e);
    if (t->missing && t->undefined && t->levels)
        return t;
    recipe_tally_free(t);
    return NULL;
}

void recipe_tally_free(struct recipe_tally *t)
{
    if (!t)
        return;
    free(t->missing);
    free(t->undefined);
    free(t->levels);
    free(t);
}

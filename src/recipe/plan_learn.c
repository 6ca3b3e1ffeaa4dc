/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the chosen columns that are filled in and standardised. */
#include "recipe/planning.h"

/* Returns the chosen column of that name, whose values are numbers; or NULL. */
static struct recipe_chosen *find(struct planning *pl, const char *key, const char *name,
                                  struct err *e)
{
    struct recipe_plan *p = pl->p;

    if (planning_check(key, "name", name, e) < 0)
        return NULL;
    size_t i = lookup_find(&pl->chosen, name);
    if (i == LOOKUP_NONE)
        return err_null(err_set(e, ERR_INPUT,
                                "%s.%s: is none of the columns that are chosen; add it to "
                                "data.columns, or leave it out",
                                key, name));
    if (p->chosen[i].factor >= 0)
        return err_null(err_set(e, ERR_INPUT,
                                "%s.%s: is a factor, and has neither mean nor median; leave it out",
                                key, name));
    return &p->chosen[i];
}

static int twice(const char *key, const char *name, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s.%s: is there twice; leave one of the two out", key, name);
}

int planning_learn(struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->imputed_count; i++) {
        const struct recipe_imputed *x = &r->imputed[i];
        struct recipe_chosen *c = find(pl, "data.impute", x->name, e);
        if (!c)
            return -1;
        if (c->fill != RECIPE_FILL_NONE)
            return twice("data.impute", x->name, e);
        if (x->by != RECIPE_FILL_MEAN && x->by != RECIPE_FILL_MEDIAN)
            return err_set(e, ERR_INPUT, "data.impute.%s: expected mean or median", x->name);
        c->fill = x->by;
    }
    for (size_t i = 0; i < r->standardised_count; i++) {
        struct recipe_chosen *c = find(pl, "data.standardise", r->standardised[i], e);
        if (!c)
            return -1;
        if (c->standardised)
            return twice("data.standardise", r->standardised[i], e);
        c->standardised = true;
    }
    return 0;
}

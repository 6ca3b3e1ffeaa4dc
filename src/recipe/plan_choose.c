/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what the columns that are chosen come to. */
#include "recipe/planning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int not_a_number(const char *name, const char *what, struct err *e)
{
    return err_set(
        e, ERR_INPUT,
        "data.columns: '%s' is a %s, and a function sees numbers; declare its levels under "
        "data.factors, or derive a number from it",
        name, what);
}

/* Effect: fills c with what a chosen name is. */
static int find(struct planning *pl, struct recipe_chosen *c, const char *name, struct err *e)
{
    const struct recipe_plan *p = pl->p;
    size_t factor = lookup_find(&pl->factors, name);

    c->factor = factor == LOOKUP_NONE ? -1 : (long)factor;
    c->count = 1;
    c->name = strdup(name);
    if (!c->name)
        return err_memory(e, "columns");
    if (planning_use(pl, name, &c->from, e) < 0)
        return -1;
    if (c->factor >= 0) {
        const struct recipe_factor *f = &p->recipe.factors[factor];
        c->count = f->ordered ? 1 : recipe_factor_levels(f) - 1;
    } else if (c->from.derived) {
        if (expression_type(p->derived[c->from.at].x) == EXPRESSION_TEXT)
            return not_a_number(name, "text", e);
    } else if (p->reads[c->from.at].kind != RECIPE_NUMBER) {
        return not_a_number(name, p->reads[c->from.at].kind == RECIPE_DATE ? "date" : "text", e);
    }
    return 0;
}

/* Effect: the next column that comes out has that name, which it owns, and is of chosen column i.
 * names: numbers of chosen columns, by the names of those that come out. */
static int add_name(struct recipe_plan *p, struct lookup *names, char *name, size_t i,
                    struct err *e)
{
    size_t before = name ? lookup_find(names, name) : LOOKUP_NONE;

    p->names[p->columns_count] = name;
    p->chosen_of[p->columns_count] = i;
    p->columns_count++;
    if (!name)
        return err_memory(e, "columns");
    if (before == LOOKUP_NONE)
        return lookup_add(names, name, i, e);
    return err_set(
        e, ERR_INPUT,
        "data.columns: '%s' and '%s' would both give a column called '%s'; give a level or "
        "a column another name",
        p->chosen[before].name, p->chosen[i].name, name);
}

static char *level_name(const struct recipe_factor *f, size_t level)
{
    char *name = NULL;

    return asprintf(&name, "%s.%s", f->name, level < f->levels_count ? f->levels[level] : "other") <
                   0
               ? NULL
               : name;
}

static int name_columns(struct recipe_plan *p, struct lookup *names, size_t i, struct err *e)
{
    const struct recipe_chosen *c = &p->chosen[i];
    const struct recipe_factor *f = c->factor < 0 ? NULL : &p->recipe.factors[(size_t)c->factor];

    if (!f || f->ordered)
        return add_name(p, names, strdup(c->name), i, e);
    for (size_t level = 1; level <= c->count; level++)
        if (add_name(p, names, level_name(f, level), i, e) < 0)
            return -1;
    return 0;
}

/* A column twice is found before there is room for what comes out: so there is for all. */
static int find_all(struct planning *pl, const char *const *columns, size_t count, struct err *e)
{
    struct recipe_plan *p = pl->p;
    size_t wide = 0;

    p->chosen = err_alloc(count, sizeof *p->chosen, "columns", e);
    if (!p->chosen)
        return -1;
    while (p->chosen_count < count) {
        size_t i = p->chosen_count++;
        const char *name = columns[i];
        if (planning_check("data.columns", "name", name, e) < 0)
            return -1;
        if (lookup_find(&pl->chosen, name) != LOOKUP_NONE)
            return err_set(e, ERR_INPUT,
                           "data.columns: '%s' is there twice; leave one of the two out", name);
        if (lookup_add(&pl->chosen, name, i, e) < 0 || find(pl, &p->chosen[i], name, e) < 0)
            return -1;
        wide += p->chosen[i].count;
    }
    p->names = err_alloc(wide, sizeof *p->names, "columns", e);
    p->chosen_of = err_alloc(wide, sizeof *p->chosen_of, "columns", e);
    return p->names && p->chosen_of ? 0 : -1;
}

int planning_choose(struct planning *pl, const char *const *columns, size_t count, struct err *e)
{
    struct lookup names = {0};
    int rc;

    if (count == 0)
        return err_set(e, ERR_INPUT, "data.columns: is empty, expected at least one name");
    rc = find_all(pl, columns, count, e);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = name_columns(pl->p, &names, i, e);
    lookup_free(&names);
    return rc;
}

int planning_factors(struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->factors_count; i++)
        if (planning_use(pl, r->factors[i].name, &pl->p->factors[i], e) < 0)
            return -1;
    return 0;
}

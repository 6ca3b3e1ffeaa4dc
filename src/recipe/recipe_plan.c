/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the plan of a recipe, and tells what is in it. */
#include "recipe/planning.h"

#include <stdlib.h>

static int fill(struct planning *pl, const struct recipe *r, const char *const *columns,
                size_t columns_count, struct err *e)
{
    struct recipe_plan *p = pl->p;

    if (planning_limits(r, e) < 0 || recipe_copy(&p->recipe, r, e) < 0)
        return -1;
    p->derived = err_alloc(r->derived_count, sizeof *p->derived, "derived columns", e);
    p->order = err_alloc(r->derived_count, sizeof *p->order, "derived columns", e);
    p->factors = err_alloc(r->factors_count, sizeof *p->factors, "factors", e);
    p->levels = err_alloc(r->factors_count, sizeof *p->levels, "factors", e);
    if (!p->derived || !p->order || !p->factors || !p->levels)
        return -1;
    if (planning_lists(pl, e) < 0 || planning_parse(pl, e) < 0 ||
        planning_choose(pl, columns, columns_count, e) < 0 || planning_unused(pl, e) < 0 ||
        planning_learn(pl, e) < 0)
        return -1;
    return planning_factors(pl, e);
}

struct recipe_plan *recipe_plan(const struct recipe *r, const char *const *columns,
                                size_t columns_count, struct err *e)
{
    struct planning pl = {.p = err_alloc(1, sizeof *pl.p, "a recipe", e)};

    if (pl.p && fill(&pl, r, columns, columns_count, e) < 0) {
        recipe_plan_free(pl.p);
        pl.p = NULL;
    }
    lookup_free(&pl.typed);
    lookup_free(&pl.factors);
    lookup_free(&pl.derived);
    lookup_free(&pl.reads);
    lookup_free(&pl.used);
    lookup_free(&pl.chosen);
    return pl.p;
}

static void free_step(struct recipe_step *s)
{
    expression_free(s->x);
    free(s->from);
}

void recipe_plan_free(struct recipe_plan *p)
{
    if (!p)
        return;
    free_step(&p->where);
    for (size_t i = 0; p->derived && i < p->recipe.derived_count; i++)
        free_step(&p->derived[i]);
    for (size_t i = 0; p->levels && i < p->recipe.factors_count; i++)
        levels_free(p->levels[i]);
    for (size_t i = 0; i < p->reads_count; i++)
        free(p->reads[i].name);
    for (size_t i = 0; i < p->chosen_count; i++)
        free(p->chosen[i].name);
    for (size_t i = 0; i < p->columns_count; i++)
        free(p->names[i]);
    free(p->derived);
    free(p->order);
    free(p->factors);
    free(p->levels);
    free(p->reads);
    free(p->chosen);
    free(p->names);
    free(p->chosen_of);
    recipe_free(&p->recipe);
    free(p);
}

const char *recipe_plan_where(const struct recipe_plan *p)
{
    return p->where.x ? expression_canonical(p->where.x) : NULL;
}

const char *recipe_plan_derived(const struct recipe_plan *p, size_t i)
{
    return expression_canonical(p->derived[i].x);
}

size_t recipe_plan_reads(const struct recipe_plan *p)
{
    return p->reads_count;
}

const char *recipe_plan_read(const struct recipe_plan *p, size_t i)
{
    return p->reads[i].name;
}

enum recipe_kind recipe_plan_kind(const struct recipe_plan *p, size_t i)
{
    return p->reads[i].kind;
}

size_t recipe_plan_columns(const struct recipe_plan *p)
{
    return p->columns_count;
}

const char *const *recipe_plan_column_names(const struct recipe_plan *p)
{
    return (const char *const *)p->names;
}

long recipe_plan_factor(const struct recipe_plan *p, size_t i)
{
    return p->chosen[p->chosen_of[i]].factor;
}

bool recipe_plan_learns(const struct recipe_plan *p)
{
    return p->recipe.imputed_count > 0 || p->recipe.standardised_count > 0;
}

enum recipe_fill recipe_plan_fill(const struct recipe_plan *p, size_t i)
{
    return p->chosen[p->chosen_of[i]].fill;
}

bool recipe_plan_standardises(const struct recipe_plan *p, size_t i)
{
    return p->chosen[p->chosen_of[i]].standardised;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies and frees a recipe, which is plain data. */
#include "recipe/recipe.h"

#include <stdlib.h>
#include <string.h>

bool recipe_is_empty(const struct recipe *r)
{
    return r->typed_count == 0 && !r->where && r->factors_count == 0 && r->derived_count == 0 &&
           r->imputed_count == 0 && r->standardised_count == 0;
}

void recipe_free(struct recipe *r)
{
    for (size_t i = 0; i < r->typed_count; i++)
        free(r->typed[i].name);
    for (size_t i = 0; i < r->factors_count; i++) {
        struct recipe_factor *f = &r->factors[i];
        free(f->name);
        for (size_t k = 0; k < f->levels_count; k++)
            free(f->levels[k]);
        free(f->levels);
    }
    for (size_t i = 0; i < r->derived_count; i++) {
        free(r->derived[i].name);
        free(r->derived[i].expression);
    }
    for (size_t i = 0; i < r->imputed_count; i++)
        free(r->imputed[i].name);
    for (size_t i = 0; i < r->standardised_count; i++)
        free(r->standardised[i]);
    free(r->imputed);
    free(r->standardised);
    free(r->typed);
    free(r->where);
    free(r->factors);
    free(r->derived);
    *r = (struct recipe){0};
}

static int copy_text(char **to, const char *from, struct err *e)
{
    *to = strdup(from);
    return *to ? 0 : err_memory(e, "a recipe");
}

static int copy_factor(struct recipe_factor *to, const struct recipe_factor *from, struct err *e)
{
    to->other = from->other;
    to->ordered = from->ordered;
    to->levels = err_alloc(from->levels_count, sizeof *to->levels, "levels", e);
    if (!to->levels || copy_text(&to->name, from->name, e) < 0)
        return -1;
    for (; to->levels_count < from->levels_count; to->levels_count++)
        if (copy_text(&to->levels[to->levels_count], from->levels[to->levels_count], e) < 0)
            return -1;
    return 0;
}

static int copy_learnt(struct recipe *to, const struct recipe *from, struct err *e)
{
    to->imputed = err_alloc(from->imputed_count, sizeof *to->imputed, "imputed columns", e);
    to->standardised =
        err_alloc(from->standardised_count, sizeof *to->standardised, "standardised columns", e);
    if (!to->imputed || !to->standardised)
        return -1;
    while (to->imputed_count < from->imputed_count) {
        size_t i = to->imputed_count++;
        to->imputed[i].by = from->imputed[i].by;
        if (copy_text(&to->imputed[i].name, from->imputed[i].name, e) < 0)
            return -1;
    }
    while (to->standardised_count < from->standardised_count) {
        size_t i = to->standardised_count++;
        if (copy_text(&to->standardised[i], from->standardised[i], e) < 0)
            return -1;
    }
    return 0;
}

/* Counts grow before what they count is whole, so that what there is can be freed. */
static int copy_all(struct recipe *to, const struct recipe *from, struct err *e)
{
    to->typed = err_alloc(from->typed_count, sizeof *to->typed, "types", e);
    to->factors = err_alloc(from->factors_count, sizeof *to->factors, "factors", e);
    to->derived = err_alloc(from->derived_count, sizeof *to->derived, "derived columns", e);
    if (!to->typed || !to->factors || !to->derived)
        return -1;
    while (to->typed_count < from->typed_count) {
        size_t i = to->typed_count++;
        to->typed[i].kind = from->typed[i].kind;
        if (copy_text(&to->typed[i].name, from->typed[i].name, e) < 0)
            return -1;
    }
    while (to->factors_count < from->factors_count) {
        size_t i = to->factors_count++;
        if (copy_factor(&to->factors[i], &from->factors[i], e) < 0)
            return -1;
    }
    while (to->derived_count < from->derived_count) {
        size_t i = to->derived_count++;
        if (copy_text(&to->derived[i].name, from->derived[i].name, e) < 0 ||
            copy_text(&to->derived[i].expression, from->derived[i].expression, e) < 0)
            return -1;
    }
    if (from->where && copy_text(&to->where, from->where, e) < 0)
        return -1;
    return copy_learnt(to, from, e);
}

int recipe_copy(struct recipe *to, const struct recipe *from, struct err *e)
{
    int rc = copy_all(to, from, e);

    if (rc < 0)
        recipe_free(to);
    return rc;
}

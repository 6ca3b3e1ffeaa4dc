/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds where the values of a name come from. */
#include "recipe/planning.h"

#include <stdlib.h>
#include <string.h>

enum recipe_kind planning_kind(const struct planning *pl, const char *name)
{
    size_t t = lookup_find(&pl->typed, name);

    if (t != LOOKUP_NONE)
        return pl->p->recipe.typed[t].kind;
    return lookup_find(&pl->factors, name) != LOOKUP_NONE ? RECIPE_TEXT : RECIPE_NUMBER;
}

/* Effect: *at is the number of the column that is read. */
static int read_column(struct planning *pl, const char *name, size_t *at, struct err *e)
{
    struct recipe_plan *p = pl->p;

    *at = lookup_find(&pl->reads, name);
    if (*at != LOOKUP_NONE)
        return 0;
    struct recipe_read *reads =
        err_grow(p->reads, p->reads_count, &p->reads_capacity, sizeof *reads, "columns", e);
    if (!reads)
        return -1;
    p->reads = reads;
    *at = p->reads_count;
    reads[*at] = (struct recipe_read){strdup(name), planning_kind(pl, name)};
    if (!reads[*at].name)
        return err_memory(e, "columns");
    p->reads_count++;
    return lookup_add(&pl->reads, name, *at, e);
}

int planning_use(struct planning *pl, const char *name, struct recipe_from *from, struct err *e)
{
    size_t number = lookup_find(&pl->derived, name);

    if (lookup_add(&pl->used, name, 0, e) < 0)
        return -1;
    *from = (struct recipe_from){.derived = number != LOOKUP_NONE, .at = number};
    return from->derived ? 0 : read_column(pl, name, &from->at, e);
}

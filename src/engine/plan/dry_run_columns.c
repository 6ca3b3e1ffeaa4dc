/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dry run says of the columns: those that are read, what is done with them, and what is
 * computed over. */
#include "engine/plan/dry_run_columns.h"

enum { NAMED = 12 }; /* columns by name, at most */

static void show_names(struct page *to, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count && i < NAMED; i++)
        page_addf(to, "%s%s", i ? ", " : "", names[i]);
    page_addf(to, "%s", count > NAMED ? ", …" : "");
}

/* What is read, where that is not what is computed over. */
static void show_reads(struct page *to, const struct recipe_plan *plan)
{
    static const char *const kinds[] = {[RECIPE_TEXT] = " (text)", [RECIPE_DATE] = " (date)"};
    const size_t count = recipe_plan_reads(plan);

    page_addf(to, "reads ");
    for (size_t i = 0; i < count && i < NAMED; i++) {
        const enum recipe_kind kind = recipe_plan_kind(plan, i);
        page_addf(to, "%s%s%s", i ? ", " : "", recipe_plan_read(plan, i),
                  kind == RECIPE_NUMBER ? "" : kinds[kind]);
    }
    page_addf(to, "%s; computes over ", count > NAMED ? ", …" : "");
}

static void show_learnt(struct page *to, const struct recipe *r)
{
    if (r->imputed_count)
        page_addf(to, "fills in   ");
    for (size_t i = 0; i < r->imputed_count && i < NAMED; i++)
        page_addf(to, "%s%s (%s)", i ? ", " : "", r->imputed[i].name,
                  r->imputed[i].by == RECIPE_FILL_MEAN ? "mean" : "median");
    if (r->imputed_count)
        page_addf(to, "%s\n", r->imputed_count > NAMED ? ", …" : "");
    if (!r->standardised_count)
        return;
    page_addf(to, "standardises ");
    show_names(to, (const char *const *)r->standardised, r->standardised_count);
    page_addf(to, "\n");
}

void dry_run_columns(struct page *to, const struct contract *c, size_t all)
{
    size_t count;
    const char *const *names = contract_columns(c, &count);

    page_addf(to, "columns    ");
    if (c->plan)
        show_reads(to, c->plan);
    if (names)
        show_names(to, names, count);
    else
        page_addf(to, "all %zu", all);
    page_addf(to, "\n");
    if (c->recipe.where)
        page_addf(to, "where      %s\n", c->recipe.where);
    show_learnt(to, &c->recipe);
}

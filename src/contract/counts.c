/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is counted of the rows of a contract. */
#include "contract/counts.h"

size_t counts_of(const struct contract *c)
{
    size_t n = c->plan && !contract_over_sites(c) && c->part == 0 ? recipe_counts(c->plan) : 0;

    return n <= COUNTS_MOST / (size_t)c->slaves ? n : 0;
}

void counts_name(const struct contract *c, size_t i, char *text, size_t size)
{
    recipe_counts_name(c->plan, i, text, size);
}

void counts_write(const struct contract *c, const struct recipe_tally *t, uint64_t *counts)
{
    recipe_counts_write(c->plan, t, counts);
}

int counts_check(const struct contract *c, const uint64_t *counts, uint64_t kept, struct err *e)
{
    return recipe_counts_check(c->plan, counts, kept, e);
}

bool counts_tell(const struct contract *c, const uint64_t *counts, uint64_t least)
{
    size_t n = counts_of(c);

    for (size_t i = 0; i < n; i++)
        if (counts[i] > 0 && counts[i] < least)
            return true;
    return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a list of a tally's counts, and checks one that is from elsewhere. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recipe/recipe_private.h"

/* Where the counts are that every tally has. */
enum { AT_ROWS = 0, AT_LEFT_OUT = 1, AT_UNKNOWN = 2, AT_INCOMPLETE = 3, HEAD = 4 };

/* Rows of one slave, so that none of these overflows. */
#define ROWS_MOST (UINT64_C(1) << 48)

static size_t levels_of(const struct recipe_plan *p)
{
    size_t levels = 0;

    for (size_t i = 0; i < p->recipe.factors_count; i++)
        levels += recipe_factor_levels(&p->recipe.factors[i]);
    return levels;
}

size_t recipe_counts(const struct recipe_plan *p)
{
    return HEAD + p->columns_count + p->recipe.derived_count + levels_of(p);
}

void recipe_counts_write(const struct recipe_plan *p, const struct recipe_tally *t,
                         uint64_t *counts)
{
    uint64_t *missing = counts + HEAD, *undefined = missing + p->columns_count;

    counts[AT_ROWS] = t->rows;
    counts[AT_LEFT_OUT] = t->left_out;
    counts[AT_UNKNOWN] = t->unknown;
    counts[AT_INCOMPLETE] = t->incomplete;
    memcpy(missing, t->missing, p->columns_count * sizeof *counts);
    memcpy(undefined, t->undefined, p->recipe.derived_count * sizeof *counts);
    memcpy(undefined + p->recipe.derived_count, t->levels, levels_of(p) * sizeof *counts);
}

void recipe_counts_name(const struct recipe_plan *p, size_t i, char *text, size_t size)
{
    static const char *const head[HEAD] = {"rows", "left_out", "unknown", "incomplete"};
    const struct recipe *r = &p->recipe;
    size_t factor = 0, derived = HEAD + p->columns_count, level = derived + r->derived_count;

    if (i < HEAD) {
        snprintf(text, size, "%s", head[i]);
        return;
    }
    if (i < level) {
        bool missing = i < derived;
        snprintf(text, size, "%s %s", missing ? "missing" : "undefined",
                 missing ? p->names[i - HEAD] : r->derived[i - derived].name);
        return;
    }
    for (i -= level; i >= recipe_factor_levels(&r->factors[factor]); factor++)
        i -= recipe_factor_levels(&r->factors[factor]);
    const struct recipe_factor *f = &r->factors[factor];
    snprintf(text, size, "%s = %s", f->name, i < f->levels_count ? f->levels[i] : "other");
}

/* Whether none of these is more than most; with sum, all of them together. */
static bool fits(const uint64_t *counts, size_t n, uint64_t most, bool sum)
{
    uint64_t all = 0;

    for (size_t i = 0; i < n; i++) {
        if (counts[i] > most - (sum ? all : 0))
            return false;
        all += sum ? counts[i] : 0;
    }
    return true;
}

int recipe_counts_check(const struct recipe_plan *p, const uint64_t *counts, uint64_t kept,
                        struct err *e)
{
    const uint64_t rows = counts[AT_ROWS], left_out = counts[AT_LEFT_OUT];
    const uint64_t incomplete = counts[AT_INCOMPLETE], *missing = counts + HEAD;
    const uint64_t *levels = missing + p->columns_count + p->recipe.derived_count;

    if (rows > ROWS_MOST || left_out > rows || counts[AT_UNKNOWN] > left_out ||
        (!p->where.x && left_out > 0) || incomplete > rows - left_out ||
        rows - left_out - incomplete != kept)
        return err_set(e, ERR_INPUT,
                       "says that %" PRIu64 " of %" PRIu64 " rows were left out, %" PRIu64
                       " of them as that is unknown, and %" PRIu64
                       " were incomplete, which does not leave %" PRIu64,
                       left_out, rows, counts[AT_UNKNOWN], incomplete, kept);
    /* In an expression each node of a row may be undefined. */
    bool right = fits(missing, p->columns_count, rows - left_out, false) &&
                 fits(missing + p->columns_count, p->recipe.derived_count,
                      (rows - left_out) * EXPRESSION_NODES, false);
    for (size_t i = 0; right && i < p->recipe.factors_count; i++) {
        size_t n = recipe_factor_levels(&p->recipe.factors[i]);
        right = fits(levels, n, rows - left_out, true);
        levels += n;
    }
    if (right)
        return 0;
    return err_set(e, ERR_INPUT,
                   "counts more values that are missing, undefined or of a level than %" PRIu64
                   " rows have",
                   rows - left_out);
}

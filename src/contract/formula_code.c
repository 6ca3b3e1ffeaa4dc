/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes columns of the terms of a formula, with factors coded as R does. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula.h"
#include "recipe/recipe.h"

/* A making in progress. */
struct coding {
    struct formula_columns *c;
    const struct formula *f;
    const struct formula_known *k;
    const bool *chosen; /* of each variable: its own column, or columns, come out */
    bool constant;      /* there is one, or columns of the terms so far add up to it */
    bool replaced;      /* what is instead of it was looked for, or need not be */
    struct err *e;
};

static const struct formula_factor *factor_of(const struct coding *g, size_t variable)
{
    const size_t i = g->f->variables[variable].factor;

    return i == LOOKUP_NONE ? NULL : &g->k->factors[i];
}

static size_t levels_of(const struct formula_factor *f)
{
    return f->count + f->other;
}

static const char *level_name(const struct formula_factor *f, size_t i)
{
    return i < f->count ? f->levels[i] : "other";
}

static void add_levels(struct buf *b, const char *name, const struct formula_factor *f)
{
    formula_quote(b, '`', name);
    for (size_t i = 0; i < f->count && b->len <= EXPRESSION_BYTES; i++) {
        buf_adds(b, i ? ", " : " in [");
        formula_quote(b, '"', f->levels[i]);
    }
    buf_addc(b, ']');
}

/* Adds whether a factor has that level. It is missing where the text is none of the levels, unless
 * the factor comes out as well: then that is an error anyway. */
static void add_level(const struct coding *g, struct buf *b, size_t variable, size_t level)
{
    const char *name = g->f->variables[variable].name;
    const struct formula_factor *f = factor_of(g, variable);
    const bool unsure = !f->other && !g->chosen[variable];

    buf_adds(b, level == f->count ? "(!" : "(");
    if (unsure || level == f->count)
        add_levels(b, name, f);
    if (unsure)
        buf_adds(b, " ? ");
    if (level < f->count) {
        formula_quote(b, '`', name);
        buf_adds(b, " == ");
        formula_quote(b, '"', f->levels[level]);
    }
    buf_adds(b, unsure ? " : missing)" : ")");
}

/* Adds what a variable has in a column of an interaction. */
static void add_part(const struct coding *g, size_t variable, size_t level, struct buf *name,
                     struct buf *expression)
{
    const struct formula_variable *v = &g->f->variables[variable];
    const struct formula_factor *f = factor_of(g, variable);

    buf_addf(name, "%s%s", name->len ? ":" : "", v->name);
    if (f)
        buf_addf(name, ".%s", level_name(f, level));
    if (expression->len)
        buf_adds(expression, " * ");
    if (f)
        add_level(g, expression, variable, level);
    else if (v->expression)
        buf_addf(expression, "(%s)", v->expression);
    else
        formula_quote(expression, '`', v->name);
}

/* Columns of an interaction: one for all that its factors can have together, the first factor's
 * levels going round fastest. */
static int cross(struct coding *g, const struct formula_term *t, unsigned full)
{
    size_t level[FORMULA_ORDER] = {0};
    const size_t place = g->f->variables[t->of[t->count - 1]].place;
    size_t i;

    for (i = 0; i < t->count; i++) {
        const struct formula_factor *f = factor_of(g, t->of[i]);
        if (f && f->ordered)
            return formula_wrong(g->e, g->f->variables[t->of[i]].place,
                                 "%s has an order, and comes out as the number of its level: it "
                                 "cannot be part of an interaction; derive that number, or leave "
                                 "ordered out",
                                 f->name);
        level[i] = f && !(full >> i & 1);
    }
    do {
        struct buf name = {0}, expression = {0};
        for (i = 0; i < t->count; i++)
            add_part(g, t->of[i], level[i], &name, &expression);
        if (formula_columns_derive(g->c, place, &name, &expression, g->e) < 0)
            return -1;
        for (i = 0; i < t->count; i++) {
            const struct formula_factor *f = factor_of(g, t->of[i]);
            if (f && ++level[i] < levels_of(f))
                break;
            level[i] = f && !(full >> i & 1);
        }
    } while (i < t->count);
    return 0;
}

/* A column, a factor or an expression by itself. */
static int single(struct coding *g, size_t variable, bool full)
{
    const struct formula_variable *v = &g->f->variables[variable];
    struct buf name = {0}, expression = {0};

    if (full) {
        add_part(g, variable, 0, &name, &expression);
        if (formula_columns_derive(g->c, v->place, &name, &expression, g->e) < 0)
            return -1;
    }
    if (!v->expression)
        return formula_columns_choose(g->c, v->name, g->e);
    buf_adds(&name, v->name);
    buf_adds(&expression, v->expression);
    return formula_columns_derive(g->c, v->place, &name, &expression, g->e);
}

static bool is_factor(const struct coding *g, size_t variable)
{
    const struct formula_factor *f = factor_of(g, variable);

    return f && !f->ordered;
}

/* Returns which variables of the i-th term have a column for every level: those without which the
 * rest is part of no term before it (R's rule, from Chambers and Hastie, Statistical Models in S). */
static unsigned all_levels(const struct coding *g, size_t i)
{
    const struct formula_term *t = &g->f->terms.at[i];
    unsigned full = 0;

    for (size_t k = 0; k < t->count && t->count > 1; k++) {
        struct formula_term rest = {.count = 0};
        bool within = false;
        for (size_t j = 0; j < t->count; j++)
            if (j != k)
                rest.of[rest.count++] = t->of[j];
        for (size_t j = 0; j < i && !within; j++)
            within = formula_term_within(&rest, &g->f->terms.at[j]);
        full |= (unsigned)(!within && is_factor(g, t->of[k])) << k;
    }
    return full;
}

/* Whether columns of the i-th term add up to those of a term before it, or to the constant: what is
 * left of it without factors that have all their levels is there. */
static bool adds_up(const struct coding *g, size_t i, unsigned full)
{
    const struct formula_term *t = &g->f->terms.at[i];

    for (size_t j = 0; j <= i && full; j++) {
        const struct formula_term none = {.count = 0}, *u = j < i ? &g->f->terms.at[j] : &none;
        bool left = j < i || g->constant;
        for (size_t k = 0; k < t->count; k++) {
            const struct formula_term one = {.of = {t->of[k]}, .count = 1};
            left = left && (formula_term_within(&one, u) || full >> k & 1);
        }
        if (left && formula_term_within(u, t))
            return true;
    }
    return false;
}

/* Without a constant R gives the first factor of the first term that has one a column for every
 * level. It is so here, unless these would add up. */
static unsigned instead_of_constant(struct coding *g, size_t i, unsigned full)
{
    const struct formula_term *t = &g->f->terms.at[i];

    for (size_t k = 0; k < t->count && !g->replaced; k++) {
        const unsigned more = full | 1U << k;
        if (!is_factor(g, t->of[k]))
            continue;
        g->replaced = true;
        if (!adds_up(g, i, more))
            full = more;
    }
    return full;
}

static int code_term(struct coding *g, size_t i)
{
    const struct formula_term *t = &g->f->terms.at[i];
    unsigned full = all_levels(g, i);

    if (adds_up(g, i, full))
        return formula_wrong(g->e, g->f->variables[t->of[t->count - 1]].place,
                             "an interaction of factors without what it is made of: its columns "
                             "add up to others (R has NA there); write a*b for a:b");
    full = instead_of_constant(g, i, full);
    g->constant = g->constant || full == (1U << t->count) - 1;
    return t->count == 1 ? single(g, t->of[0], full) : cross(g, t, full);
}

/* Effect: the target comes out first. One that is a factor has two levels, and is whether it is the
 * second. */
static int code_target(struct coding *g)
{
    const struct formula_variable *v = &g->f->variables[g->f->target];
    const struct formula_factor *f = factor_of(g, g->f->target);
    struct buf name = {0};

    if (f && !f->ordered && levels_of(f) != 2)
        return formula_wrong(g->e, v->place,
                             "%s has %zu levels; expected a number, or a factor of two levels",
                             v->name, levels_of(f));
    buf_adds(&name, v->name);
    if (f && !f->ordered)
        buf_addf(&name, ".%s", level_name(f, 1));
    g->c->target = name.data;
    return buf_failed(&name) ? err_memory(g->e, "columns") : single(g, g->f->target, false);
}

int formula_code(struct formula_columns *c, const struct formula *f, const struct formula_known *k,
                 const char *last, struct err *e)
{
    bool *chosen = err_alloc(f->variables_count, sizeof *chosen, "columns", e);
    struct coding g = {.c = c,
                       .f = f,
                       .k = k,
                       .chosen = chosen,
                       .constant = f->intercept,
                       .replaced = f->intercept,
                       .e = e};
    int rc = chosen ? 0 : -1;

    for (size_t i = 0; rc == 0 && k->names && i < k->names->count; i++)
        rc = lookup_add(&c->made, k->names->strings[i], 0, e);
    if (rc == 0) {
        chosen[f->target] = true;
        for (size_t i = 0; i < f->terms.count; i++)
            if (f->terms.at[i].count == 1)
                chosen[f->terms.at[i].of[0]] = true;
        rc = code_target(&g);
    }
    for (size_t i = 0; rc == 0 && i < f->terms.count; i++)
        rc = code_term(&g, i);
    if (rc == 0 && last && !formula_columns_has(c, last))
        rc = formula_columns_choose(c, last, e);
    free(chosen);
    return rc;
}

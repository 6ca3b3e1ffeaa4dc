/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the terms of a formula: joined, multiplied, and taken away. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula.h"

static size_t find(const struct formula_terms *in, const struct formula_term *t)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->at[i].count == t->count &&
            memcmp(in->at[i].of, t->of, t->count * sizeof t->of[0]) == 0)
            return i;
    return in->count;
}

int formula_terms_add(struct formula_terms *to, const struct formula_term *t, struct err *e)
{
    if (find(to, t) < to->count)
        return 0;
    if (to->count == FORMULA_TERMS)
        return err_set(e, ERR_INPUT, "data.formula: has more than %d terms", FORMULA_TERMS);
    struct formula_term *at =
        err_grow(to->at, to->count, &to->capacity, sizeof *at, "a formula", e);
    if (!at)
        return -1;
    to->at = at;
    at[to->count++] = *t;
    return 0;
}

int formula_terms_join(struct formula_terms *to, const struct formula_terms *more, struct err *e)
{
    for (size_t i = 0; i < more->count; i++)
        if (formula_terms_add(to, &more->at[i], e) < 0)
            return -1;
    return 0;
}

/* Effect: t has the variables of both. Returns whether they are not too many. */
static bool multiply(struct formula_term *t, const struct formula_term *a,
                     const struct formula_term *b)
{
    size_t i = 0, j = 0;

    *t = (struct formula_term){.count = 0};
    while (i < a->count || j < b->count) {
        const bool first = j == b->count || (i < a->count && a->of[i] <= b->of[j]);
        const uint16_t v = first ? a->of[i] : b->of[j];
        if (t->count == FORMULA_ORDER)
            return false;
        t->of[t->count++] = v;
        i += i < a->count && a->of[i] == v;
        j += j < b->count && b->of[j] == v;
    }
    return true;
}

int formula_terms_multiply(struct formula_terms *to, const struct formula_terms *a,
                           const struct formula_terms *b, size_t *products, struct err *e)
{
    struct formula_term t;

    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            if (++*products > FORMULA_PRODUCTS)
                return err_set(e, ERR_INPUT, "data.formula: is more than %d terms, multiplied out",
                               FORMULA_PRODUCTS);
            if (!multiply(&t, &a->at[i], &b->at[j]))
                return err_set(e, ERR_INPUT, "data.formula: has a term of more than %d variables",
                               FORMULA_ORDER);
            if (formula_terms_add(to, &t, e) < 0)
                return -1;
        }
    return 0;
}

bool formula_terms_remove(struct formula_terms *from, const struct formula_term *t)
{
    const size_t i = find(from, t);

    if (i == from->count)
        return false;
    from->count--;
    memmove(&from->at[i], &from->at[i + 1], (from->count - i) * sizeof *from->at);
    return true;
}

bool formula_term_within(const struct formula_term *a, const struct formula_term *b)
{
    size_t i = 0;

    for (size_t j = 0; j < b->count && i < a->count; j++)
        i += a->of[i] == b->of[j];
    return i == a->count;
}

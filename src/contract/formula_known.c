/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a spec says of the columns that a formula names. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula.h"

/* Derived columns that wait for one another, at most; and the type of one that waits. */
enum { WAITING_MOST = 64, WAITS = 255 };

static int add_names(struct lookup *to, const struct flat_value *names, struct err *e)
{
    for (size_t i = 0; names && i < names->count; i++)
        if (lookup_add(to, names->strings[i], i, e) < 0)
            return -1;
    return 0;
}

static int add_factors(struct formula_known *k, const struct flat *f, struct err *e)
{
    const struct flat_value *names = flat_find(f, "/data/factors/column"),
                            *counts = flat_find(f, "/data/factors/count"),
                            *others = flat_find(f, "/data/factors/other"),
                            *orders = flat_find(f, "/data/factors/ordered"),
                            *levels = flat_find(f, "/data/factors/level");
    size_t at = 0;

    if (!names)
        return 0;
    if (!(k->factors = err_alloc(names->count, sizeof *k->factors, "factors", e)))
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        const size_t count = (size_t)counts->numbers[i];
        k->factors[i] = (struct formula_factor){names->strings[i], levels->strings + at, count,
                                                others->numbers[i] != 0, orders->numbers[i] != 0};
        at += count;
    }
    return add_names(&k->factor, names, e);
}

int formula_known(struct formula_known *k, const struct flat *f, struct err *e)
{
    k->names = flat_find(f, "/data/derive/column");
    k->texts = flat_find(f, "/data/derive/expression");
    k->types = err_alloc(k->names ? k->names->count : 1, 1, "derived columns", e);
    if (!k->types || add_factors(k, f, e) < 0 ||
        add_names(&k->typed, flat_find(f, "/data/types/column"), e) < 0)
        return -1;
    return add_names(&k->derived, k->names, e);
}

void formula_known_free(struct formula_known *k)
{
    free(k->factors);
    free(k->types);
    lookup_free(&k->factor);
    lookup_free(&k->typed);
    lookup_free(&k->derived);
}

/* The type of a derived column, whose expression may use others: of each it is found once, so that
 * this ends soon whatever they are. */
static enum expression_type derived_type(struct formula_known *k, size_t i, struct err *e)
{
    const char *text = k->texts->strings[i];
    struct buf what = {0};

    if (k->types[i] == WAITS || k->depth == WAITING_MOST) {
        err_set(e, ERR_INPUT, "data.derive.%s: %s", k->names->strings[i],
                k->types[i] == WAITS ? "needs itself" : "needs others that need others, 64 deep");
        return 0;
    }
    if (k->types[i])
        return k->types[i];
    buf_addf(&what, "data.derive.%s", k->names->strings[i]);
    k->types[i] = WAITS;
    k->depth++;
    struct expression *x =
        buf_failed(&what) ? err_null(err_memory(e, "an expression"))
                          : expression_parse(what.data, text, strlen(text), formula_look, k, e);
    k->depth--;
    k->types[i] = (uint8_t)(x ? expression_type(x) : 0);
    expression_free(x);
    buf_free(&what);
    return k->types[i];
}

enum expression_type formula_look(void *known, const char *name, size_t length, struct err *e)
{
    struct formula_known *k = known;
    char *copy = strndup(name, length);
    enum expression_type type = EXPRESSION_NUMBER;

    if (!copy) {
        err_memory(e, "a name");
        return 0;
    }
    const size_t derived = lookup_find(&k->derived, copy);
    if (derived != LOOKUP_NONE)
        type = derived_type(k, derived, e);
    else if (lookup_find(&k->typed, copy) != LOOKUP_NONE ||
             lookup_find(&k->factor, copy) != LOOKUP_NONE)
        type = EXPRESSION_TEXT;
    free(copy);
    return type;
}

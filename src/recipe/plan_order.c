/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses the expressions of a recipe, and finds an order in which they can be computed. */
#include "recipe/planning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

enum {
    CIRCLE = 400, /* bytes of names that an error lists at most */
    KEY = RECIPE_NAME + 32,
};

/* What the look-ups of one parse know. */
struct looking {
    struct planning *pl;
    const char *key;
    bool where;
    size_t wanted; /* a derived column that has to be parsed before, or LOOKUP_NONE */
};

static enum expression_type look_derived(struct looking *l, const char *name, size_t number,
                                         struct err *e)
{
    const struct expression *x = l->pl->p->derived[number].x;

    if (x)
        return expression_type(x);
    l->wanted = number;
    err_set(e, ERR_INPUT, "%s: '%s' is not known yet", l->key, name);
    return 0;
}

static enum expression_type look(void *of, const char *name, size_t length, struct err *e)
{
    struct looking *l = of;
    char text[RECIPE_NAME + 2];

    snprintf(text, sizeof text, "%.*s", length < sizeof text ? (int)length : RECIPE_NAME + 1, name);
    if (planning_check(l->key, "name", text, e) < 0)
        return 0;
    size_t number = lookup_find(&l->pl->derived, text);
    if (number == LOOKUP_NONE) {
        enum recipe_kind kind = planning_kind(l->pl, text);
        return kind == RECIPE_NUMBER ? EXPRESSION_NUMBER
               : kind == RECIPE_DATE ? EXPRESSION_DATE
                                     : EXPRESSION_TEXT;
    }
    if (!l->where)
        return look_derived(l, text, number, e);
    err_set(e, ERR_INPUT,
            "%s: '%s' is derived, and rows are left out before anything is; write what it is "
            "computed from",
            l->key, text);
    return 0;
}

/* Effect: *s is the expression in the text. Where that has to wait for another one, the error is
 * none of the user's. */
static int parse(struct recipe_step *s, struct looking *l, const char *text, struct err *e)
{
    s->x = expression_parse(l->key, text, strlen(text), look, l, e);
    if (!s->x)
        return -1;
    size_t count = expression_names(s->x);
    s->from = err_alloc(count, sizeof *s->from, l->key, e);
    for (size_t i = 0; s->from && i < count; i++)
        if (planning_use(l->pl, expression_name(s->x, i), &s->from[i], e) < 0)
            return -1;
    return s->from ? 0 : -1;
}

static const char *type_name(enum expression_type type)
{
    return type == EXPRESSION_NUMBER ? "number" : type == EXPRESSION_TEXT ? "text" : "truth";
}

static int parse_where(struct planning *pl, struct err *e)
{
    struct looking l = {.pl = pl, .key = "data.where", .where = true, .wanted = LOOKUP_NONE};
    struct recipe_plan *p = pl->p;

    if (!p->recipe.where)
        return 0;
    if (parse(&p->where, &l, p->recipe.where, e) < 0)
        return -1;
    enum expression_type type = expression_type(p->where.x);
    if (type == EXPRESSION_TRUTH)
        return 0;
    return err_set(
        e, ERR_INPUT,
        "%s: is a %s, expected a truth, such as a comparison, that says which rows count", l.key,
        type_name(type));
}

/* Effect: as parse(), of a derived column; *wanted is the one to be parsed before, or LOOKUP_NONE. */
static int parse_derived(struct planning *pl, size_t i, size_t *wanted, struct err *e)
{
    struct recipe_plan *p = pl->p;
    struct recipe_derived *d = &p->recipe.derived[i];
    char key[KEY];
    struct looking l = {.pl = pl, .key = key, .wanted = LOOKUP_NONE};
    struct err said = {0};

    snprintf(key, sizeof key, "data.derive.%s", d->name);
    int rc = parse(&p->derived[i], &l, d->expression, &said);
    *wanted = l.wanted;
    if (rc < 0)
        return l.wanted == LOOKUP_NONE ? err_pass(e, &said) : -1;
    enum expression_type type = expression_type(p->derived[i].x);
    if (type != EXPRESSION_TEXT && lookup_find(&pl->factors, d->name) != LOOKUP_NONE)
        return err_set(
            e, ERR_INPUT,
            "%s: is a %s, and a factor, as data.factors says, is of a text; leave it out "
            "there, or derive a text",
            key, type_name(type));
    p->order[p->ordered++] = i;
    return 0;
}

/* Names the derived columns on the way, from the one that is wanted again on. */
static int in_circle(const struct planning *pl, const size_t *way, size_t count, size_t wanted,
                     struct err *e)
{
    const struct recipe_derived *derived = pl->p->recipe.derived;
    const char *name = derived[wanted].name;
    struct buf list = {0};
    size_t i = 0;

    while (way[i] != wanted)
        i++;
    for (; i < count && list.len < CIRCLE; i++)
        buf_addf(&list, "'%s' uses ", derived[way[i]].name);
    if (i < count)
        buf_addf(&list, "... and so on, %zu more, until one uses ", count - i);
    err_set(e, ERR_INPUT,
            "data.derive.%s: goes in a circle: %s'%s'; derive one of them from others", name,
            buf_failed(&list) ? "? uses " : list.data, name);
    buf_free(&list);
    return -1;
}

/* Effect: parses what is on the way, from its end on, and puts there what that has to wait for. An
 * expression is parsed twice at most for each that waits: each is put there once. */
static int go(struct planning *pl, size_t *way, bool *on_way, size_t first, struct err *e)
{
    size_t count = 1, wanted;

    way[0] = first;
    on_way[first] = true;
    while (count > 0) {
        if (parse_derived(pl, way[count - 1], &wanted, e) == 0) {
            on_way[way[--count]] = false;
        } else if (wanted == LOOKUP_NONE) {
            return -1;
        } else if (on_way[wanted]) {
            return in_circle(pl, way, count, wanted, e);
        } else {
            way[count++] = wanted;
            on_way[wanted] = true;
        }
    }
    return 0;
}

int planning_parse(struct planning *pl, struct err *e)
{
    size_t count = pl->p->recipe.derived_count;
    size_t *way = err_alloc(count, sizeof *way, "derived columns", e);
    bool *on_way = err_alloc(count, sizeof *on_way, "derived columns", e);
    int rc = way && on_way ? parse_where(pl, e) : -1;

    for (size_t i = 0; rc == 0 && i < count; i++)
        if (!pl->p->derived[i].x)
            rc = go(pl, way, on_way, i, e);
    free(way);
    free(on_way);
    return rc;
}

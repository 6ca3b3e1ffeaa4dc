/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks what each list of a recipe says by itself. */
#include "recipe/planning.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

int planning_check(const char *key, const char *what, const char *name, struct err *e)
{
    size_t length = strlen(name);

    if (length == 0)
        return err_set(e, ERR_INPUT, "%s: a %s is empty, expected 1 to %d bytes", key, what,
                       RECIPE_NAME);
    if (length > RECIPE_NAME)
        return err_set(e, ERR_INPUT, "%s: the %s '%.60s...' is longer than %d bytes", key, what,
                       name, RECIPE_NAME);
    if (!text_is_utf8(name))
        return err_set(e, ERR_INPUT, "%s: the %s '%s' is not UTF-8; save it as UTF-8", key, what,
                       name);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
            return err_set(e, ERR_INPUT,
                           "%s: the %s '%s' has a control character, which none may have", key,
                           what, name);
    return 0;
}

static int check_count(const char *key, const char *what, size_t count, size_t most, struct err *e)
{
    return count <= most ? 0
                         : err_set(e, ERR_INPUT, "%s: has %zu %s, expected at most %zu", key, count,
                                   what, most);
}

int planning_limits(const struct recipe *r, struct err *e)
{
    size_t levels = 0, bytes = 0;

    if (check_count("data.types", "entries", r->typed_count, RECIPE_LISTED, e) < 0 ||
        check_count("data.factors", "entries", r->factors_count, RECIPE_LISTED, e) < 0 ||
        check_count("data.derive", "entries", r->derived_count, RECIPE_LISTED, e) < 0 ||
        check_count("data.impute", "entries", r->imputed_count, RECIPE_LISTED, e) < 0 ||
        check_count("data.standardise", "entries", r->standardised_count, RECIPE_LISTED, e) < 0)
        return -1;
    for (size_t i = 0; i < r->factors_count; i++)
        levels += recipe_factor_levels(&r->factors[i]);
    for (size_t i = 0; i < r->derived_count; i++)
        bytes += strlen(r->derived[i].expression);
    return check_count("data.factors", "levels in all", levels, RECIPE_LEVELS, e) < 0 ||
                   check_count("data.derive", "bytes of expressions in all", bytes, RECIPE_BYTES,
                               e) < 0
               ? -1
               : 0;
}

/* Effect: the name has its number in the look-up, unless it is wrong or there before. */
static int add_name(struct lookup *names, const char *key, const char *name, size_t number,
                    struct err *e)
{
    if (planning_check(key, "name", name, e) < 0)
        return -1;
    if (lookup_find(names, name) != LOOKUP_NONE)
        return err_set(e, ERR_INPUT, "%s.%s: is there twice; leave one of the two out", key, name);
    return lookup_add(names, name, number, e);
}

static int check_typed(struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->typed_count; i++) {
        const struct recipe_typed *t = &r->typed[i];
        if (add_name(&pl->typed, "data.types", t->name, i, e) < 0)
            return -1;
        if (t->kind < RECIPE_NUMBER || t->kind > RECIPE_DATE)
            return err_set(e, ERR_INPUT,
                           "data.types.%s: is of no type, expected number, text or date", t->name);
    }
    return 0;
}

static int check_levels(struct levels **levels, const struct recipe_factor *f, struct err *e)
{
    char key[RECIPE_NAME + 32];
    size_t twice;

    snprintf(key, sizeof key, "data.factors.%s", f->name);
    if (recipe_factor_levels(f) < 2)
        return err_set(e, ERR_INPUT,
                       "%s: has %zu %s, expected at least 2 (one is enough with other)", key,
                       f->levels_count, f->levels_count == 1 ? "level" : "levels");
    for (size_t k = 0; k < f->levels_count; k++) {
        if (planning_check(key, "level", f->levels[k], e) < 0)
            return -1;
        if (f->other && strcmp(f->levels[k], "other") == 0)
            return err_set(e, ERR_INPUT,
                           "%s: 'other' is a level, and what is no level is to be called so, too; "
                           "leave one of the two out",
                           key);
    }
    *levels = levels_create(f->levels, f->levels_count, &twice, e);
    if (!*levels)
        return -1;
    return twice == f->levels_count
               ? 0
               : err_set(e, ERR_INPUT,
                         "%s: the level '%s' is there twice; leave one of the two out", key,
                         f->levels[twice]);
}

static int check_factors(struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->factors_count; i++) {
        const struct recipe_factor *f = &r->factors[i];
        if (add_name(&pl->factors, "data.factors", f->name, i, e) < 0 ||
            check_levels(&pl->p->levels[i], f, e) < 0)
            return -1;
        size_t t = lookup_find(&pl->typed, f->name);
        if (t != LOOKUP_NONE && r->typed[t].kind != RECIPE_TEXT)
            return err_set(e, ERR_INPUT,
                           "data.factors.%s: is a %s under data.types, and a factor is of a text; "
                           "leave one of the two out",
                           f->name, r->typed[t].kind == RECIPE_DATE ? "date" : "number");
    }
    return 0;
}

static int check_derived(struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->derived_count; i++) {
        const char *name = r->derived[i].name;
        if (add_name(&pl->derived, "data.derive", name, i, e) < 0)
            return -1;
        if (lookup_find(&pl->typed, name) != LOOKUP_NONE)
            return err_set(e, ERR_INPUT,
                           "data.derive.%s: is a column of the file, too, as data.types says; call "
                           "what is derived by another name",
                           name);
    }
    return 0;
}

int planning_lists(struct planning *pl, struct err *e)
{
    return check_typed(pl, e) < 0 || check_factors(pl, e) < 0 || check_derived(pl, e) < 0 ? -1 : 0;
}

static int check_used(const struct planning *pl, const char *key, const char *name, struct err *e)
{
    if (lookup_find(&pl->used, name) != LOOKUP_NONE)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s.%s: is used by nothing; choose it in data.columns, use it in an expression, "
                   "or leave it out",
                   key, name);
}

int planning_unused(const struct planning *pl, struct err *e)
{
    const struct recipe *r = &pl->p->recipe;

    for (size_t i = 0; i < r->typed_count; i++)
        if (check_used(pl, "data.types", r->typed[i].name, e) < 0)
            return -1;
    for (size_t i = 0; i < r->factors_count; i++)
        if (check_used(pl, "data.factors", r->factors[i].name, e) < 0)
            return -1;
    for (size_t i = 0; i < r->derived_count; i++)
        if (check_used(pl, "data.derive", r->derived[i].name, e) < 0)
            return -1;
    return 0;
}

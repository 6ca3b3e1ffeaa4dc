/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of loading that concerns the recipe. */
#include "contract/load.h"

#include <stdlib.h>
#include <string.h>

enum { SINCE = 2 }; /* version of the format that has recipes first */

/* The keys of a recipe, as they begin in the document and in the errors of a plan. */
static const struct {
    const char *path, *key;
} keys[] = {
    {"/data@where", "data.where"},     {"/data/types", "data.types"},
    {"/data/factors", "data.factors"}, {"/data/derive", "data.derive"},
    {"/data/impute", "data.impute"},   {"/data/standardise", "data.standardise"},
    {"/data/columns", "data.columns"},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* What is there may be there: since version 2, and over data. */
static int check_place(const struct load *l)
{
    for (size_t i = 0; i < flat_count(l->f); i++)
        for (size_t k = 0; k < KEYS - 1; k++) { /* columns are older */
            const char *path = flat_at(l->f, i)->path;
            if (strncmp(path, keys[k].path, strlen(keys[k].path)) != 0)
                continue;
            if (l->c->format < SINCE)
                return load_too_new(l, path, l->c->format, SINCE);
            if (l->c->work_units > 0)
                return load_complain(l, path, "is there, and the contract is over work");
        }
    return 0;
}

static int load_where(const struct load *l)
{
    const struct flat_value *v = flat_find(l->f, "/data@where");

    if (!v)
        return 0;
    if (v->type != FLAT_STRING || v->rank != 0)
        return load_complain(l, v->path, "expected one text, an expression");
    l->c->recipe.where = load_text(l, v, 0, EXPRESSION_BYTES);
    return l->c->recipe.where ? 0 : -1;
}

/* Orders entries of a list, the first member of each being its name. */
static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static int load_types(const struct load *l)
{
    struct recipe *r = &l->c->recipe;
    const struct flat_value *names, *kinds;

    if (!flat_find(l->f, "/data/types/column"))
        return 0;
    if (!(names = load_list(l, "/data/types/column", FLAT_STRING, 1, RECIPE_LISTED)) ||
        !(kinds = load_list(l, "/data/types/kind", FLAT_STRING, names->count, names->count)) ||
        load_distinct(l, names) < 0 ||
        !(r->typed = err_alloc(names->count, sizeof *r->typed, names->path, l->e)))
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        struct recipe_typed *t = &r->typed[r->typed_count];
        bool date = strcmp(kinds->strings[i], "date") == 0;
        if (!date && strcmp(kinds->strings[i], "text") != 0)
            return load_complain(l, kinds->path,
                                 "found '%.80s' for '%.80s', expected text or date; a column that "
                                 "is not named is a number",
                                 kinds->strings[i], names->strings[i]);
        t->kind = date ? RECIPE_DATE : RECIPE_TEXT;
        if (!(t->name = load_text(l, names, i, RECIPE_NAME)))
            return -1;
        r->typed_count++;
    }
    qsort(r->typed, r->typed_count, sizeof *r->typed, by_name);
    return 0;
}

static int load_derived(const struct load *l)
{
    struct recipe *r = &l->c->recipe;
    const struct flat_value *names, *texts;

    if (!flat_find(l->f, "/data/derive/column"))
        return 0;
    if (!(names = load_list(l, "/data/derive/column", FLAT_STRING, 1, RECIPE_LISTED)) ||
        !(texts =
              load_list(l, "/data/derive/expression", FLAT_STRING, names->count, names->count)) ||
        load_distinct(l, names) < 0 ||
        !(r->derived = err_alloc(names->count, sizeof *r->derived, names->path, l->e)))
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        struct recipe_derived *d = &r->derived[r->derived_count++];
        if (!(d->name = load_text(l, names, i, RECIPE_NAME)) ||
            !(d->expression = load_text(l, texts, i, EXPRESSION_BYTES)))
            return -1;
    }
    qsort(r->derived, r->derived_count, sizeof *r->derived, by_name);
    return 0;
}

/* The datasets of the factors. */
struct factors {
    const struct flat_value *names, *counts, *other, *ordered, *levels;
};

static int find_factors(const struct load *l, struct factors *f)
{
    const size_t n =
        (f->names = load_list(l, "/data/factors/column", FLAT_STRING, 1, RECIPE_LISTED))
            ? f->names->count
            : 0;

    if (n == 0 || !(f->counts = load_list(l, "/data/factors/count", FLAT_NUMBER, n, n)) ||
        !(f->other = load_list(l, "/data/factors/other", FLAT_NUMBER, n, n)) ||
        !(f->ordered = load_list(l, "/data/factors/ordered", FLAT_NUMBER, n, n)) ||
        !(f->levels = load_list(l, "/data/factors/level", FLAT_STRING, 1, RECIPE_LEVELS)))
        return -1;
    return load_distinct(l, f->names);
}

/* Effect: *is what entry i of a list says, 0 or 1. */
static int load_flag(const struct load *l, const struct flat_value *v, size_t i, bool *is)
{
    *is = v->numbers[i] > 0;
    if (v->numbers[i] >= *is && v->numbers[i] <= *is)
        return 0;
    return load_complain(l, v->path, "entry %zu is %g, expected 0 or 1", i, v->numbers[i]);
}

/* Effect: the factor has its count of levels, from *used on. */
static int load_levels(const struct load *l, const struct factors *f, size_t i, size_t *used,
                       struct recipe_factor *to)
{
    const double count = f->counts->numbers[i];
    const size_t left = f->levels->count - *used;

    if (!(count >= 1 && count <= (double)left) || count > (double)(size_t)count)
        return load_complain(l, f->counts->path,
                             "entry %zu is %g, expected a whole number from 1 to the %zu levels "
                             "that are left",
                             i, count, left);
    if (!(to->levels = err_alloc((size_t)count, sizeof *to->levels, f->levels->path, l->e)))
        return -1;
    while (to->levels_count < (size_t)count)
        if (!(to->levels[to->levels_count++] = load_text(l, f->levels, (*used)++, RECIPE_NAME)))
            return -1;
    return 0;
}

static int load_factors(const struct load *l)
{
    struct recipe *r = &l->c->recipe;
    struct factors f;
    size_t used = 0;

    if (!flat_find(l->f, "/data/factors/column"))
        return 0;
    if (find_factors(l, &f) < 0 ||
        !(r->factors = err_alloc(f.names->count, sizeof *r->factors, f.names->path, l->e)))
        return -1;
    for (size_t i = 0; i < f.names->count; i++) {
        struct recipe_factor *to = &r->factors[r->factors_count++];
        if (!(to->name = load_text(l, f.names, i, RECIPE_NAME)) ||
            load_flag(l, f.other, i, &to->other) < 0 ||
            load_flag(l, f.ordered, i, &to->ordered) < 0 || load_levels(l, &f, i, &used, to) < 0)
            return -1;
    }
    if (used < f.levels->count)
        return load_complain(l, f.levels->path, "has %zu entries, expected the %zu that count says",
                             f.levels->count, used);
    qsort(r->factors, r->factors_count, sizeof *r->factors, by_name);
    return 0;
}

static int load_imputed(const struct load *l)
{
    struct recipe *r = &l->c->recipe;
    const struct flat_value *names, *by;

    if (!flat_find(l->f, "/data/impute/column"))
        return 0;
    if (!(names = load_list(l, "/data/impute/column", FLAT_STRING, 1, RECIPE_LISTED)) ||
        !(by = load_list(l, "/data/impute/by", FLAT_STRING, names->count, names->count)) ||
        load_distinct(l, names) < 0 ||
        !(r->imputed = err_alloc(names->count, sizeof *r->imputed, names->path, l->e)))
        return -1;
    for (size_t i = 0; i < names->count; i++) {
        struct recipe_imputed *x = &r->imputed[r->imputed_count];
        bool median = strcmp(by->strings[i], "median") == 0;
        if (!median && strcmp(by->strings[i], "mean") != 0)
            return load_complain(l, by->path, "found '%.80s' for '%.80s', expected mean or median",
                                 by->strings[i], names->strings[i]);
        x->by = median ? RECIPE_FILL_MEDIAN : RECIPE_FILL_MEAN;
        if (!(x->name = load_text(l, names, i, RECIPE_NAME)))
            return -1;
        r->imputed_count++;
    }
    qsort(r->imputed, r->imputed_count, sizeof *r->imputed, by_name);
    return 0;
}

static int load_standardised(const struct load *l)
{
    struct recipe *r = &l->c->recipe;
    const struct flat_value *names;

    if (!flat_find(l->f, "/data/standardise"))
        return 0;
    if (!(names = load_list(l, "/data/standardise", FLAT_STRING, 1, RECIPE_LISTED)) ||
        load_distinct(l, names) < 0 ||
        !(r->standardised = err_alloc(names->count, sizeof *r->standardised, names->path, l->e)))
        return -1;
    while (r->standardised_count < names->count) {
        char *name = load_text(l, names, r->standardised_count, RECIPE_NAME);
        if (!name)
            return -1;
        r->standardised[r->standardised_count++] = name;
    }
    qsort(r->standardised, r->standardised_count, sizeof *r->standardised, by_name);
    return 0;
}

static int replace(char **text, const char *by, struct err *e)
{
    char *copy = strdup(by);

    if (!copy)
        return err_memory(e, "an expression");
    free(*text);
    *text = copy;
    return 0;
}

/* Expressions stand in their canonical text, which is in the id. */
static int make_canonical(struct contract *c, struct err *e)
{
    struct recipe *r = &c->recipe;
    int rc = r->where ? replace(&r->where, recipe_plan_where(c->plan), e) : 0;

    for (size_t i = 0; rc == 0 && i < r->derived_count; i++)
        rc = replace(&r->derived[i].expression, recipe_plan_derived(c->plan, i), e);
    return rc;
}

/* What is wrong with a plan is wrong with the key that it names. */
static int pass(const struct load *l, const struct err *why)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strncmp(why->text, keys[i].key, strlen(keys[i].key)) == 0)
            return load_pass(l, keys[i].path, why);
    return load_pass(l, "/data", why);
}

int load_recipe(const struct load *l)
{
    struct contract *c = l->c;
    struct err why = {0};

    if (check_place(l) < 0 || load_types(l) < 0 || load_where(l) < 0 || load_factors(l) < 0 ||
        load_derived(l) < 0 || load_imputed(l) < 0 || load_standardised(l) < 0)
        return -1;
    if (recipe_is_empty(&c->recipe))
        return 0;
    if (c->columns_count == 0)
        return load_complain(l, "/data@columns",
                             "found all columns, expected their names: data says more of some of "
                             "them, as types or where does, and so has columns that are not the "
                             "file's");
    c->plan = recipe_plan(&c->recipe, (const char *const *)c->columns, c->columns_count, &why);
    return c->plan ? make_canonical(c, l->e) : pass(l, &why);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recipe as datasets, and in the canonical text. */
#include <stdlib.h>

#include "contract/canonical.h"
#include "contract/document.h"

/* Parallel lists. */
struct lists {
    const char **names, **texts;
    double *numbers[3];
    size_t count;
};

static int make_lists(struct lists *s, size_t names, size_t texts, struct err *e)
{
    *s = (struct lists){.count = names};
    s->names = err_alloc(names, sizeof *s->names, "a recipe", e);
    s->texts = s->names ? err_alloc(texts, sizeof *s->texts, "a recipe", e) : NULL;
    for (int i = 0; s->texts && i < 3; i++)
        if (!(s->numbers[i] = err_alloc(names, sizeof *s->numbers[i], "a recipe", e)))
            return -1;
    return s->texts ? 0 : -1;
}

static void free_lists(struct lists *s)
{
    free(s->names);
    free(s->texts);
    for (int i = 0; i < 3; i++)
        free(s->numbers[i]);
}

static void add_texts(struct flat *f, const char *path, size_t count, const char **texts)
{
    flat_add(f, path, FLAT_STRING, 1, &count, texts, 0);
}

static int make_types(struct flat *f, const struct recipe *r, struct err *e)
{
    struct lists s;
    int rc = make_lists(&s, r->typed_count, r->typed_count, e);

    for (size_t i = 0; rc == 0 && i < s.count; i++) {
        s.names[i] = r->typed[i].name;
        s.texts[i] = r->typed[i].kind == RECIPE_DATE ? "date" : "text";
    }
    if (rc == 0 && s.count) {
        add_texts(f, "/data/types/column", s.count, s.names);
        add_texts(f, "/data/types/kind", s.count, s.texts);
    }
    free_lists(&s);
    return rc;
}

static int make_derived(struct flat *f, const struct recipe *r, struct err *e)
{
    struct lists s;
    int rc = make_lists(&s, r->derived_count, r->derived_count, e);

    for (size_t i = 0; rc == 0 && i < s.count; i++) {
        s.names[i] = r->derived[i].name;
        s.texts[i] = r->derived[i].expression;
    }
    if (rc == 0 && s.count) {
        add_texts(f, "/data/derive/column", s.count, s.names);
        add_texts(f, "/data/derive/expression", s.count, s.texts);
    }
    free_lists(&s);
    return rc;
}

static int make_factors(struct flat *f, const struct recipe *r, struct err *e)
{
    static const char *const paths[] = {"/data/factors/count", "/data/factors/other",
                                        "/data/factors/ordered"};
    struct lists s;
    size_t levels = 0;

    for (size_t i = 0; i < r->factors_count; i++)
        levels += r->factors[i].levels_count;
    int rc = make_lists(&s, r->factors_count, levels, e);
    levels = 0;
    for (size_t i = 0; rc == 0 && i < s.count; i++) {
        const struct recipe_factor *from = &r->factors[i];
        s.names[i] = from->name;
        s.numbers[0][i] = (double)from->levels_count;
        s.numbers[1][i] = from->other;
        s.numbers[2][i] = from->ordered;
        for (size_t k = 0; k < from->levels_count; k++)
            s.texts[levels++] = from->levels[k];
    }
    if (rc == 0 && s.count) {
        add_texts(f, "/data/factors/column", s.count, s.names);
        for (int i = 0; i < 3; i++)
            flat_add(f, paths[i], FLAT_NUMBER, 1, &s.count, s.numbers[i], 0);
        add_texts(f, "/data/factors/level", levels, s.texts);
    }
    free_lists(&s);
    return rc;
}

static const char *word_of(enum recipe_fill by)
{
    return by == RECIPE_FILL_MEDIAN ? "median" : "mean";
}

static int make_learnt(struct flat *f, const struct recipe *r, struct err *e)
{
    struct lists s;
    int rc = make_lists(&s, r->imputed_count, r->imputed_count, e);

    for (size_t i = 0; rc == 0 && i < s.count; i++) {
        s.names[i] = r->imputed[i].name;
        s.texts[i] = word_of(r->imputed[i].by);
    }
    if (rc == 0 && s.count) {
        add_texts(f, "/data/impute/column", s.count, s.names);
        add_texts(f, "/data/impute/by", s.count, s.texts);
    }
    if (rc == 0 && r->standardised_count)
        flat_add(f, "/data/standardise", FLAT_STRING, 1, &r->standardised_count, r->standardised,
                 0);
    free_lists(&s);
    return rc;
}

int document_recipe(struct flat *f, const struct recipe *r, struct err *e)
{
    if (r->where)
        flat_add_string(f, "/data@where", r->where);
    return make_types(f, r, e) < 0 || make_factors(f, r, e) < 0 || make_derived(f, r, e) < 0
               ? -1
               : make_learnt(f, r, e);
}

static int add_types(json_t *data, const struct recipe *r)
{
    json_t *types = json_object();
    int rc = 0;

    for (size_t i = 0; i < r->typed_count; i++)
        rc |= json_object_set_new(types, r->typed[i].name,
                                  json_string(r->typed[i].kind == RECIPE_DATE ? "date" : "text"));
    return rc | json_object_set_new(data, "types", types);
}

static int add_factors(json_t *data, const struct recipe *r)
{
    json_t *factors = json_object();
    int rc = 0;

    for (size_t i = 0; i < r->factors_count; i++) {
        const struct recipe_factor *f = &r->factors[i];
        json_t *levels = json_array();
        for (size_t k = 0; k < f->levels_count; k++)
            rc |= json_array_append_new(levels, json_string(f->levels[k]));
        rc |= json_object_set_new(
            factors, f->name,
            json_pack("{s:o,s:b,s:b}", "levels", levels, "other", f->other, "ordered", f->ordered));
    }
    return rc | json_object_set_new(data, "factors", factors);
}

static int add_derived(json_t *data, const struct recipe *r)
{
    json_t *derive = json_object();
    int rc = 0;

    for (size_t i = 0; i < r->derived_count; i++)
        rc |=
            json_object_set_new(derive, r->derived[i].name, json_string(r->derived[i].expression));
    return rc | json_object_set_new(data, "derive", derive);
}

static int add_learnt(json_t *data, const struct recipe *r)
{
    json_t *impute = r->imputed_count ? json_object() : NULL;
    json_t *standardise = r->standardised_count ? json_array() : NULL;
    int rc = 0;

    for (size_t i = 0; i < r->imputed_count; i++)
        rc |=
            json_object_set_new(impute, r->imputed[i].name, json_string(word_of(r->imputed[i].by)));
    for (size_t i = 0; i < r->standardised_count; i++)
        rc |= json_array_append_new(standardise, json_string(r->standardised[i]));
    if (r->imputed_count)
        rc |= json_object_set_new(data, "impute", impute);
    if (r->standardised_count)
        rc |= json_object_set_new(data, "standardise", standardise);
    return rc;
}

int canonical_recipe(json_t *data, const struct recipe *r)
{
    int rc = r->typed_count ? add_types(data, r) : 0;

    if (r->where)
        rc |= json_object_set_new(data, "where", json_string(r->where));
    rc |= r->factors_count ? add_factors(data, r) : 0;
    rc |= r->derived_count ? add_derived(data, r) : 0;
    return rc | add_learnt(data, r);
}

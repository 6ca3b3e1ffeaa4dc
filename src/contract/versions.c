/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the table each version of the format has. */
#include "contract/schema.h"

#include <math.h>
#include <string.h>

/* What came after version 1, and what contracts without it mean: what they always meant. A field
 * that came to a version which was in use already is sparse: what it is by default is not said; or
 * it is one beside such a field of its group, and is said where that is. */
static const struct {
    const char *group, *key;
    int64_t since;
    const char *before;
    bool sparse;
    const char *beside;
} later[] = {
    {"/contract", "part", 2, "0", .sparse = true},
    {"/aggregate", "robust", 2, "none", .sparse = true},
    {"/aggregate", "share", 2, "0.4", .beside = "robust"},
    {"/filter", "cut", 2, "fixed", .sparse = true},
    {"/filter", "target_fpr", 2, "0.05", .beside = "cut"},
    {"/data", "deal", 2, "blocks", .sparse = false},
    {"/limits", "share_min", 2, "0", .sparse = false},
};

/* A threshold is one of pos-lof, as it always was. */
static bool has_no_limit(const struct contract *c)
{
    return isnan(c->threshold) && isnan(c->ratio);
}

/* What a spec of the newest version means that does not say: what is best today, and not what files
 * have always meant. What is not here is the same in both. */
static const struct {
    const char *group, *key, *value;
    bool (*has)(const struct contract *c); /* of the fields before it; NULL: all have it */
} meant[] = {
    {"/filter", "method", "union", has_no_limit}, /* the default method of new contracts */
    {"/filter", "cut", "simulated", schema_may_cut},
};

/* Words that came to a choice after version 1. */
static const struct {
    const char *group, *key, *word;
    int64_t since;
} words[] = {
    {"/data", "split", "sites", 2},
    {"/filter", "method", "posdist", 2},
    {"/filter", "method", "union", 2},
    {"/filter/weight", "method", "uniform", 2},
};

enum {
    LATER = sizeof later / sizeof later[0],
    MEANT = sizeof meant / sizeof meant[0],
    WORDS = sizeof words / sizeof words[0],
};

static bool is_field(const struct schema_field *f, const char *group, const char *key)
{
    return strcmp(group, f->group) == 0 && strcmp(key, f->key) == 0;
}

/* Returns the place of the field in later, or LATER. */
static size_t find_later(const struct schema_field *f)
{
    size_t i = 0;

    while (i < LATER && !is_field(f, later[i].group, later[i].key))
        i++;
    return i;
}

int64_t schema_since(const struct schema_field *f)
{
    size_t i = find_later(f);

    return i < LATER ? later[i].since : 1;
}

int64_t schema_value_since(const struct schema_field *f, const struct contract_param *v)
{
    if (f->type == SCHEMA_SHARE && v->type != FLAT_INTEGER) /* a part of one */
        return 2;
    for (size_t i = 0; f->type == SCHEMA_CHOICE && v->type == FLAT_STRING && i < WORDS; i++)
        if (is_field(f, words[i].group, words[i].key) && strcmp(words[i].word, v->string) == 0)
            return words[i].since;
    return 1;
}

/* Whether a value is what the text of the default says. */
static bool is_default(const struct schema_field *f, const struct contract_param *v)
{
    char expected[SCHEMA_EXPECTED];
    struct contract_param usual;

    if (!f->fallback || schema_parse(f, f->fallback, &usual, expected, sizeof expected) < 0 ||
        usual.type != v->type)
        return false;
    return v->type == FLAT_STRING   ? strcmp(usual.string, v->string) == 0
           : v->type == FLAT_NUMBER ? !(usual.number < v->number || usual.number > v->number)
                                    : usual.integer == v->integer;
}

const struct schema_field *schema_beside(const struct schema_field *f)
{
    const size_t i = find_later(f);

    return i < LATER && later[i].beside ? schema_find(f->group, later[i].beside) : NULL;
}

bool schema_leaves_out(const struct schema_field *f, const struct contract *c)
{
    const struct schema_field *beside = schema_beside(f);
    const size_t i = find_later(beside ? beside : f);
    const struct contract_param v = schema_load(beside ? beside : f, c);

    return i < LATER && later[i].sparse && is_default(beside ? beside : f, &v);
}

bool schema_applies(const struct schema_field *f, int64_t format, bool work)
{
    return format >= schema_since(f) && strcmp(f->group, work ? "/data" : "/work") != 0;
}

const char *schema_default(const struct schema_field *f, int64_t format)
{
    return format >= schema_since(f) ? f->fallback : later[find_later(f)].before;
}

const char *schema_meant(const struct schema_field *f, const struct contract *c)
{
    for (size_t i = 0; c->format == CONTRACT_FORMAT && i < MEANT; i++)
        if (is_field(f, meant[i].group, meant[i].key) && (!meant[i].has || meant[i].has(c)))
            return meant[i].value;
    return schema_default(f, c->format);
}

bool schema_may_cut(const struct contract *c)
{
    static const char *const methods[] = {"pos-lof", "mad", "union"};

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(c->filter, methods[i]) == 0)
            return has_no_limit(c);
    return false;
}

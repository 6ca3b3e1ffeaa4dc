/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a spec that make a recipe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/events.h"
#include "contract/spec.h"
#include "recipe/recipe.h"

enum { KEY = 300 }; /* bytes of a key, for errors */

/* A list that grows. */
struct texts {
    char **at;
    size_t count, capacity, most;
};

/* Effect: the list has the text of the present event, a scalar, at its end. */
static int add_text(const struct events *in, const char *key, struct texts *t)
{
    if (events_expect(in, YAML_SCALAR_EVENT, key, "one value") < 0)
        return -1;
    if (t->count == t->most)
        return events_complain(in, key, "is one of more than %zu entries", t->most);
    char **more = err_grow(t->at, t->count, &t->capacity, sizeof *more, key, in->e);
    if (!more)
        return -1;
    t->at = more;
    if (!(more[t->count] = strdup(events_scalar(in))))
        return err_memory(in->e, key);
    t->count++;
    return 0;
}

static void add_list(struct flat *out, const char *path, const char *name, const struct texts *t,
                     unsigned line)
{
    char whole[64];

    snprintf(whole, sizeof whole, "%s/%s", path, name);
    flat_add(out, whole, FLAT_STRING, 1, &t->count, t->at, line);
}

/* Reads the next name of a map into names, and moves to its value. Returns 1, 0 at the end of the
 * map, or -1. entry: KEY.NAME. */
static int next_name(struct events *in, const char *key, struct texts *names,
                     char entry[static KEY])
{
    if (events_next(in) < 0)
        return -1;
    if (in->event.type == YAML_MAPPING_END_EVENT)
        return 0;
    if (add_text(in, key, names) < 0)
        return -1;
    snprintf(entry, KEY, "%s.%s", key, names->at[names->count - 1]);
    return events_next(in) < 0 ? -1 : 1;
}

/* A map of names to single values: {NAME: VALUE, …}. */
static int read_pairs(struct events *in, struct flat *out, const char *path, const char *key,
                      const char *second, const char *what)
{
    struct texts names = {.most = RECIPE_LISTED}, values = {.most = RECIPE_LISTED};
    const unsigned line = events_line(in);
    char entry[KEY];
    int rc = events_expect(in, YAML_MAPPING_START_EVENT, key, what) < 0 ? -1 : 1;

    while (rc > 0 && (rc = next_name(in, key, &names, entry)) > 0)
        rc = add_text(in, entry, &values) < 0 ? -1 : 1;
    if (rc == 0 && names.count) {
        add_list(out, path, "column", &names, line);
        add_list(out, path, second, &values, line);
    }
    events_free(names.at, names.count);
    events_free(values.at, values.count);
    return rc;
}

/* What factors say. */
struct factors {
    struct texts names, levels;
    double (*numbers)[3]; /* of each: its levels, and whether it has others, and an order */
    size_t capacity;
};

static int read_flag(struct events *in, const char *key, double *is)
{
    const char *text = in->event.type == YAML_SCALAR_EVENT ? events_scalar(in) : "";

    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return events_complain(in, key, "expected true or false");
    *is = text[0] == 't';
    return 0;
}

static int read_levels(struct events *in, const char *key, struct factors *f, double *count)
{
    const size_t before = f->levels.count;

    if (events_expect(in, YAML_SEQUENCE_START_EVENT, key, "a list: [level, level, …]") < 0)
        return -1;
    for (;;) {
        if (events_next(in) < 0)
            return -1;
        if (in->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        if (add_text(in, key, &f->levels) < 0)
            return -1;
    }
    *count = (double)(f->levels.count - before);
    return *count > 0 ? 0 : events_complain(in, key, "has no levels");
}

/* {levels: [level, …], other: true, ordered: true}. */
static int read_long(struct events *in, const char *key, struct factors *f,
                     double numbers[static 3])
{
    static const char *const words[] = {"levels", "other", "ordered"};
    bool given[3] = {false};

    for (;;) {
        int which = -1;
        if (events_next(in) < 0)
            return -1;
        if (in->event.type == YAML_MAPPING_END_EVENT)
            return given[0] ? 0 : events_complain(in, key, "levels is missing");
        for (int i = 0; i < 3; i++)
            if (in->event.type == YAML_SCALAR_EVENT && strcmp(events_scalar(in), words[i]) == 0)
                which = i;
        if (which < 0 || given[which])
            return events_complain(in, key, "expected levels, other and ordered, once each");
        given[which] = true;
        if (events_next(in) < 0 || (which == 0 ? read_levels(in, key, f, &numbers[0])
                                               : read_flag(in, key, &numbers[which])) < 0)
            return -1;
    }
}

static int read_factor(struct events *in, const char *key, struct factors *f)
{
    double(*more)[3] =
        err_grow(f->numbers, f->names.count - 1, &f->capacity, sizeof *more, key, in->e);

    if (!more)
        return -1;
    f->numbers = more;
    double *numbers = more[f->names.count - 1];
    numbers[0] = numbers[1] = numbers[2] = 0;
    if (in->event.type == YAML_SEQUENCE_START_EVENT)
        return read_levels(in, key, f, &numbers[0]);
    if (in->event.type == YAML_MAPPING_START_EVENT)
        return read_long(in, key, f, numbers);
    return events_complain(in, key,
                           "expected [level, level, …] or {levels: [level, …], other: true}");
}

static int add_factors(const struct events *in, struct flat *out, const char *path,
                       const struct factors *f, unsigned line)
{
    static const char *const names[] = {"count", "other", "ordered"};
    const size_t n = f->names.count;
    double *numbers = err_alloc(n, sizeof *numbers, path, in->e);
    char whole[64];

    if (!numbers)
        return -1;
    add_list(out, path, "column", &f->names, line);
    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < n; i++)
            numbers[i] = f->numbers[i][k];
        snprintf(whole, sizeof whole, "%s/%s", path, names[k]);
        flat_add(out, whole, FLAT_NUMBER, 1, &n, numbers, line);
    }
    add_list(out, path, "level", &f->levels, line);
    free(numbers);
    return 0;
}

static int read_factors(struct events *in, struct flat *out, const char *path, const char *key)
{
    struct factors f = {.names = {.most = RECIPE_LISTED}, .levels = {.most = RECIPE_LEVELS}};
    const unsigned line = events_line(in);
    char entry[KEY];
    int rc = events_expect(in, YAML_MAPPING_START_EVENT, key,
                           "a map: {column: [level, level, …], …}") < 0
                 ? -1
                 : 1;

    while (rc > 0 && (rc = next_name(in, key, &f.names, entry)) > 0)
        rc = read_factor(in, entry, &f) < 0 ? -1 : 1;
    if (rc == 0 && f.names.count)
        rc = add_factors(in, out, path, &f, line);
    events_free(f.names.at, f.names.count);
    events_free(f.levels.at, f.levels.count);
    free(f.numbers);
    return rc;
}

/* A list of names: [NAME, …]. */
static int read_names(struct events *in, struct flat *out, const char *path, const char *key)
{
    struct texts names = {.most = RECIPE_LISTED};
    const unsigned line = events_line(in);
    int rc = events_expect(in, YAML_SEQUENCE_START_EVENT, key, "a list: [column, column, …]");

    while (rc == 0 && (rc = events_next(in)) == 0 && in->event.type != YAML_SEQUENCE_END_EVENT)
        rc = add_text(in, key, &names);
    if (rc == 0 && names.count)
        flat_add(out, path, FLAT_STRING, 1, &names.count, names.at, line);
    events_free(names.at, names.count);
    return rc;
}

bool spec_is_recipe(const char *path)
{
    return strcmp(path, "/data/types") == 0 || strcmp(path, "/data/where") == 0 ||
           strcmp(path, "/data/factors") == 0 || strcmp(path, "/data/derive") == 0 ||
           strcmp(path, "/data/impute") == 0 || strcmp(path, "/data/standardise") == 0 ||
           strcmp(path, "/data/formula") == 0;
}

/* Effect: adds a text at path. */
static int read_text(struct events *in, struct flat *out, const char *path, const char *key,
                     const char *what)
{
    if (events_expect(in, YAML_SCALAR_EVENT, key, what) < 0)
        return -1;
    const char *text = events_scalar(in);
    flat_add(out, path, FLAT_STRING, 0, NULL, &text, events_line(in));
    return 0;
}

int spec_recipe(struct events *in, struct flat *out, const char *path, const char *key)
{
    const unsigned line = events_line(in);

    if (strcmp(path, "/data/where") == 0)
        return read_text(in, out, "/data@where", key, "one value, a condition in quotes");
    if (strcmp(path, "/data/formula") == 0)
        return read_text(in, out, "/data@formula", key, "one value, \"y ~ a + b\" in quotes");
    if (strcmp(path, "/data/standardise") == 0)
        return read_names(in, out, path, key);
    flat_add(out, path, FLAT_GROUP, 0, NULL, NULL, line);
    if (strcmp(path, "/data/impute") == 0)
        return read_pairs(in, out, path, key, "by", "a map: {column: mean, column: median, …}");
    if (strcmp(path, "/data/factors") == 0)
        return read_factors(in, out, path, key);
    if (strcmp(path, "/data/types") == 0)
        return read_pairs(in, out, path, key, "kind", "a map: {column: text, column: date, …}");
    return read_pairs(in, out, path, key, "expression", "a map: {column: \"expression\", …}");
}

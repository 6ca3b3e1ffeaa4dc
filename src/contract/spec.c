/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spec as a flat document. */
#include "contract/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/events.h"
#include "contract/formula.h"
#include "contract/schema.h"
#include "util/parse.h"
#include "util/text.h"

enum { VALUES_MOST = 4096 }; /* of a spec */

/* A reading in progress. */
struct spec {
    struct events in;
    struct flat *out;
};

/* A parameter of the function has no schema: a plain scalar is what it looks
 * like, a quoted one is a string. Digits that are no 64-bit integer stay text,
 * as a double would lose some of them. */
static struct contract_param guess(const struct spec *s)
{
    const char *text = events_scalar(&s->in);
    struct contract_param v = {.type = FLAT_STRING};
    bool plain = s->in.event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool digits = text[strspn(text, "0123456789")] == '\0';

    if (plain && parse_i64(text, &v.integer) == 0)
        v.type = FLAT_INTEGER;
    else if (plain && !digits && parse_double(text, &v.number) == 0)
        v.type = FLAT_NUMBER;
    else if (plain && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        v.type = FLAT_BOOLEAN;
        v.integer = text[0] == 't';
    } else
        v.string = (char *)(uintptr_t)text;
    return v;
}

/* A scalar of the schema, or of /function/params. */
static int read_scalar(struct spec *s, const char *group, const char *name, const char *key)
{
    char path[SCHEMA_PATH], expected[SCHEMA_EXPECTED];
    const struct schema_field *f = schema_find(group, name);
    struct contract_param v;
    unsigned line = events_line(&s->in);

    if (events_expect(&s->in, YAML_SCALAR_EVENT, key, "one value") < 0)
        return -1;
    if (flat_count(s->out) >= VALUES_MOST)
        return events_complain(&s->in, key, "is one of more than %d values", VALUES_MOST);
    snprintf(path, sizeof path, "%s@%s", group, name);
    if (!f)
        v = guess(s);
    else if (schema_parse(f, events_scalar(&s->in), &v, expected, sizeof expected) < 0)
        return events_complain(&s->in, key, "found '%.80s', expected %s", events_scalar(&s->in),
                               expected);
    if (v.type == FLAT_STRING)
        flat_add(s->out, path, FLAT_STRING, 0, NULL, &v.string, line);
    else if (v.type == FLAT_NUMBER)
        flat_add(s->out, path, FLAT_NUMBER, 0, NULL, &v.number, line);
    else
        flat_add(s->out, path, v.type, 0, NULL, &v.integer, line);
    return 0;
}

/* data.columns: a list of names, or the word all. */
static int read_columns(struct spec *s)
{
    char **names;
    size_t count;
    unsigned line = events_line(&s->in);

    if (s->in.event.type == YAML_SCALAR_EVENT && strcmp(events_scalar(&s->in), "all") == 0)
        return 0;
    int rc = events_strings(&s->in, "data.columns", &names, &count);
    if (rc == 0)
        flat_add(s->out, "/data/columns", FLAT_STRING, 1, &count, names, line);
    events_free(names, count);
    return rc;
}

/* Rows of a table that becomes datasets of equal length. */
struct table {
    char **text[2];
    double *numbers[2];
    size_t count;
};

static int grow(const struct events *in, struct table *t)
{
    for (int i = 0; i < 2; i++) {
        char **text = realloc(t->text[i], (t->count + 1) * sizeof *text);
        if (!text)
            return err_memory(in->e, "a table");
        t->text[i] = text;
        text[t->count] = NULL;
        double *numbers = realloc(t->numbers[i], (t->count + 1) * sizeof *numbers);
        if (!numbers)
            return err_memory(in->e, "a table");
        t->numbers[i] = numbers;
    }
    t->count++;
    return t->count > SCHEMA_LIST ? events_complain(in, "", "has more than %d entries", SCHEMA_LIST)
                                  : 0;
}

static void free_table(struct table *t)
{
    for (int i = 0; i < 2; i++) {
        events_free(t->text[i], t->text[i] ? t->count : 0);
        free(t->numbers[i]);
    }
}

/* limits.plausible: {feature: [lower, upper], …}. */
static int read_plausible(struct spec *s)
{
    static const char key[] = "limits.plausible";
    struct events *in = &s->in;
    struct table t = {0};
    char **pair = NULL;
    size_t n = 0;
    unsigned line = events_line(in);
    int rc =
        events_expect(in, YAML_MAPPING_START_EVENT, key, "a map: {feature: [lower, upper], …}");

    while (rc == 0 && (rc = events_next(in)) == 0 && in->event.type != YAML_MAPPING_END_EVENT) {
        if ((rc = events_expect(in, YAML_SCALAR_EVENT, key, "a feature's name")) < 0 ||
            (rc = grow(in, &t)) < 0)
            break;
        t.text[0][t.count - 1] = strdup(events_scalar(in));
        if (!t.text[0][t.count - 1])
            rc = err_memory(in->e, key);
        if (rc == 0 && (rc = events_next(in)) == 0)
            rc = events_strings(in, key, &pair, &n);
        if (rc == 0 && (n != 2 || parse_double(pair[0], &t.numbers[0][t.count - 1]) < 0 ||
                        parse_double(pair[1], &t.numbers[1][t.count - 1]) < 0))
            rc = events_complain(in, key, "expected [lower, upper], two numbers");
        events_free(pair, n);
        pair = NULL;
        n = 0;
    }
    if (rc == 0 && t.count) {
        flat_add(s->out, "/limits/plausible/feature", FLAT_STRING, 1, &t.count, t.text[0], line);
        flat_add(s->out, "/limits/plausible/lower", FLAT_NUMBER, 1, &t.count, t.numbers[0], line);
        flat_add(s->out, "/limits/plausible/upper", FLAT_NUMBER, 1, &t.count, t.numbers[1], line);
    }
    free_table(&t);
    return rc;
}

/* One entry of inputs: {contract: ID, aggregate: sha256:…}. */
static int read_input(struct events *in, struct table *t)
{
    static const char *const keys[] = {"contract", "aggregate"};

    if (events_expect(in, YAML_MAPPING_START_EVENT, "inputs",
                      "{contract: ID, aggregate: sha256:…}") < 0 ||
        grow(in, t) < 0)
        return -1;
    for (;;) {
        if (events_next(in) < 0)
            return -1;
        if (in->event.type == YAML_MAPPING_END_EVENT)
            break;
        int which = -1;
        for (int i = 0; i < 2; i++)
            if (in->event.type == YAML_SCALAR_EVENT && strcmp(events_scalar(in), keys[i]) == 0)
                which = i;
        if (which < 0 || t->text[which][t->count - 1])
            return events_complain(in, "inputs", "expected contract and aggregate, once each");
        if (events_next(in) < 0 || events_expect(in, YAML_SCALAR_EVENT, "inputs", "one value") < 0)
            return -1;
        if (!(t->text[which][t->count - 1] = strdup(events_scalar(in))))
            return err_memory(in->e, "inputs");
    }
    if (!t->text[0][t->count - 1] || !t->text[1][t->count - 1])
        return events_complain(in, "inputs", "expected both contract and aggregate");
    return 0;
}

static int read_inputs(struct spec *s)
{
    struct events *in = &s->in;
    struct table t = {0};
    unsigned line = events_line(in);
    int rc = events_expect(in, YAML_SEQUENCE_START_EVENT, "inputs", "a list");

    while (rc == 0 && (rc = events_next(in)) == 0 && in->event.type != YAML_SEQUENCE_END_EVENT)
        rc = read_input(in, &t);
    if (rc == 0 && t.count) {
        flat_add(s->out, "/inputs/contract", FLAT_STRING, 1, &t.count, t.text[0], line);
        flat_add(s->out, "/inputs/aggregate", FLAT_STRING, 1, &t.count, t.text[1], line);
    }
    free_table(&t);
    return rc;
}

static int unknown(const struct spec *s, const char *group, const char *key)
{
    char known[600] = "", hint[ALIKE_HINT];

    schema_list(group, known, sizeof known);
    if (!known[0])
        return events_complain(&s->in, key, "is no name (letters, digits, _ . - ; at most 64)");
    return events_complain(&s->in, key, "unknown key%s; expected one of: %s",
                           schema_hint(group, key, hint), known);
}

static int read_mapping(struct spec *s, const char *group, const char *prefix);

/* The value of one key: a scalar of the group, a group below it, or a value that has a shape of
 * its own. */
static int read_value(struct spec *s, const char *group, const char *name, const char *key)
{
    bool top = strcmp(group, "/contract") == 0;
    char below[SCHEMA_PATH];

    snprintf(below, sizeof below, "%s/%s", top ? "" : group, name);
    if (strcmp(group, "/function/params") == 0 || schema_find(group, name))
        return read_scalar(s, group, name, key);
    if (strcmp(below, "/data/columns") == 0)
        return read_columns(s);
    if (spec_is_recipe(below))
        return spec_recipe(&s->in, s->out, below, key);
    if (strcmp(below, "/limits/plausible") == 0)
        return read_plausible(s);
    if (strcmp(below, "/inputs") == 0)
        return read_inputs(s);
    if (strcmp(below, "/contract") == 0 || !schema_knows(below, true))
        return unknown(s, group, key);
    return read_mapping(s, below, key);
}

/* Notes the name, unless it was noted before. */
static bool is_new(struct buf *seen, const char *name)
{
    char entry[TEXT_NAME + sizeof "//"];

    snprintf(entry, sizeof entry, "/%s/", name);
    if (seen->data && strstr(seen->data, entry))
        return false;
    buf_adds(seen, entry);
    return true;
}

/* One key of a mapping, and its value. */
static int read_entry(struct spec *s, const char *group, const char *prefix, struct buf *seen)
{
    char name[TEXT_NAME + 1], key[SCHEMA_PATH];

    if (events_expect(&s->in, YAML_SCALAR_EVENT, prefix, "a key") < 0)
        return -1;
    snprintf(key, sizeof key, "%s%s%.*s", prefix, prefix[0] ? "." : "", TEXT_NAME,
             events_scalar(&s->in));
    if (strlen(events_scalar(&s->in)) >= sizeof name || strchr(events_scalar(&s->in), '/'))
        return unknown(s, group, key);
    snprintf(name, sizeof name, "%s", events_scalar(&s->in));
    if (!is_new(seen, name))
        return events_complain(&s->in, key, "is given twice");
    return events_next(&s->in) < 0 ? -1 : read_value(s, group, name, key);
}

static int read_mapping(struct spec *s, const char *group, const char *prefix)
{
    struct buf seen = {0};
    int rc = events_expect(&s->in, YAML_MAPPING_START_EVENT, prefix, "keys and values");

    flat_add(s->out, group, FLAT_GROUP, 0, NULL, NULL, events_line(&s->in));
    while (rc == 0 && (rc = events_next(&s->in)) == 0 && s->in.event.type != YAML_MAPPING_END_EVENT)
        rc = read_entry(s, group, prefix, &seen);
    buf_free(&seen);
    return rc;
}

static int read_document(struct spec *s)
{
    static const char *const groups[] = {"/function", "/aggregate", "/filter", "/resources",
                                         "/limits"};
    struct events *in = &s->in;
    const int64_t newest = CONTRACT_FORMAT;

    if (events_next(in) < 0 || events_expect(in, YAML_STREAM_START_EVENT, "", "a stream") < 0 ||
        events_next(in) < 0)
        return -1;
    if (events_expect(in, YAML_DOCUMENT_START_EVENT, "", "a contract, found an empty file") < 0 ||
        events_next(in) < 0 || read_mapping(s, "/contract", "") < 0)
        return -1;
    if (events_next(in) < 0 || events_expect(in, YAML_DOCUMENT_END_EVENT, "", "the end") < 0 ||
        events_next(in) < 0 ||
        events_expect(in, YAML_STREAM_END_EVENT, "", "one document, here begins another") < 0)
        return -1;
    /* A group that the spec leaves out has its defaults, but data and work: which of
     * them is there says what kind of contract it is. */
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (!flat_find(s->out, groups[i]))
            flat_add(s->out, groups[i], FLAT_GROUP, 0, NULL, NULL, 1);
    /* Who writes a spec means what the format is today; a file is what it was. */
    if (!flat_find(s->out, "/contract@format"))
        flat_add(s->out, "/contract@format", FLAT_INTEGER, 0, NULL, &newest, 1);
    return flat_ok(s->out, in->e);
}

struct flat *spec_read(const char *path, struct err *e)
{
    struct spec s = {.out = NULL};
    int rc = events_open(&s.in, path, e);

    if (rc == 0)
        s.out = flat_create(e);
    rc = s.out ? read_document(&s) : -1;
    events_close(&s.in);
    if (rc == 0 && flat_find(s.out, "/data@formula"))
        rc = formula_expand(&s.out, path, e);
    if (rc == 0)
        return s.out;
    flat_destroy(s.out);
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "contract/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "contract/schema.h"
#include "util/file.h"
#include "util/parse.h"

enum { SPEC_MOST = 4 << 20, PATH_MOST = 256, LIST_MOST = 65536 };

/* A reading in progress: one event at a time, with the file's name for errors. */
struct spec {
    const char *name;
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    struct flat *out;
    struct err *e;
};

/* One error: file, line, key, what is wrong. Returns -1. */
static int complain(const struct spec *s, const char *key, const char *format, ...)
{
    char words[700];
    va_list ap;

    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    return err_set(s->e, ERR_INPUT, "%s:%zu: %s%s%s", s->name, s->event.start_mark.line + 1, key,
                   key[0] ? ": " : "", words);
}

/* Moves to the next event; syntax errors, aliases, anchors and tags end here. */
static int next(struct spec *s)
{
    if (s->has_event)
        yaml_event_delete(&s->event);
    s->has_event = false;
    if (!yaml_parser_parse(&s->parser, &s->event))
        return err_set(s->e, ERR_INPUT, "%s:%zu: not YAML: %s", s->name,
                       s->parser.problem_mark.line + 1,
                       s->parser.problem ? s->parser.problem : "unreadable");
    s->has_event = true;
    if (s->event.type == YAML_ALIAS_EVENT ||
        (s->event.type == YAML_SCALAR_EVENT && s->event.data.scalar.anchor) ||
        (s->event.type == YAML_MAPPING_START_EVENT && s->event.data.mapping_start.anchor) ||
        (s->event.type == YAML_SEQUENCE_START_EVENT && s->event.data.sequence_start.anchor))
        return complain(s, "", "anchors and aliases are not allowed");
    if ((s->event.type == YAML_SCALAR_EVENT && s->event.data.scalar.tag) ||
        (s->event.type == YAML_MAPPING_START_EVENT && s->event.data.mapping_start.tag) ||
        (s->event.type == YAML_SEQUENCE_START_EVENT && s->event.data.sequence_start.tag))
        return complain(s, "", "tags are not allowed");
    return 0;
}

static int expect(struct spec *s, yaml_event_type_t type, const char *key, const char *what)
{
    return s->event.type == type ? 0 : complain(s, key, "expected %s", what);
}

static unsigned line_of(const struct spec *s)
{
    return (unsigned)s->event.start_mark.line + 1;
}

static const char *scalar(const struct spec *s)
{
    return (const char *)s->event.data.scalar.value;
}

/* Adds a value, unless its path is there already. */
static int add(struct spec *s, const char *path, const char *key, const struct contract_param *v,
               unsigned line)
{
    if (flat_find(s->out, path))
        return complain(s, key, "is given twice");
    if (v->type == FLAT_STRING)
        flat_add(s->out, path, FLAT_STRING, 0, NULL, &v->string, line);
    else if (v->type == FLAT_NUMBER)
        flat_add(s->out, path, FLAT_NUMBER, 0, NULL, &v->number, line);
    else
        flat_add(s->out, path, v->type, 0, NULL, &v->integer, line);
    return 0;
}

/* A parameter of the function has no schema: a plain scalar is what it looks
 * like, a quoted one is a string. */
static struct contract_param guess(const struct spec *s)
{
    struct contract_param v = {.type = FLAT_STRING, .string = (char *)(uintptr_t)scalar(s)};
    bool plain = s->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

    if (plain && parse_i64(v.string, &v.integer) == 0)
        v.type = FLAT_INTEGER;
    else if (plain && parse_double(v.string, &v.number) == 0)
        v.type = FLAT_NUMBER;
    else if (plain && (strcmp(v.string, "true") == 0 || strcmp(v.string, "false") == 0)) {
        v.type = FLAT_BOOLEAN;
        v.integer = v.string[0] == 't';
    }
    if (v.type != FLAT_STRING)
        v.string = NULL;
    return v;
}

/* A scalar of the schema, or of /function/params. */
static int read_scalar(struct spec *s, const char *group, const char *name, const char *key)
{
    char path[PATH_MOST + 80], expected[300];
    const struct schema_field *f = schema_find(group, name);
    struct contract_param v;

    if (expect(s, YAML_SCALAR_EVENT, key, "one value") < 0)
        return -1;
    snprintf(path, sizeof path, "%s@%s", group, name);
    if (!f)
        v = guess(s);
    else if (schema_parse(f, scalar(s), &v, expected, sizeof expected) < 0)
        return complain(s, key, "found '%.80s', expected %s", scalar(s), expected);
    return add(s, path, key, &v, line_of(s));
}

/* A sequence of scalars, as copies that the caller frees. */
static int read_strings(struct spec *s, const char *key, char ***strings, size_t *count)
{
    *count = 0;
    *strings = err_alloc(1, sizeof **strings, "a list", s->e);
    if (!*strings || expect(s, YAML_SEQUENCE_START_EVENT, key, "a list: [a, b, …]") < 0)
        return -1;
    for (;;) {
        if (next(s) < 0)
            return -1;
        if (s->event.type == YAML_SEQUENCE_END_EVENT)
            return 0;
        if (expect(s, YAML_SCALAR_EVENT, key, "a list of single values") < 0)
            return -1;
        char **more = *count < LIST_MOST ? realloc(*strings, (*count + 1) * sizeof *more) : NULL;
        if (!more)
            return complain(s, key, "has more than %d entries", LIST_MOST);
        *strings = more;
        if (!(more[*count] = strdup(scalar(s))))
            return err_memory(s->e, "a list");
        (*count)++;
    }
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

/* data.columns: a list of names, or the word all. */
static int read_columns(struct spec *s)
{
    char **names;
    size_t count;
    unsigned line = line_of(s);

    if (s->event.type == YAML_SCALAR_EVENT && strcmp(scalar(s), "all") == 0)
        return 0;
    int rc = read_strings(s, "data.columns", &names, &count);
    if (rc == 0 && count == 0)
        rc = complain(s, "data.columns", "is empty; expected names, or all");
    if (rc == 0)
        flat_add(s->out, "/data/columns", FLAT_STRING, 1, &count, names, line);
    free_strings(names, count);
    return rc;
}

/* Rows of a table that becomes datasets of equal length. */
struct table {
    char **text[2];
    double *numbers[2];
    size_t count;
};

static int grow(struct spec *s, struct table *t)
{
    for (int i = 0; i < 2; i++) {
        char **text = realloc(t->text[i], (t->count + 1) * sizeof *text);
        if (!text)
            return err_memory(s->e, "a table");
        t->text[i] = text;
        text[t->count] = NULL;
        double *numbers = realloc(t->numbers[i], (t->count + 1) * sizeof *numbers);
        if (!numbers)
            return err_memory(s->e, "a table");
        t->numbers[i] = numbers;
    }
    t->count++;
    return t->count > LIST_MOST ? complain(s, "", "has more than %d entries", LIST_MOST) : 0;
}

static void free_table(struct table *t)
{
    for (int i = 0; i < 2; i++) {
        free_strings(t->text[i], t->text[i] ? t->count : 0);
        free(t->numbers[i]);
    }
}

/* limits.plausible: {feature: [lower, upper], …}. */
static int read_plausible(struct spec *s)
{
    static const char key[] = "limits.plausible";
    struct table t = {0};
    char **pair = NULL;
    size_t n = 0;
    unsigned line = line_of(s);
    int rc = expect(s, YAML_MAPPING_START_EVENT, key, "a map: {feature: [lower, upper], …}");

    while (rc == 0 && (rc = next(s)) == 0 && s->event.type != YAML_MAPPING_END_EVENT) {
        if ((rc = expect(s, YAML_SCALAR_EVENT, key, "a feature's name")) < 0 ||
            (rc = grow(s, &t)) < 0)
            break;
        t.text[0][t.count - 1] = strdup(scalar(s));
        if (!t.text[0][t.count - 1])
            rc = err_memory(s->e, key);
        if (rc == 0 && (rc = next(s)) == 0)
            rc = read_strings(s, key, &pair, &n);
        if (rc == 0 && (n != 2 || parse_double(pair[0], &t.numbers[0][t.count - 1]) < 0 ||
                        parse_double(pair[1], &t.numbers[1][t.count - 1]) < 0))
            rc = complain(s, key, "expected [lower, upper], two numbers");
        free_strings(pair, n);
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
static int read_input(struct spec *s, struct table *t)
{
    static const char *const keys[] = {"contract", "aggregate"};

    if (expect(s, YAML_MAPPING_START_EVENT, "inputs", "{contract: ID, aggregate: sha256:…}") < 0 ||
        grow(s, t) < 0)
        return -1;
    for (;;) {
        if (next(s) < 0)
            return -1;
        if (s->event.type == YAML_MAPPING_END_EVENT)
            break;
        int which = -1;
        for (int i = 0; i < 2; i++)
            if (s->event.type == YAML_SCALAR_EVENT && strcmp(scalar(s), keys[i]) == 0)
                which = i;
        if (which < 0 || t->text[which][t->count - 1])
            return complain(s, "inputs", "expected contract and aggregate, once each");
        if (next(s) < 0 || expect(s, YAML_SCALAR_EVENT, "inputs", "one value") < 0)
            return -1;
        if (!(t->text[which][t->count - 1] = strdup(scalar(s))))
            return err_memory(s->e, "inputs");
    }
    if (!t->text[0][t->count - 1] || !t->text[1][t->count - 1])
        return complain(s, "inputs", "expected both contract and aggregate");
    return 0;
}

static int read_inputs(struct spec *s)
{
    struct table t = {0};
    unsigned line = line_of(s);
    int rc = expect(s, YAML_SEQUENCE_START_EVENT, "inputs", "a list");

    while (rc == 0 && (rc = next(s)) == 0 && s->event.type != YAML_SEQUENCE_END_EVENT)
        rc = read_input(s, &t);
    if (rc == 0 && t.count) {
        flat_add(s->out, "/inputs/contract", FLAT_STRING, 1, &t.count, t.text[0], line);
        flat_add(s->out, "/inputs/aggregate", FLAT_STRING, 1, &t.count, t.text[1], line);
    }
    free_table(&t);
    return rc;
}

/* Names what a group may hold, for an error. */
static int unknown(struct spec *s, const char *group, const char *key)
{
    char known[600] = "";
    size_t n = 0;

    for (size_t i = 0; schema_field(i); i++)
        if (strcmp(schema_field(i)->group, group) == 0 && n < sizeof known)
            n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "",
                                  schema_field(i)->key);
    return complain(s, key, "unknown key; expected one of: %s%s", known,
                    strcmp(group, "/contract") == 0
                        ? ", function, aggregate, filter, resources, data, limits, inputs"
                        : "");
}

static int read_mapping(struct spec *s, const char *group, const char *prefix);

/* The value of one key: a scalar of the group, a group below it, or one of the
 * three values that have a shape of their own. */
static int read_value(struct spec *s, const char *group, const char *name, const char *prefix)
{
    char key[PATH_MOST], below[PATH_MOST + 80];

    snprintf(key, sizeof key, "%s%s%s", prefix, prefix[0] ? "." : "", name);
    snprintf(below, sizeof below, "%s/%s", prefix[0] ? group : "", name);
    if (strcmp(key, "data.columns") == 0)
        return read_columns(s);
    if (strcmp(key, "limits.plausible") == 0)
        return read_plausible(s);
    if (strcmp(key, "inputs") == 0)
        return read_inputs(s);
    if (strcmp(group, "/function/params") == 0 || schema_find(group, name))
        return read_scalar(s, group, name, key);
    if (strcmp(key, "contract") == 0 || !schema_has_group(below))
        return unknown(s, group, key);
    return read_mapping(s, below, key);
}

static int read_mapping(struct spec *s, const char *group, const char *prefix)
{
    char name[65];

    if (expect(s, YAML_MAPPING_START_EVENT, prefix, "keys and values") < 0)
        return -1;
    if (flat_find(s->out, group))
        return complain(s, prefix, "is given twice");
    flat_add_group(s->out, group);
    for (;;) {
        if (next(s) < 0)
            return -1;
        if (s->event.type == YAML_MAPPING_END_EVENT)
            return 0;
        if (expect(s, YAML_SCALAR_EVENT, prefix, "a key") < 0)
            return -1;
        if (strlen(scalar(s)) >= sizeof name || strpbrk(scalar(s), "/@"))
            return complain(s, prefix, "'%.80s' is no key", scalar(s));
        snprintf(name, sizeof name, "%s", scalar(s));
        if (next(s) < 0 || read_value(s, group, name, prefix) < 0)
            return -1;
    }
}

static int read_document(struct spec *s)
{
    static const char *const groups[] = {"/function",  "/aggregate", "/filter",
                                         "/resources", "/data",      "/limits"};

    if (next(s) < 0 || expect(s, YAML_STREAM_START_EVENT, "", "a stream") < 0 || next(s) < 0)
        return -1;
    if (expect(s, YAML_DOCUMENT_START_EVENT, "", "a contract, the file is empty") < 0 ||
        next(s) < 0 || read_mapping(s, "/contract", "") < 0)
        return -1;
    if (next(s) < 0 || expect(s, YAML_DOCUMENT_END_EVENT, "", "the end") < 0 || next(s) < 0 ||
        expect(s, YAML_STREAM_END_EVENT, "", "one document, here begins another") < 0)
        return -1;
    /* A group that the spec leaves out has its defaults. */
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (!flat_find(s->out, groups[i]))
            flat_add_group(s->out, groups[i]);
    return flat_ok(s->out, s->e);
}

struct flat *spec_read(const char *path, struct err *e)
{
    struct spec s = {.name = path, .e = e};
    char *text = NULL;
    size_t len;
    int rc = -1;

    if (file_read(path, SPEC_MOST, &text, &len, e) < 0)
        return NULL;
    if (strlen(text) != len || !yaml_parser_initialize(&s.parser)) {
        err_set(e, ERR_INPUT, "%s: is not text", path);
        free(text);
        return NULL;
    }
    yaml_parser_set_encoding(&s.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&s.parser, (const unsigned char *)text, len);
    s.out = flat_create(e);
    if (s.out)
        rc = read_document(&s);
    if (s.has_event)
        yaml_event_delete(&s.event);
    yaml_parser_delete(&s.parser);
    free(text);
    if (rc == 0)
        return s.out;
    flat_destroy(s.out);
    return NULL;
}

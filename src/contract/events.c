/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML file as one event after the other, each with its line. */
#include "contract/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/schema.h"
#include "util/store.h"

enum { SPEC_MOST = 4 << 20 }; /* bytes */

int events_complain(const struct events *s, const char *key, const char *format, ...)
{
    char words[900];
    va_list ap;

    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    return err_set(s->e, ERR_INPUT, "%s:%u: %s%s%s", s->name, events_line(s), key,
                   key[0] ? ": " : "", words);
}

/* The text is there. */
static int begin(struct events *s, size_t len)
{
    if (memchr(s->text, '\0', len))
        return err_set(s->e, ERR_INPUT, "%s: is not text in UTF-8 (it holds a NUL byte)", s->name);
    if (!yaml_parser_initialize(&s->parser))
        return err_memory(s->e, "a YAML parser");
    size_t mark = strncmp(s->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* as some editors write */
    yaml_parser_set_encoding(&s->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&s->parser, (const unsigned char *)s->text + mark, len - mark);
    return 0;
}

int events_open(struct events *s, const char *path, struct err *e)
{
    size_t len;

    *s = (struct events){.name = path, .e = e};
    return file_read(path, SPEC_MOST, &s->text, &len, e) < 0 ? -1 : begin(s, len);
}

int events_open_bytes(struct events *s, const char *name, const char *data, size_t len,
                      struct err *e)
{
    *s = (struct events){.name = name, .e = e};
    if (!(s->text = malloc(len + 1)))
        return err_memory(e, name);
    memcpy(s->text, data, len);
    s->text[len] = '\0';
    return begin(s, len);
}

void events_close(struct events *s)
{
    yaml_event_delete(&s->event);
    yaml_parser_delete(&s->parser);
    free(s->text);
}

/* libyaml says at which line it stopped, or, of bytes that are no characters,
 * at which byte. */
static int not_yaml(const struct events *s)
{
    const yaml_parser_t *p = &s->parser;
    size_t line = p->problem_mark.line + 1;

    if (p->error == YAML_READER_ERROR) {
        line = 1;
        for (size_t i = 0; i < p->problem_offset && s->text[i]; i++)
            line += s->text[i] == '\n';
    }
    return err_set(s->e, ERR_INPUT, "%s:%zu: not YAML in UTF-8: %s%s%s", s->name, line,
                   p->problem ? p->problem : "no memory", p->context ? ", " : "",
                   p->context ? p->context : "");
}

/* What every event may have and none here has. */
static int refuse_indirection(const struct events *s)
{
    const yaml_event_t *v = &s->event;
    const void *anchor = NULL, *tag = NULL;

    if (v->type == YAML_SCALAR_EVENT) {
        anchor = v->data.scalar.anchor;
        tag = v->data.scalar.tag;
        if (strlen(events_scalar(s)) != v->data.scalar.length)
            return events_complain(s, "", "a text may not hold NUL");
    } else if (v->type == YAML_MAPPING_START_EVENT) {
        anchor = v->data.mapping_start.anchor;
        tag = v->data.mapping_start.tag;
    } else if (v->type == YAML_SEQUENCE_START_EVENT) {
        anchor = v->data.sequence_start.anchor;
        tag = v->data.sequence_start.tag;
    }
    if (anchor || v->type == YAML_ALIAS_EVENT)
        return events_complain(s, "", "anchors and aliases (&, *) are not allowed");
    return tag ? events_complain(s, "", "tags (!) are not allowed") : 0;
}

int events_next(struct events *s)
{
    yaml_event_delete(&s->event);
    if (!yaml_parser_parse(&s->parser, &s->event))
        return not_yaml(s);
    return refuse_indirection(s);
}

int events_expect(const struct events *s, yaml_event_type_t type, const char *key, const char *what)
{
    return s->event.type == type ? 0 : events_complain(s, key, "expected %s", what);
}

const char *events_scalar(const struct events *s)
{
    return (const char *)s->event.data.scalar.value;
}

unsigned events_line(const struct events *s)
{
    return (unsigned)s->event.start_mark.line + 1;
}

int events_strings(struct events *s, const char *key, char ***strings, size_t *count)
{
    *count = 0;
    *strings = NULL;
    if (events_expect(s, YAML_SEQUENCE_START_EVENT, key, "a list: [a, b, …]") < 0)
        return -1;
    for (;;) {
        if (events_next(s) < 0)
            return -1;
        if (s->event.type == YAML_SEQUENCE_END_EVENT)
            return 0;
        if (events_expect(s, YAML_SCALAR_EVENT, key, "a list of single values") < 0)
            return -1;
        if (*count >= SCHEMA_LIST)
            return events_complain(s, key, "has more than %d entries", SCHEMA_LIST);
        char **more = realloc(*strings, (*count + 1) * sizeof *more);
        if (!more)
            return err_memory(s->e, "a list");
        *strings = more;
        if (!(more[*count] = strdup(events_scalar(s))))
            return err_memory(s->e, "a list");
        (*count)++;
    }
}

void events_free(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

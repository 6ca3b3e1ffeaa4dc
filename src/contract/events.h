/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A YAML file as one event after the other, each with its line.
 *
 * Anchors, aliases, tags and NUL in text never get past events_next(): a spec
 * means what it shows.
 *
 * Convention: private to this layer and to site/policy. A function here returns 0, or -1 and file,
 * line, key and what is wrong.
 */
#ifndef CONTRACT_EVENTS_H
#define CONTRACT_EVENTS_H

#include <stdbool.h>
#include <yaml.h>

#include "util/err.h"

struct events {
    const char *name; /* of the file, for errors */
    char *text;       /* its contents */
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    struct err *e;
};

/* Effect: reads the file; then, or after a failure, events_close() is due. */
int events_open(struct events *s, const char *path, struct err *e);

/* The same of bytes that were read already, which are copied; name is for errors. */
int events_open_bytes(struct events *s, const char *name, const char *data, size_t len,
                      struct err *e);
void events_close(struct events *s);

/* Effect: moves to the next event. */
int events_next(struct events *s);

/* Fails unless the present event is of that type; what: what is expected. */
int events_expect(const struct events *s, yaml_event_type_t type, const char *key,
                  const char *what);

/* Returns the text of the present event, a scalar; its line. */
const char *events_scalar(const struct events *s);
unsigned events_line(const struct events *s);

/* Effect: reads the sequence that begins here; the strings are copies, which the
 * caller frees with events_free(), after a failure too. */
int events_strings(struct events *s, const char *key, char ***strings, size_t *count);
void events_free(char **strings, size_t count);

/* One error about the key at the present line. Returns -1. */
int events_complain(const struct events *s, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

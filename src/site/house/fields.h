/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of a text that a centre has written for others: each a key, a space and a value, in an
 * order that its format gives.
 *
 * Convention: such a text is hostile. Each line is asked for by its key; one that is missing, has
 * another key or a value that is none is ERR_INPUT, which names text and line. What is left at the
 * end is for the caller.
 */
#ifndef SITE_HOUSE_FIELDS_H
#define SITE_HOUSE_FIELDS_H

#include <stdbool.h>

#include "ledger/record.h"
#include "util/err.h"

enum { FIELDS_LINE = 512 }; /* bytes of a line, with a NUL in place of its LF */

struct fields {
    const char *what; /* the text is, for errors: "a roster" */
    const char *at, *end;
    size_t number;          /* of the line that was read last */
    char line[FIELDS_LINE]; /* it: printable ASCII */
};

void fields_begin(struct fields *f, const char *what, const char *data, size_t len);

/* Whether nothing is left. */
bool fields_end(const struct fields *f);

/* Effect: the next line is in f->line. */
int fields_next(struct fields *f, struct err *e);

/* Effect: says that the last line is wrong. Returns -1. */
int fields_wrong(const struct fields *f, const char *expected, struct err *e);

/* Reads the first line, which is the name of the format. */
int fields_heading(struct fields *f, const char *heading, struct err *e);

/* Returns the value of the next line, which is of that key and not empty, or NULL. It is there until
 * the next is read. */
const char *fields_value(struct fields *f, const char *key, struct err *e);

/* The same for a number, the key of a run, and exactly so many bytes in hexadecimal. */
int fields_number(struct fields *f, const char *key, uint64_t least, uint64_t most, uint64_t *value,
                  struct err *e);
int fields_run(struct fields *f, char run[static RUN_HEX + 1], struct err *e);
int fields_bytes(struct fields *f, const char *key, uint8_t *bytes, size_t len, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A field of a CSV record: how it is cut out, and what it means.
 *
 * Convention: a field points into its record, without the quotes and blanks
 * around it; blanks are spaces and tabs.
 */
#ifndef DATA_CSV_FIELD_H
#define DATA_CSV_FIELD_H

#include <stdbool.h>
#include <stddef.h>

struct csv_field {
    const char *text;
    size_t len;
    bool quoted; /* then a quote in the text stands twice */
};

enum csv_kind {
    CSV_NUMBER = 1, /* a finite number */
    CSV_MISSING,    /* nothing, or a word that says so */
    CSV_INFINITE,   /* an infinity, or a number that no double can hold */
    CSV_TEXT,       /* anything else */
};

enum { CSV_SHOWN = 48 }; /* bytes of csv_field_show()'s text */

/* Cuts out the field that begins at *p, and moves *p to the comma after it or to
 * end. Returns -1 when its quotes are not those of RFC 4180: *p is then there. */
int csv_field_next(const char **p, const char *end, struct csv_field *f);

/* Returns what the field is; *value is set for a number only. */
enum csv_kind csv_field_value(const struct csv_field *f, double *value);

/* Reads a field that is a bare number, the one case that must be fast. Returns
 * the comma after it or end; NULL, if it is anything else. */
const char *csv_field_number(const char *p, const char *end, double *value);

/* Whether the field, as a text, is missing: quoted words are texts. */
bool csv_field_is_hole(const struct csv_field *f);

/* Effect: copies the text with doubled quotes made single and a NUL behind it, which takes f->len + 1
 * bytes at most. Returns its length. */
size_t csv_field_copy(char *to, const struct csv_field *f);

/* Returns the text with doubled quotes made single, which the caller frees; NULL
 * when there is no memory. */
char *csv_field_text(const struct csv_field *f);

/* Effect: writes the beginning of the field, printable, in quotes. Returns text. */
const char *csv_field_show(char text[static CSV_SHOWN], const struct csv_field *f);

#endif

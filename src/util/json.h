/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The canonical text of a JSON value: RFC 8785 (JCS).
 */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <jansson.h>

#include "util/buf.h"

/* Appends the canonical text: members sorted by UTF-16 code units, numbers in
 * ECMAScript's form, no space. Integers of more than 2^53 in magnitude must
 * have been made strings before; real numbers must be finite. */
void json_canonical(const json_t *value, struct buf *b);

/* Appends a JSON string, quoted and escaped as RFC 8785 says. */
void json_quote(const char *text, struct buf *b);

/* Appends such a string that a terminal may be shown, too: who reads it as JSON gets the same
 * characters, but those that are not seen stand there as \u202e. A byte that is not UTF-8 cannot
 * be in JSON; for 0xE9 the string has the text <0xE9>. */
void json_quote_shown(const char *text, struct buf *b);

/* Appends JSON text without spaces in the same way. */
void json_show(const char *json, struct buf *b);

#endif

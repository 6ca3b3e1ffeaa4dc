/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks on text from elsewhere.
 */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_NAME = 64 }; /* bytes of a name, without its NUL */

/* Whether the text is well-formed UTF-8 (no overlong form, no surrogate). */
bool text_is_utf8(const char *text);

/* Whether the text is [A-Za-z0-9] followed by others of [A-Za-z0-9_.-], in all at most
 * TEXT_NAME bytes: what names of data, sites, nodes and functions may look like. */
bool text_is_name(const char *text);

/* Effect: copies text into out (size bytes), each byte that a name may not hold
 * replaced by '-', so that text_is_name() holds. Returns out. */
char *text_to_name(char *out, size_t size, const char *text);

/* Effect: replaces every byte that is part of no UTF-8 sequence, and every control
 * character, by '?', in place. For texts that were cut, or quote a file. */
void text_clean(char *text);

/* Effect: copies text into out (size bytes) with control characters (those of
 * U+0080 to U+009F, too) and bytes that are not UTF-8 replaced by '?', so that a
 * terminal shows it and does nothing else. Returns out. */
char *text_printable(char *out, size_t size, const char *text);

/* Returns the next line of *rest, of *len bytes without its LF, and moves *rest behind it; NULL
 * at the end. */
const char *text_line(const char **rest, size_t *len);

#endif

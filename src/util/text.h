/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks on text from elsewhere.
 */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TEXT_NAME = 64,  /* bytes of a name, without its NUL */
    TEXT_SHOWN = 16, /* bytes of one character as it is shown, with a NUL */
};

/* One character of a text from elsewhere. */
struct text_char {
    int32_t code;           /* its number; -1: a byte that is not UTF-8 */
    bool seen;              /* who reads the text sees that it is there, and which one it is */
    char shown[TEXT_SHOWN]; /* itself; one that is not seen as <U+00A0>, a byte as <0xE9> */
    size_t size, columns;   /* bytes of that, and columns */
};

/* Whether the text is well-formed UTF-8 (no overlong form, no surrogate). */
bool text_is_utf8(const char *text);

/* Whether a character of the text, which is UTF-8, is white space to Unicode. */
bool text_has_space(const char *text);

/* Whether the text is [A-Za-z0-9] followed by others of [A-Za-z0-9_.-], in all at most
 * TEXT_NAME bytes: what names of data, sites, nodes and functions may look like. */
bool text_is_name(const char *text);

/* Returns which of so many names a text is, some of which may be NULL; -1 if none. */
int text_among(const char *const *names, size_t count, const char *text);

/* Effect: copies text into out (size bytes), each byte that a name may not hold
 * replaced by '-', so that text_is_name() holds. Returns out. */
char *text_to_name(char *out, size_t size, const char *text);

/* Effect: replaces every byte that is part of no UTF-8 sequence, and every control
 * character, by '?', in place. Decisions in words are kept and compared in this form, so
 * that it never changes; all other texts are shown. */
void text_clean(char *text);

/* Returns how many bytes of a text, of so many at most, are characters of ASCII that are seen, or
 * spaces: nearly all of most texts, which need no more than to be copied. */
size_t text_plain(const char *text, size_t most);

/* Effect: c is the first character of a text that is not empty. Returns its bytes there. */
size_t text_char(struct text_char *c, const char *text);

/* Effect: copies text into out (size bytes) so that a terminal shows all of it and obeys
 * none of it. What is not seen is written by its number: a control character, a space other
 * than U+0020, a character without width or that turns the line round as <U+00A0>, a byte
 * that is not UTF-8 as <0xE9>. What does not fit is left out. Returns out. */
char *text_printable(char *out, size_t size, const char *text);

/* Effect: copies text into out in the same way, but shows only bytes that are not UTF-8: for what
 * has its own way to show the others. Returns out. */
char *text_valid(char *out, size_t size, const char *text);

/* Effect: as text_printable() in place; size is that of the array. For texts that quote others and are
 * sent or kept. */
void text_show(char *text, size_t size);

/* Returns the next line of *rest, of *len bytes without its LF, and moves *rest behind it; NULL
 * at the end. */
const char *text_line(const char **rest, size_t *len);

#endif

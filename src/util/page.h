/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page: what is to be shown, in which all that comes from elsewhere is harmless.
 *
 * Lines, columns and colours are made by the formats alone, which are the program's own. A
 * string that a format is given is shown as text_printable() does: no terminal obeys it, and it
 * begins no line. Nothing else goes to standard output or standard error.
 *
 * Convention: zero-initialise, add, then ask page_failed() once. A page that may be long is given
 * somebody who takes it, whole lines at a time, so that it is never in memory as a whole.
 */
#ifndef UTIL_PAGE_H
#define UTIL_PAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum { PAGE_PART = 65536 }; /* bytes that are taken at once, or a line if that is longer */

struct page {
    struct buf text;                                           /* page.c's alone */
    void (*take)(void *context, const char *text, size_t len); /* NULL: all of it stays here */
    void *context;
};

/* Appends as show_addv() does. */
void page_addf(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_addv(struct page *p, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Appends text of the program's own, with its line feeds: help. */
void page_own(struct page *p, const char *text);

/* Appends a JSON string, or a document in one line. */
void page_quote(struct page *p, const char *text);
void page_json(struct page *p, const char *json);

/* What came of a character so far; it begins as {0}. */
struct page_part {
    char text[8];
    size_t len;
};

/* Appends what another program prints, part by part: its line feeds and tabs stay, CR LF is a line
 * feed, and all else is shown. A last call with nothing ends it. */
void page_pass(struct page *p, struct page_part *part, const char *text, size_t len);

/* Returns what is on it and was not taken, "" if there is nothing. */
const char *page_text(const struct page *p);

/* Effect: the rest is taken. */
void page_finish(struct page *p);

/* Effect: what follows is not appended. Returns whether that is so, as for want of memory. */
void page_fail(struct page *p);
bool page_failed(const struct page *p);

/* Effect: frees the memory. */
void page_free(struct page *p);

#endif

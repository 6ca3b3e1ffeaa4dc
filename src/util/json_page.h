/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A JSON document as it is written onto a page: indented by 2, numbers in full.
 *
 * Members have a key; what is in a list, and the document itself, has NULL for it. Strings come
 * from json_quote_shown(). What it cannot be built for, want of memory or of levels, fails
 * the page.
 *
 * Convention: begin with {.to = page}; what is opened is closed by json_page_end().
 */
#ifndef UTIL_JSON_PAGE_H
#define UTIL_JSON_PAGE_H

#include <stdint.h>

#include "util/page.h"

enum { JSON_PAGE_DEPTH = 32 }; /* levels of a document */

struct json_page {
    struct page *to;
    unsigned depth;
    bool some; /* the innermost level has something in it */
    char closing[JSON_PAGE_DEPTH];
};

void json_page_object(struct json_page *j, const char *key);
void json_page_list(struct json_page *j, const char *key);
void json_page_end(struct json_page *j);

/* NULL is null. */
void json_page_text(struct json_page *j, const char *key, const char *text);
void json_page_integer(struct json_page *j, const char *key, int64_t value);
void json_page_count(struct json_page *j, const char *key, uint64_t value);
/* 17 digits; NaN and the infinities, for which JSON has no number, are null. */
void json_page_number(struct json_page *j, const char *key, double value);
void json_page_boolean(struct json_page *j, const char *key, bool value);
void json_page_null(struct json_page *j, const char *key);

/* What a JSON text has; if it is none, the page fails. */
void json_page_parsed(struct json_page *j, const char *key, const char *text);

#endif

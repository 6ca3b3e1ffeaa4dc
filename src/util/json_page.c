/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON document as it is written onto a page. */
#include "util/json_page.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A line feed, and two spaces for each level. */
static void begin_line(struct json_page *j)
{
    static const char spaces[2 * JSON_PAGE_DEPTH + 1] = "                                "
                                                        "                                ";

    page_own(j->to, "\n");
    page_own(j->to, spaces + 2 * (JSON_PAGE_DEPTH - j->depth));
}

/* Begins a line for what follows. */
static void begin(struct json_page *j, const char *key)
{
    if (j->depth > 0 && j->some)
        page_own(j->to, ",");
    if (j->depth > 0)
        begin_line(j);
    j->some = true;
    if (key) {
        page_quote(j->to, key);
        page_own(j->to, ": ");
    }
}

static void open_level(struct json_page *j, const char *key, char opening, char closing)
{
    begin(j, key);
    page_addf(j->to, "%c", opening);
    if (j->depth == JSON_PAGE_DEPTH) {
        page_fail(j->to);
        return;
    }
    j->closing[j->depth++] = closing;
    j->some = false;
}

void json_page_object(struct json_page *j, const char *key)
{
    open_level(j, key, '{', '}');
}

void json_page_list(struct json_page *j, const char *key)
{
    open_level(j, key, '[', ']');
}

void json_page_end(struct json_page *j)
{
    if (j->depth == 0) {
        page_fail(j->to);
        return;
    }
    j->depth--;
    if (j->some)
        begin_line(j);
    page_addf(j->to, "%c", j->closing[j->depth]);
    j->some = true;
    if (j->depth == 0)
        page_addf(j->to, "\n");
}

void json_page_text(struct json_page *j, const char *key, const char *text)
{
    if (!text) {
        json_page_null(j, key);
        return;
    }
    begin(j, key);
    page_quote(j->to, text);
}

void json_page_integer(struct json_page *j, const char *key, int64_t value)
{
    begin(j, key);
    page_addf(j->to, "%" PRId64, value);
}

void json_page_count(struct json_page *j, const char *key, uint64_t value)
{
    begin(j, key);
    page_addf(j->to, "%" PRIu64, value);
}

void json_page_number(struct json_page *j, const char *key, double value)
{
    char text[40];

    if (!isfinite(value)) {
        json_page_null(j, key);
        return;
    }
    snprintf(text, sizeof text, "%.17g", value);
    begin(j, key);
    page_addf(j->to, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

void json_page_boolean(struct json_page *j, const char *key, bool value)
{
    begin(j, key);
    page_addf(j->to, "%s", value ? "true" : "false");
}

void json_page_null(struct json_page *j, const char *key)
{
    begin(j, key);
    page_own(j->to, "null");
}

static void add_value(struct json_page *j, const char *key, const json_t *value);

static void add_object(struct json_page *j, const char *key, const json_t *value)
{
    const char *name;
    json_t *member;

    json_page_object(j, key);
    json_object_foreach((json_t *)(uintptr_t)value, name, member) add_value(j, name, member);
    json_page_end(j);
}

static void add_list(struct json_page *j, const char *key, const json_t *value)
{
    json_page_list(j, key);
    for (size_t i = 0; i < json_array_size(value); i++)
        add_value(j, NULL, json_array_get(value, i));
    json_page_end(j);
}

static void add_value(struct json_page *j, const char *key, const json_t *value)
{
    if (page_failed(j->to)) /* nor deeper than there are levels */
        return;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(j, key, value);
        break;
    case JSON_ARRAY:
        add_list(j, key, value);
        break;
    case JSON_STRING:
        json_page_text(j, key, json_string_value(value));
        break;
    case JSON_INTEGER:
        json_page_integer(j, key, json_integer_value(value));
        break;
    case JSON_REAL:
        json_page_number(j, key, json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_page_boolean(j, key, json_is_true(value));
        break;
    case JSON_NULL:
        json_page_null(j, key);
        break;
    }
}

void json_page_parsed(struct json_page *j, const char *key, const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    if (value)
        add_value(j, key, value);
    else
        page_fail(j->to);
    json_decref(value);
}

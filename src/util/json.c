/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical text of a JSON value. */
#include "util/json.h"

#include <stdint.h>

#include "util/parse.h"
#include "util/text.h"

void json_quote(const char *text, struct buf *b)
{
    static const char escapes[] = "btnvfr"; /* of 8 to 13; RFC 8785 has no \v */

    buf_addc(b, '"');
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            buf_addf(b, "\\%c", c);
        else if (c >= 8 && c <= 13 && c != 11)
            buf_addf(b, "\\%c", escapes[c - 8]);
        else if (c < 0x20)
            buf_addf(b, "\\u%04x", c);
        else
            buf_addc(b, *p);
    }
    buf_addc(b, '"');
}

/* Appends the character as the escapes of its UTF-16 code units. */
static void add_escape(int32_t code, struct buf *b)
{
    unsigned c = (unsigned)code;

    if (c >= 0x10000)
        buf_addf(b, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
    else
        buf_addf(b, "\\u%04x", c);
}

/* Appends what JSON text begins with. Returns its bytes there. */
static size_t add_shown(const char *json, struct buf *b)
{
    size_t n = text_plain(json, SIZE_MAX);
    struct text_char c;

    buf_add(b, json, n);
    if (n > 0)
        return n;
    n = text_char(&c, json);
    if (c.seen || c.code < 0)
        buf_add(b, c.shown, c.size);
    else
        add_escape(c.code, b);
    return n;
}

void json_show(const char *json, struct buf *b)
{
    while (*json)
        json += add_shown(json, b);
}

void json_quote_shown(const char *text, struct buf *b)
{
    struct buf quoted = {0};

    json_quote(text, &quoted);
    if (!buf_failed(&quoted))
        json_show(quoted.data, b);
    b->failed |= buf_failed(&quoted);
    buf_free(&quoted);
}

/* UTF-16 order differs from byte order only where one side is outside the basic
 * plane (lead byte 0xf0 and up) and the other is U+E000 to U+FFFF (0xee, 0xef):
 * there the surrogate pair comes first. */
static int by_utf16(const void *a, const void *b)
{
    const unsigned char *x = *(const unsigned char *const *)a;
    const unsigned char *y = *(const unsigned char *const *)b;

    while (*x && *x == *y)
        x++, y++;
    if ((*x >= 0xf0 && (*y == 0xee || *y == 0xef)) || (*y >= 0xf0 && (*x == 0xee || *x == 0xef)))
        return *x >= 0xf0 ? -1 : 1;
    return *x < *y ? -1 : *x > *y;
}

static void add_object(const json_t *object, struct buf *b)
{
    size_t n = json_object_size(object), i = 0;
    const char **keys = calloc(n ? n : 1, sizeof *keys);
    const char *key;
    json_t *value;

    if (!keys) {
        b->failed = true;
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value) keys[i++] = key;
    qsort(keys, n, sizeof *keys, by_utf16);
    buf_addc(b, '{');
    for (i = 0; i < n; i++) {
        if (i)
            buf_addc(b, ',');
        json_quote(keys[i], b);
        buf_addc(b, ':');
        json_canonical(json_object_get(object, keys[i]), b);
    }
    buf_addc(b, '}');
    free(keys);
}

static void add_array(const json_t *array, struct buf *b)
{
    buf_addc(b, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            buf_addc(b, ',');
        json_canonical(json_array_get(array, i), b);
    }
    buf_addc(b, ']');
}

void json_canonical(const json_t *value, struct buf *b)
{
    char number[NUMBER_TEXT];

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(value, b);
        break;
    case JSON_ARRAY:
        add_array(value, b);
        break;
    case JSON_STRING:
        json_quote(json_string_value(value), b);
        break;
    case JSON_INTEGER:
        buf_addf(b, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        buf_adds(b, format_double(number, json_real_value(value)));
        break;
    case JSON_TRUE:
        buf_adds(b, "true");
        break;
    case JSON_FALSE:
        buf_adds(b, "false");
        break;
    case JSON_NULL:
        buf_adds(b, "null");
        break;
    }
}

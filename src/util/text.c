/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks on text from elsewhere. */
#include "util/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Returns the bytes of the UTF-8 sequence at p, 0 if it is malformed. */
static size_t sequence(const unsigned char *p)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

    if (n < 2)
        return n;
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

bool text_is_utf8(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    while (*p) {
        size_t n = sequence(p);
        if (n == 0)
            return false;
        p += n;
    }
    return true;
}

static bool name_byte(char c, bool first)
{
    return isalnum((unsigned char)c) || (!first && c != '\0' && strchr("_.-", c));
}

bool text_is_name(const char *text)
{
    size_t n = strlen(text);

    if (n == 0 || n > TEXT_NAME)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!name_byte(text[i], i == 0))
            return false;
    return true;
}

int text_among(const char *const *names, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] && strcmp(names[i], text) == 0)
            return (int)i;
    return -1;
}

char *text_to_name(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text && n + 1 < size && n < TEXT_NAME; text++, n++)
        out[n] = name_byte(*text, n == 0) ? *text : n == 0 ? 'x' : '-';
    if (n == 0)
        out[n++] = 'x';
    out[n] = '\0';
    return out;
}

/* Whether nobody sees that the character is there, or what it is. */
static bool is_unseen(int32_t c)
{
    if (c >= ' ' && c < 0x7f) /* nearly always */
        return false;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    case UTF8PROC_CATEGORY_ZS:
        return c != ' ';
    default:
        return utf8proc_get_property(c)->ignorable;
    }
}

size_t text_plain(const char *text, size_t most)
{
    size_t n = 0;

    while (n < most && text[n] >= ' ' && text[n] < 0x7f)
        n++;
    return n;
}

size_t text_char(struct text_char *c, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t n = sequence(p);
    utf8proc_int32_t code = -1;

    if (n > 0)
        utf8proc_iterate(p, (utf8proc_ssize_t)n, &code);
    *c = (struct text_char){.code = code, .seen = n > 0 && !is_unseen(code)};
    if (n == 0)
        snprintf(c->shown, sizeof c->shown, "<0x%02X>", *p);
    else if (!c->seen)
        snprintf(c->shown, sizeof c->shown, "<U+%04X>", (unsigned)code);
    else
        memcpy(c->shown, text, n);
    c->size = c->seen ? n : strlen(c->shown);
    c->columns = c->seen ? (size_t)utf8proc_charwidth(code) : c->size;
    return n ? n : 1;
}

static bool is_space(int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return (c >= '\t' && c <= '\r') || c == 0x85;
    }
}

bool text_has_space(const char *text)
{
    struct text_char c;

    for (size_t n; *text; text += n) {
        n = text_char(&c, text);
        if (c.code >= 0 && is_space(c.code))
            return true;
    }
    return false;
}

/* Copies what fits. What is not UTF-8 is shown, and, unless it is to be valid only, what is not
 * seen. */
static char *copy(char *out, size_t size, const char *text, bool valid)
{
    struct text_char c;
    size_t used = 0;

    for (size_t n; *text; text += n) {
        n = text_char(&c, text);
        bool as_it_is = valid && c.code >= 0;
        size_t width = as_it_is ? n : c.size;
        if (used + width >= size)
            break;
        memcpy(out + used, as_it_is ? text : c.shown, width);
        used += width;
    }
    out[used] = '\0';
    return out;
}

char *text_printable(char *out, size_t size, const char *text)
{
    return copy(out, size, text, false);
}

char *text_valid(char *out, size_t size, const char *text)
{
    return copy(out, size, text, true);
}

void text_show(char *text, size_t size)
{
    char *old = strdup(text);

    if (old)
        text_printable(text, size, old);
    else
        text_clean(text);
    free(old);
}

void text_clean(char *text)
{
    while (*text) {
        size_t n = sequence((const unsigned char *)text);
        if (n == 0 || (unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = '?';
            n = 1;
        }
        text += n;
    }
}

const char *text_line(const char **rest, size_t *len)
{
    const char *line = *rest;

    if (!*line)
        return NULL;
    *len = strcspn(line, "\n");
    *rest = line + *len + (line[*len] == '\n');
    return line;
}

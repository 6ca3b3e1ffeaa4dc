/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A string of bytes that grows. */
#include "util/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMATTED = 64 }; /* bytes that most formats make at most */

/* Makes room for len more bytes and a NUL. */
static bool reserve(struct buf *b, size_t len)
{
    if (b->failed)
        return false;
    if (len >= SIZE_MAX / 4 - b->len) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + len + 1;
    if (need <= b->capacity)
        return true;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(b->data, capacity);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
    if (!reserve(b, len))
        return;
    if (len)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list ap, again;

    if (!reserve(b, FORMATTED))
        return;
    size_t room = b->capacity - b->len;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(b->data + b->len, room, format, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n >= room && reserve(b, (size_t)n))
        vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
    va_end(again);
    b->failed |= n < 0;
    if (buf_failed(b))
        b->data[b->len] = '\0';
    else
        b->len += (size_t)n;
}

bool buf_failed(const struct buf *b)
{
    return b->failed;
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and texts one after the other, as two processes hand them to each other. */
#include "util/wire.h"

#include <string.h>

enum { UNIT = sizeof(uint64_t) };

void wire_add_number(struct buf *b, uint64_t number)
{
    buf_add(b, &number, sizeof number);
}

void wire_add_doubles(struct buf *b, const double *numbers, size_t count)
{
    buf_add(b, numbers, count * sizeof *numbers);
}

void wire_add_text(struct buf *b, const char *text)
{
    static const char zeros[UNIT];
    size_t len = text ? strlen(text) + 1 : 0;

    wire_add_number(b, len);
    buf_add(b, text, len);
    buf_add(b, zeros, (UNIT - len % UNIT) % UNIT);
}

/* Returns len bytes, with what follows them to a multiple of 8. */
static const char *take(struct wire *w, size_t len)
{
    size_t left = w->len - w->at;

    if (w->failed || len > left || (len + UNIT - 1) / UNIT * UNIT > left) {
        w->failed = true;
        return NULL;
    }
    const char *p = w->data + w->at;
    w->at += (len + UNIT - 1) / UNIT * UNIT;
    return p;
}

uint64_t wire_number(struct wire *w)
{
    const char *p = take(w, sizeof(uint64_t));
    uint64_t number = 0;

    if (p)
        memcpy(&number, p, sizeof number);
    return number;
}

int64_t wire_signed(struct wire *w)
{
    return (int64_t)wire_number(w);
}

const double *wire_doubles(struct wire *w, size_t count)
{
    if (count > w->len / sizeof(double))
        w->failed = true;
    return (const double *)(const void *)take(w, count * sizeof(double));
}

const char *wire_text(struct wire *w)
{
    size_t len = wire_number(w);

    if (len == 0)
        return NULL;
    const char *text = take(w, len);
    if (!text || strnlen(text, len) != len - 1) {
        w->failed = true;
        return NULL;
    }
    return text;
}

bool wire_read_all(const struct wire *w)
{
    return !w->failed && w->at == w->len;
}

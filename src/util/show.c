/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as printf makes it, in which every string is shown. */
#include "util/show.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "util/text.h"

/* One conversion of a format. */
struct spec {
    char flags[8];
    int width, precision; /* -1: none */
    char length[3];
    char what;
};

struct arguments {
    va_list list; /* in a struct, as it is passed by pointer */
};

/* Reads digits, or takes the argument for a star. */
static const char *read_number(const char *at, int *number, struct arguments *a)
{
    *number = 0;
    if (*at == '*') {
        *number = va_arg(a->list, int);
        return at + 1;
    }
    for (; *at >= '0' && *at <= '9'; at++)
        *number = *number < 10000 ? *number * 10 + (*at - '0') : *number;
    return at;
}

/* Reads what follows a per cent sign. Returns what follows that. */
static const char *read_spec(const char *at, struct spec *s, struct arguments *a)
{
    size_t n = strspn(at, "-+ #0");

    *s = (struct spec){.precision = -1};
    snprintf(s->flags, sizeof s->flags, "%.*s", (int)n, at);
    at = read_number(at + n, &s->width, a);
    if (*at == '.')
        at = read_number(at + 1, &s->precision, a);
    n = strspn(at, "lzj");
    snprintf(s->length, sizeof s->length, "%.*s", (int)n, at);
    at += n;
    s->what = *at;
    return *at ? at + 1 : at;
}

/* Appends a string from elsewhere. The precision is bytes of the string, as printf has it; no
 * character is cut in two. Returns its columns. */
static size_t add_shown(struct buf *b, const char *text, int precision)
{
    size_t columns = 0, used = 0, most = precision < 0 ? SIZE_MAX : (size_t)precision;
    struct text_char c;

    for (size_t n; used < most && text[used]; used += n) {
        n = text_plain(text + used, most - used);
        buf_add(b, text + used, n);
        columns += n;
        if (n > 0)
            continue;
        n = text_char(&c, text + used);
        if (n > most - used)
            break;
        buf_add(b, c.shown, c.size);
        columns += c.columns;
    }
    return columns;
}

/* The same in its field. */
static void add_string(struct buf *b, const struct spec *s, const char *text)
{
    size_t start = b->len, columns = add_shown(b, text ? text : "", s->precision);
    int width = s->width < 0 ? -s->width : s->width;
    int pad = width > (int)columns ? width - (int)columns : 0;
    bool left = s->width < 0 || strchr(s->flags, '-');

    if (pad > 0)
        buf_addf(b, "%*s", pad, "");
    if (pad > 0 && !buf_failed(b) && !left) {
        memmove(b->data + start + pad, b->data + start, b->len - start - (size_t)pad);
        memset(b->data + start, ' ', (size_t)pad);
    }
}

static intmax_t next_integer(const struct spec *s, struct arguments *a)
{
    if (s->length[0] == 'j')
        return va_arg(a->list, intmax_t);
    if (s->length[0] == 'z')
        return va_arg(a->list, ssize_t);
    if (s->length[0] == 'l')
        return s->length[1] ? va_arg(a->list, long long) : va_arg(a->list, long);
    return va_arg(a->list, int);
}

static uintmax_t next_unsigned(const struct spec *s, struct arguments *a)
{
    if (s->length[0] == 'j')
        return va_arg(a->list, uintmax_t);
    if (s->length[0] == 'z')
        return va_arg(a->list, size_t);
    if (s->length[0] == 'l')
        return s->length[1] ? va_arg(a->list, unsigned long long) : va_arg(a->list, unsigned long);
    return va_arg(a->list, unsigned);
}

static bool in_field(const struct spec *s)
{
    return s->width != 0 || s->precision >= 0;
}

/* The formats of printf are made here, of what the program's own have. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Effect: format is that of a number, for which width and precision are given only if there are
 * any: nearly always there are none, and printf is several times as fast without. */
static void make_format(char format[static 16], const struct spec *s)
{
    size_t n = strlen(s->flags);

    *format++ = '%';
    memcpy(format, s->flags, n);
    format += n;
    if (in_field(s)) {
        memcpy(format, "*.*", 3);
        format += 3;
    }
    if (strchr("duxXo", s->what))
        *format++ = 'j';
    *format++ = s->what;
    *format = '\0';
}

#define ADD_NUMBER(value)                                       \
    do {                                                        \
        if (in_field(s))                                        \
            buf_addf(b, format, s->width, s->precision, value); \
        else                                                    \
            buf_addf(b, format, value);                         \
    } while (0)

/* Appends the argument that the conversion is for. */
static void add_argument(struct buf *b, const struct spec *s, struct arguments *a)
{
    const char letter[] = {s->what == 'c' ? (char)va_arg(a->list, int) : '\0', '\0'};
    char format[16];

    make_format(format, s);
    switch (s->what) {
    case 'd':
        ADD_NUMBER(next_integer(s, a));
        break;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        ADD_NUMBER(next_unsigned(s, a));
        break;
    case 'f':
    case 'g':
    case 'e':
        ADD_NUMBER(va_arg(a->list, double));
        break;
    case 'c':
        add_string(b, s, letter);
        break;
    case 's':
        add_string(b, s, va_arg(a->list, const char *));
        break;
    case '%':
        buf_addc(b, '%');
        break;
    default:
        b->failed = true; /* of a fault of this program, rather than show what it is not */
    }
}

void show_addv(struct buf *b, const char *format, va_list ap)
{
    struct arguments a;
    struct spec s;

    va_copy(a.list, ap);
    while (*format && !buf_failed(b)) {
        size_t n = strcspn(format, "%");
        buf_add(b, format, n);
        format += n;
        if (!*format)
            break;
        format = read_spec(format + 1, &s, &a);
        add_argument(b, &s, &a);
    }
    va_end(a.list);
}

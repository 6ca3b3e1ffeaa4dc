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

/* A string from elsewhere in its field. The precision is bytes of the string, as printf has it;
 * no character is cut in two. */
static void add_string(struct buf *b, const struct spec *s, const char *text)
{
    size_t columns = 0, used = 0, most = s->precision < 0 ? SIZE_MAX : (size_t)s->precision;
    struct buf shown = {0};
    struct text_char c;

    for (size_t n; used < most && text[used]; used += n) {
        n = text_char(&c, text + used);
        if (n > most - used)
            break;
        buf_add(&shown, c.shown, c.size);
        columns += c.columns;
    }
    int pad = s->width > (int)columns ? s->width - (int)columns : 0;
    buf_addf(b, "%*s", strchr(s->flags, '-') ? 0 : pad, "");
    buf_add(b, shown.data ? shown.data : "", shown.len);
    buf_addf(b, "%*s", strchr(s->flags, '-') ? pad : 0, "");
    b->failed |= buf_failed(&shown);
    buf_free(&shown);
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

/* The formats of printf are made here, of what the program's own have. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Appends the argument that the conversion is for. */
static void add_argument(struct buf *b, const struct spec *s, struct arguments *a)
{
    const char letter[] = {s->what == 'c' ? (char)va_arg(a->list, int) : '\0', '\0'};
    char format[32];

    snprintf(format, sizeof format, "%%%s*.*%s%c", s->flags, strchr("duxXo", s->what) ? "j" : "",
             s->what);
    switch (s->what) {
    case 'd':
        buf_addf(b, format, s->width, s->precision, next_integer(s, a));
        break;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        buf_addf(b, format, s->width, s->precision, next_unsigned(s, a));
        break;
    case 'f':
    case 'g':
    case 'e':
        buf_addf(b, format, s->width, s->precision, va_arg(a->list, double));
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be shown, in which all that comes from elsewhere is harmless. */
#include "util/page.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "util/json.h"
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

/* What is long is taken, up to the end of its last line. */
static void flow(struct page *p)
{
    if (!p->take || p->text.len < PAGE_PART || page_failed(p))
        return;
    const char *end = memrchr(p->text.data, '\n', p->text.len);
    if (!end)
        return;
    size_t len = (size_t)(end + 1 - p->text.data), left = p->text.len - len;
    p->take(p->context, p->text.data, len);
    memmove(p->text.data, p->text.data + len, left + 1);
    p->text.len = left;
}

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

    snprintf(format, sizeof format, "%%%s*.*%s%c", s->flags, strchr("dux", s->what) ? "j" : "",
             s->what);
    switch (s->what) {
    case 'd':
        buf_addf(b, format, s->width, s->precision, next_integer(s, a));
        break;
    case 'u':
    case 'x':
        buf_addf(b, format, s->width, s->precision, next_unsigned(s, a));
        break;
    case 'f':
    case 'g':
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

void page_addv(struct page *p, const char *format, va_list ap)
{
    struct arguments a;
    struct spec s;

    va_copy(a.list, ap);
    while (*format && !page_failed(p)) {
        size_t n = strcspn(format, "%");
        buf_add(&p->text, format, n);
        format += n;
        if (!*format)
            break;
        format = read_spec(format + 1, &s, &a);
        add_argument(&p->text, &s, &a);
    }
    va_end(a.list);
    flow(p);
}

void page_addf(struct page *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    page_addv(p, format, ap);
    va_end(ap);
}

void page_own(struct page *p, const char *text)
{
    buf_adds(&p->text, text);
    flow(p);
}

void page_quote(struct page *p, const char *text)
{
    json_quote_shown(text, &p->text);
    flow(p);
}

void page_json(struct page *p, const char *json)
{
    json_show(json, &p->text);
    flow(p);
}

/* Whether what there is of a character may be the begin of a longer one, or of CR LF. */
static bool is_begin(const char *text, size_t len)
{
    unsigned char c = (unsigned char)text[0];
    size_t n = c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : c == '\r' ? 2 : 1;

    for (size_t i = 1; i < len; i++)
        if ((unsigned char)text[i] >> 6 != 2)
            return false;
    return len < n;
}

/* Appends the characters that are whole; at the end, whatever there is. */
static void pass_whole(struct buf *b, struct page_part *part, bool at_end)
{
    struct text_char c;

    while (part->len > 0 && (at_end || !is_begin(part->text, part->len))) {
        size_t n = text_char(&c, part->text);
        if (c.code == '\n' || c.code == '\t')
            buf_add(b, part->text, 1);
        else if (c.code != '\r' || part->text[1] != '\n')
            buf_add(b, c.shown, c.size);
        part->len -= n;
        memmove(part->text, part->text + n, part->len + 1);
    }
}

void page_pass(struct page *p, struct page_part *part, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        part->text[part->len++] = text[i];
        part->text[part->len] = '\0';
        pass_whole(&p->text, part, false);
    }
    if (len == 0)
        pass_whole(&p->text, part, true);
    flow(p);
}

const char *page_text(const struct page *p)
{
    return p->text.data ? p->text.data : "";
}

void page_finish(struct page *p)
{
    if (p->take && p->text.len > 0 && !page_failed(p))
        p->take(p->context, p->text.data, p->text.len);
    buf_reset(&p->text);
}

void page_fail(struct page *p)
{
    p->text.failed = true;
}

bool page_failed(const struct page *p)
{
    return buf_failed(&p->text);
}

void page_free(struct page *p)
{
    buf_free(&p->text);
}

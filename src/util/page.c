/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be shown, in which all that comes from elsewhere is harmless. */
#include "util/page.h"

#include <string.h>

#include "util/json.h"
#include "util/show.h"
#include "util/text.h"

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

void page_addv(struct page *p, const char *format, va_list ap)
{
    show_addv(&p->text, format, ap);
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
        size_t n = part->len == 0 ? text_plain(text + i, len - i) : 0;
        buf_add(&p->text, text + i, n);
        i += n;
        if (i == len)
            break;
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is wrong with a formula, and quotes names and texts for expressions. */
#include <stdarg.h>

#include "contract/formula.h"
#include "util/show.h"

int formula_wrong(struct err *e, size_t place, const char *format, ...)
{
    struct buf text = {0};
    va_list ap;

    va_start(ap, format);
    show_addv(&text, format, ap);
    va_end(ap);
    if (buf_failed(&text))
        err_memory(e, "an error");
    else
        err_set(e, ERR_INPUT, "data.formula, byte %zu: %s", place + 1, text.data);
    buf_free(&text);
    return -1;
}

void formula_quote(struct buf *b, char quote, const char *text)
{
    buf_addc(b, quote);
    for (; *text; text++) {
        const char c = *text == '\n' ? 'n' : *text == '\t' ? 't' : *text == '\r' ? 'r' : *text;
        if (c != *text || c == '\\' || c == quote)
            buf_addc(b, '\\');
        buf_addc(b, c);
    }
    buf_addc(b, quote);
}

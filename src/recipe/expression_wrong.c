/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is wrong with an expression, and where. */
#include <stdarg.h>

#include "recipe/expression_private.h"
#include "util/show.h"

int expression_wrong(const struct expression_where *w, size_t place, const char *format, ...)
{
    struct buf text = {0};
    va_list ap;

    va_start(ap, format);
    show_addv(&text, format, ap);
    va_end(ap);
    if (buf_failed(&text))
        err_memory(w->e, "an error");
    else
        err_set(w->e, ERR_INPUT, "%s, byte %zu: %s", w->what, place + 1, text.data);
    buf_free(&text);
    return -1;
}

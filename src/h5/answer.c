/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the answer of a child, which is not trusted. */
#include "h5/answer.h"

#include "util/text.h"

struct flat *answer_read(const char *name, const char *answer, size_t len, struct err *e)
{
    char text[sizeof e->text];

    if (len > 0 && answer[0] == ANSWER_DOCUMENT) {
        struct flat *f = flat_decode(answer + 1, len - 1, e);
        if (!f)
            err_context(e, "%s", name);
        return f;
    }
    text_printable(text, sizeof text, len > 1 && answer[1] ? answer + 1 : "no reason is given");
    return err_null(err_set(e, len > 0 && answer[0] == ANSWER_FAULT ? ERR_SOFTWARE : ERR_INPUT,
                            "%s: %s", name, text));
}

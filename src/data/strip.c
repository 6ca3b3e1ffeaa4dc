/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has room for rows by columns, and for the bytes of their texts. */
#include "data/strip.h"

#include <stdlib.h>

int strip_make(struct strip *s, const bool *texts, size_t count, struct err *e)
{
    static const char what[] = "rows by columns";
    size_t room = STRIP_VALUES / (count ? count : 1);

    *s = (struct strip){.count = count, .bytes.most = STRIP_MOST};
    s->room = room < 1 ? 1 : room < STRIP_ROWS ? room : STRIP_ROWS;
    s->columns = err_alloc(count, sizeof *s->columns, what, e);
    s->seen = err_alloc(count, sizeof *s->seen, what, e);
    if (!s->columns || !s->seen)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct strip_column *c = &s->columns[i];
        if (texts[i])
            c->texts = err_alloc(s->room, sizeof *c->texts, what, e);
        else
            c->numbers = err_alloc(s->room, sizeof *c->numbers, what, e);
        if (!c->texts && !c->numbers)
            return -1;
        s->seen[i] = (struct expression_column){.numbers = c->numbers, .texts = c->texts};
    }
    return 0;
}

void strip_free(struct strip *s)
{
    for (size_t i = 0; s->columns && i < s->count; i++) {
        free(s->columns[i].numbers);
        free(s->columns[i].texts);
    }
    free(s->columns);
    free(s->seen);
    arena_free(&s->bytes);
    *s = (struct strip){0};
}

void strip_reset(struct strip *s)
{
    s->rows = 0;
    arena_reset(&s->bytes);
}

bool strip_is_full(const struct strip *s)
{
    return s->rows == s->room || s->bytes.used >= STRIP_STOP;
}

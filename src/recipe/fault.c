/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is wrong with a row. */
#include "recipe/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/alike.h"
#include "util/buf.h"
#include "util/text.h"

enum {
    QUOTED = 64,  /* bytes of a value that are told */
    LISTED = 300, /* bytes of levels that are told at most */
    SHOWN = QUOTED * TEXT_SHOWN + 4,
};

void fault_note(struct fault *f, struct fault found)
{
    if (f->kind == FAULT_NONE || found.row < f->row)
        *f = found;
}

/* Effect: the beginning of the value, as a terminal may show it. Returns out. */
static const char *show(char out[static SHOWN], struct expression_text text)
{
    char cut[QUOTED + 1] = "";
    size_t length = text.length, used = 0;
    struct text_char c;

    if (length > QUOTED)
        for (length = QUOTED; length > 0 && (text.at[length] & 0xc0) == 0x80;)
            length--;
    memcpy(cut, text.at, length);
    for (size_t i = 0; i < length;) { /* a NUL does not end it */
        i += text_char(&c, cut + i);
        memcpy(out + used, c.shown, c.size);
        used += c.size;
    }
    memcpy(out + used, "...", 4);
    if (length == text.length)
        out[used] = '\0';
    return out;
}

/* Effect: here says which row has the value. Of a value nothing may leave the site: this is the only
 * place that puts one into words. */
static void tell_here(char here[static ERR_HERE], uint64_t row, const char *value, const char *hint)
{
    snprintf(here, ERR_HERE, "row %" PRIu64 " (from 1) has '%.240s'%.100s", row, value, hint);
}

static int bad_date(const struct fault *f, const struct recipe_plan *p, uint64_t row, struct err *e)
{
    char value[SHOWN], here[ERR_HERE];

    tell_here(here, row, show(value, f->text), "");
    return err_set_here(e, ERR_INPUT, here,
                        "column '%s' has a text that is no date; expected YYYY-MM-DD, such as "
                        "2024-02-29",
                        p->reads[f->at].name);
}

static int bad_level(const struct fault *f, const struct recipe_plan *p, uint64_t row,
                     struct err *e)
{
    const struct recipe_factor *factor = &p->recipe.factors[f->at];
    char value[SHOWN], hint[ALIKE_HINT], here[ERR_HERE];
    struct buf list = {0};
    size_t i = 0;

    show(value, f->text);
    alike_among(hint, value, (const char *const *)factor->levels, factor->levels_count);
    for (; i < factor->levels_count && list.len < LISTED; i++)
        buf_addf(&list, "%s%s", i ? ", " : "", factor->levels[i]);
    if (i < factor->levels_count)
        buf_addf(&list, ", ... (%zu in all)", factor->levels_count);
    tell_here(here, row, value, hint);
    err_set_here(e, ERR_INPUT, here,
                 "factor '%s' has an undeclared level; expected %s; add it to data.factors.%s, or "
                 "let it count as other",
                 factor->name, buf_failed(&list) ? "?" : list.data, factor->name);
    buf_free(&list);
    return -1;
}

static int no_value(const struct fault *f, const struct recipe_plan *p, uint64_t row, struct err *e)
{
    const struct recipe_chosen *c = &p->chosen[f->at];
    const char *text = c->from.derived ? expression_canonical(p->derived[c->from.at].x) : "";

    return err_set(e, ERR_INPUT,
                   "row %" PRIu64
                   " (from 1): column '%s'%s%.200s%s has no value; set data.missing to skip "
                   "to leave such rows out, or to nan to read it as NaN",
                   row, c->name, *text ? " (which is " : "", text, *text ? ")" : "");
}

int fault_set(const struct fault *f, const struct recipe_plan *p, uint64_t first, struct err *e)
{
    uint64_t row = first + f->row + 1;

    switch (f->kind) {
    case FAULT_NONE:
        return 0;
    case FAULT_DATE:
        return bad_date(f, p, row, e);
    case FAULT_LEVEL:
        return bad_level(f, p, row, e);
    case FAULT_MISSING:
        return no_value(f, p, row, e);
    }
    return 0;
}

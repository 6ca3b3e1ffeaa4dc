/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cooks blocks of rows, strip by strip. */
#include "recipe/cook.h"

#include <stdlib.h>

enum {
    STRIP = 1024,          /* rows: what an expression works in fits a cache */
    STRIP_LEAST = 16,      /* rows, however much each takes */
    STRIP_BYTES = 1 << 24, /* of all strips, about */
};

/* How many strips of each type a plan asks for. */
struct wanted {
    size_t numbers, texts, given;
};

static size_t place(struct wanted *w, bool text)
{
    return text ? w->texts++ : w->numbers++;
}

static void more_given(struct wanted *w, const struct recipe_step *s)
{
    size_t count = s->x ? expression_names(s->x) : 0;

    if (count > w->given)
        w->given = count;
}

/* Effect: gives a strip to where's truths, which is the first, to each derived column, and with where
 * to each that is read. */
static struct wanted place_strips(struct recipe_cook *k)
{
    const struct recipe_plan *p = k->p;
    struct wanted w = {.numbers = p->where.x ? 1 : 0};

    more_given(&w, &p->where);
    for (size_t i = 0; i < p->recipe.derived_count; i++) {
        k->made_at[i] = place(&w, expression_type(p->derived[i].x) == EXPRESSION_TEXT);
        more_given(&w, &p->derived[i]);
    }
    for (size_t i = 0; p->where.x && i < p->reads_count; i++)
        k->moved_at[i] = place(&w, p->reads[i].kind != RECIPE_NUMBER);
    return w;
}

static int make_strips(struct recipe_cook *k, struct err *e)
{
    const struct recipe_plan *p = k->p;
    struct wanted w = place_strips(k);
    size_t bytes = w.numbers * sizeof *k->numbers + w.texts * sizeof *k->texts +
                   p->recipe.factors_count * sizeof **k->levels + sizeof *k->row;

    k->strip = STRIP_BYTES / bytes;
    k->strip = k->strip > STRIP ? STRIP : k->strip < STRIP_LEAST ? STRIP_LEAST : k->strip;
    k->row = err_alloc(k->strip, sizeof *k->row, "rows", e);
    k->given = err_alloc(w.given, sizeof *k->given, "columns", e);
    k->numbers = err_alloc(w.numbers * k->strip, sizeof *k->numbers, "rows", e);
    k->texts = err_alloc(w.texts * k->strip, sizeof *k->texts, "rows", e);
    if (!k->row || !k->given || !k->numbers || !k->texts)
        return -1;
    for (size_t i = 0; i < p->recipe.factors_count; i++) {
        k->levels[i] = err_alloc(k->strip, sizeof *k->levels[i], "rows", e);
        if (!k->levels[i])
            return -1;
    }
    return 0;
}

static int make_works(struct recipe_cook *k, struct err *e)
{
    const struct recipe_plan *p = k->p;

    if (p->where.x && !(k->where = expression_work_create(p->where.x, e)))
        return -1;
    for (size_t i = 0; i < p->recipe.derived_count; i++) {
        k->derived[i] = expression_work_create(p->derived[i].x, e);
        if (!k->derived[i])
            return -1;
    }
    return 0;
}

static int fill(struct recipe_cook *k, struct err *e)
{
    const struct recipe *r = &k->p->recipe;

    k->derived = err_alloc(r->derived_count, sizeof *k->derived, "derived columns", e);
    k->made = err_alloc(r->derived_count, sizeof *k->made, "derived columns", e);
    k->made_at = err_alloc(r->derived_count, sizeof *k->made_at, "derived columns", e);
    k->reads = err_alloc(k->p->reads_count, sizeof *k->reads, "columns", e);
    k->moved_at = err_alloc(k->p->reads_count, sizeof *k->moved_at, "columns", e);
    k->levels = err_alloc(r->factors_count, sizeof *k->levels, "factors", e);
    if (!k->derived || !k->made || !k->made_at || !k->reads || !k->moved_at || !k->levels)
        return -1;
    return make_strips(k, e) < 0 || make_works(k, e) < 0 ? -1 : 0;
}

struct recipe_cook *recipe_cook_create(const struct recipe_plan *p, enum recipe_missing missing,
                                       struct err *e)
{
    struct recipe_cook *k = err_alloc(1, sizeof *k, "a recipe", e);

    if (!k)
        return NULL;
    k->p = p;
    k->missing = missing;
    if (fill(k, e) == 0)
        return k;
    recipe_cook_free(k);
    return NULL;
}

void recipe_cook_free(struct recipe_cook *k)
{
    if (!k)
        return;
    expression_work_free(k->where);
    for (size_t i = 0; k->derived && i < k->p->recipe.derived_count; i++)
        expression_work_free(k->derived[i]);
    for (size_t i = 0; k->levels && i < k->p->recipe.factors_count; i++)
        free(k->levels[i]);
    free(k->derived);
    free(k->made);
    free(k->made_at);
    free(k->reads);
    free(k->moved_at);
    free(k->levels);
    free(k->row);
    free(k->given);
    free(k->numbers);
    free(k->texts);
    free(k);
}

/* Effect: k->reads are the columns from row begin on. */
static void go_to(struct recipe_cook *k, const struct expression_column *columns, size_t begin)
{
    for (size_t i = 0; i < k->p->reads_count; i++) {
        bool number = k->p->reads[i].kind == RECIPE_NUMBER;
        k->reads[i].numbers = number ? columns[i].numbers + begin : NULL;
        k->reads[i].texts = number ? NULL : columns[i].texts + begin;
    }
}

int recipe_cook(struct recipe_cook *k, const struct expression_column *columns, uint64_t first,
                size_t rows, double *out, size_t *kept, struct recipe_tally *tally, struct err *e)
{
    size_t done = 0;

    for (size_t begin = 0; begin < rows; begin += k->strip) {
        size_t count = rows - begin < k->strip ? rows - begin : k->strip, more;
        go_to(k, columns, begin);
        k->fault = (struct fault){0};
        if (cook_strip(k, count, out + done * k->p->columns_count, &more, tally, e) < 0 ||
            fault_set(&k->fault, k->p, first + begin, e) < 0)
            return -1;
        done += more;
    }
    *kept = done;
    return 0;
}

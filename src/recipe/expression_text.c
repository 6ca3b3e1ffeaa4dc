/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an expression's operators and functions do with texts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recipe/date.h"
#include "recipe/expression_run.h"

enum { CHUNK_LEAST = 16384 };

struct expression_chunk {
    struct expression_chunk *before;
    size_t used, size;
    char bytes[];
};

char *expression_heap_take(struct expression_heap *h, size_t length, struct err *e)
{
    struct expression_chunk *c = h->last;

    if (!c || c->size - c->used < length) {
        size_t size = c ? 2 * c->size : CHUNK_LEAST;
        size = size < length ? length : size;
        c = size < length || size > SIZE_MAX / 4 ? NULL : malloc(sizeof *c + size);
        if (!c)
            return err_null(err_memory(e, "texts of an expression"));
        *c = (struct expression_chunk){.before = h->last, .size = size};
        h->last = c;
    }
    c->used += length;
    return c->bytes + c->used - length;
}

static void free_chunks(struct expression_chunk *c)
{
    while (c) {
        struct expression_chunk *before = c->before;
        free(c);
        c = before;
    }
}

void expression_heap_reset(struct expression_heap *h)
{
    if (!h->last)
        return;
    free_chunks(h->last->before);
    h->last->before = NULL;
    h->last->used = 0;
}

void expression_heap_free(struct expression_heap *h)
{
    free_chunks(h->last);
    h->last = NULL;
}

int expression_compare(const struct expression_text *a, const struct expression_text *b)
{
    size_t both = a->length < b->length ? a->length : b->length;
    int order = both > 0 ? memcmp(a->at, b->at, both) : 0;

    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static double compare(enum expression_op op, const struct expression_text *a,
                      const struct expression_text *b)
{
    if (!a->at || !b->at)
        return (double)NAN;
    int order = expression_compare(a, b);
    switch (op) {
    case OP_EQUAL:
        return order == 0;
    case OP_UNEQUAL:
        return order != 0;
    case OP_LESS:
        return order < 0;
    case OP_LESS_EQUAL:
        return order <= 0;
    case OP_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

static double is_in(const struct expression_text *a, const struct expression_text *list,
                    size_t count)
{
    size_t begin = 0;

    if (!a->at)
        return (double)NAN;
    while (count > 0) {
        size_t half = count / 2;
        int order = expression_compare(&list[begin + half], a);
        if (order == 0)
            return 1;
        begin = order > 0 ? begin : begin + half + 1;
        count = order > 0 ? half : count - half - 1;
    }
    return 0;
}

/* What is no date has none, and counts. */
static double read_date(struct expression_strip *s, size_t row)
{
    const struct expression_text *a = &s->in[0].texts[row];
    struct date d;

    if (!a->at)
        return (double)NAN;
    if (date_read(a->at, a->length, &d) < 0) {
        s->undefined += !s->mask || s->mask[row] != 0;
        return (double)NAN;
    }
    return s->step->op == OP_DAYS   ? (double)date_days(&d)
           : s->step->op == OP_YEAR ? d.year
                                    : d.month;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct expression_text trim(struct expression_text a)
{
    while (a.length > 0 && is_space(a.at[0]))
        a.at++, a.length--;
    while (a.length > 0 && is_space(a.at[a.length - 1]))
        a.length--;
    return a;
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Effect: *y is a, or a copy without capitals of ASCII. */
static int lower(struct expression_text *y, const struct expression_text *a,
                 struct expression_heap *h, struct err *e)
{
    size_t i = 0;

    *y = *a;
    while (i < a->length && !is_capital(a->at[i]))
        i++;
    if (i == a->length)
        return 0;
    char *copy = expression_heap_take(h, a->length, e);
    if (!copy)
        return -1;
    for (i = 0; i < a->length; i++)
        copy[i] = (char)(is_capital(a->at[i]) ? a->at[i] - 'A' + 'a' : a->at[i]);
    y->at = copy;
    return 0;
}

/* The number or truth that comes of texts in a row. */
static double number_of(struct expression_strip *s, size_t row)
{
    const struct expression_step *step = s->step;
    const struct expression_text *a = &s->in[0].texts[row];

    if (step->op == OP_MISSING)
        return !a->at;
    if (step->op == OP_IN)
        return is_in(a, s->program->list_texts + step->first, step->count);
    if (step->op >= OP_DAYS && step->op <= OP_MONTH)
        return read_date(s, row);
    return compare(step->op, a, &s->in[1].texts[row]);
}

/* The text that comes of others; lower() is not among what gives it. */
static struct expression_text text_of(const struct expression_strip *s, size_t row)
{
    if (s->step->op == OP_CHOICE) {
        double condition = s->in[0].numbers[row];
        if (condition == 1 || condition == 0)
            return s->in[condition == 1 ? 1 : 2].texts[row];
        return (struct expression_text){0};
    }
    const struct expression_text *a = &s->in[0].texts[row];
    if (s->step->op == OP_TRIM)
        return trim(*a);
    return a->at ? *a : s->in[1].texts[row];
}

int expression_do_texts(struct expression_strip *s, struct expression_heap *h, struct err *e)
{
    for (size_t i = 0; i < s->rows; i++) {
        if (s->numbers)
            s->numbers[i] = number_of(s, i);
        else if (s->step->op != OP_LOWER)
            s->texts[i] = text_of(s, i);
        else if (lower(&s->texts[i], &s->in[0].texts[i], h, e) < 0)
            return -1;
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs an expression's program over the rows of a block, strip by strip. */
#include "recipe/expression_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct expression_work {
    const struct expression *x;
    struct expression_column *slots; /* what can be read, at the strip at hand */
    double *numbers;                 /* of slots behind the columns, one strip each */
    struct expression_text *texts;
    struct expression_heap strip, block; /* texts that were made, and those that came out */
};

/* Effect: gives each slot behind the columns its strip, and lets those of constants hold them. */
static void lay_out(struct expression_work *w)
{
    const struct expression_program *p = &w->x->program;
    double *numbers = w->numbers;
    struct expression_text *texts = w->texts;

    for (size_t slot = w->x->names_count; slot < p->slots_count; slot++) {
        bool text = p->types[slot] == EXPRESSION_TEXT;
        size_t k = slot - w->x->names_count;
        for (size_t i = 0; k < p->constants_count && i < EXPRESSION_STRIP; i++)
            if (text)
                texts[i] = p->texts[k];
            else
                numbers[i] = p->numbers[k];
        if (text)
            w->slots[slot].texts = texts, texts += EXPRESSION_STRIP;
        else
            w->slots[slot].numbers = numbers, numbers += EXPRESSION_STRIP;
    }
}

struct expression_work *expression_work_create(const struct expression *x, struct err *e)
{
    const struct expression_program *p = &x->program;
    struct expression_work *w = err_alloc(1, sizeof *w, "an expression", e);
    size_t texts = 0, numbers = 0;

    if (!w)
        return NULL;
    for (size_t slot = x->names_count; slot < p->slots_count; slot++)
        if (p->types[slot] == EXPRESSION_TEXT)
            texts++;
        else
            numbers++;
    w->x = x;
    w->slots = err_alloc(p->slots_count, sizeof *w->slots, "an expression", e);
    w->numbers = err_alloc(numbers * EXPRESSION_STRIP, sizeof *w->numbers, "an expression", e);
    w->texts = err_alloc(texts * EXPRESSION_STRIP, sizeof *w->texts, "an expression", e);
    if (w->slots && w->numbers && w->texts) {
        lay_out(w);
        return w;
    }
    expression_work_free(w);
    return NULL;
}

void expression_work_free(struct expression_work *w)
{
    if (!w)
        return;
    free(w->slots);
    free(w->numbers);
    free(w->texts);
    expression_heap_free(&w->strip);
    expression_heap_free(&w->block);
    free(w);
}

static int do_step(struct expression_work *w, const struct expression_step *step, size_t rows,
                   uint64_t *undefined, struct err *e)
{
    struct expression_strip s = {.program = &w->x->program, .step = step, .rows = rows};

    for (size_t i = 0; i < 3; i++)
        if (step->in[i] != EXPRESSION_NONE)
            s.in[i] = w->slots[step->in[i]];
    /* Steps fill slots that are the work's own, and are const to those who read them only. */
    s.numbers = (double *)w->slots[step->out].numbers;
    s.texts = (struct expression_text *)w->slots[step->out].texts;
    if (step->mask != EXPRESSION_NONE)
        s.mask = w->slots[step->mask].numbers;
    if (!step->texts)
        expression_do_numbers(&s);
    else if (expression_do_texts(&s, &w->strip, e) < 0)
        return -1;
    *undefined += s.undefined;
    return 0;
}

/* Effect: copies texts; those that were made in the strip move where they stay for the block. */
static int give_texts(struct expression_work *w, const struct expression_text *from, size_t rows,
                      struct expression_text *to, struct err *e)
{
    for (size_t i = 0; i < rows; i++) {
        to[i] = from[i];
        if (!w->x->program.lowers || from[i].length == 0)
            continue;
        char *copy = expression_heap_take(&w->block, from[i].length, e);
        if (!copy)
            return -1;
        to[i].at = memcpy(copy, from[i].at, from[i].length);
    }
    return 0;
}

/* A missing number has one pattern of bits. */
static void give_numbers(const double *from, size_t rows, double *to)
{
    for (size_t i = 0; i < rows; i++)
        to[i] = from[i] == from[i] ? from[i] : (double)NAN;
}

int expression_run(const struct expression *x, struct expression_work *w,
                   const struct expression_column *columns, size_t rows, double *numbers,
                   struct expression_text *texts, uint64_t *undefined, struct err *e)
{
    const struct expression_program *p = &x->program;

    expression_heap_reset(&w->block);
    for (size_t first = 0, n; first < rows; first += n) {
        n = rows - first < EXPRESSION_STRIP ? rows - first : EXPRESSION_STRIP;
        for (size_t i = 0; i < x->names_count; i++)
            if (p->types[i] == EXPRESSION_TEXT)
                w->slots[i].texts = columns[i].texts + first;
            else
                w->slots[i].numbers = columns[i].numbers + first;
        expression_heap_reset(&w->strip);
        for (size_t k = 0; k < p->steps_count; k++)
            if (do_step(w, &p->steps[k], n, undefined, e) < 0)
                return -1;
        const struct expression_column *result = &w->slots[p->result];
        if (p->types[p->result] == EXPRESSION_NUMBER)
            give_numbers(result->numbers, n, numbers + first);
        else if (give_texts(w, result->texts, n, texts + first, e) < 0)
            return -1;
    }
    return 0;
}

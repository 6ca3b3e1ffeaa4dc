/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up the levels of a factor. */
#include "recipe/levels.h"

#include <stdlib.h>
#include <string.h>

struct level {
    struct expression_text text;
    uint32_t number;
};

/* Sorted: nobody can choose levels for which that is slow, as they can for a hash. */
struct levels {
    size_t count;
    struct level sorted[];
};

/* Lengths first: most comparisons end there. */
static int compare_texts(const struct expression_text *a, const struct expression_text *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(a->at, b->at, a->length);
}

static int compare_levels(const void *one, const void *other)
{
    const struct level *a = one, *b = other;
    int order = compare_texts(&a->text, &b->text);

    return order ? order : (a->number > b->number) - (a->number < b->number);
}

struct levels *levels_create(char *const *texts, size_t count, size_t *twice, struct err *e)
{
    struct levels *l = err_alloc(1, sizeof *l + count * sizeof l->sorted[0], "levels", e);

    if (!l)
        return NULL;
    l->count = count;
    for (size_t i = 0; i < count; i++)
        l->sorted[i] = (struct level){{texts[i], strlen(texts[i])}, (uint32_t)i};
    qsort(l->sorted, count, sizeof l->sorted[0], compare_levels);
    *twice = count;
    for (size_t i = 1; i < count; i++)
        if (compare_texts(&l->sorted[i - 1].text, &l->sorted[i].text) == 0 &&
            l->sorted[i].number < *twice)
            *twice = l->sorted[i].number;
    return l;
}

void levels_free(struct levels *l)
{
    free(l);
}

uint32_t levels_find(const struct levels *l, struct expression_text text)
{
    size_t begin = 0, end = l->count;

    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = compare_texts(&text, &l->sorted[middle].text);
        if (order == 0)
            return l->sorted[middle].number;
        if (order < 0)
            end = middle;
        else
            begin = middle + 1;
    }
    return LEVELS_NONE;
}

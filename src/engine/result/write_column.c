/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds what is known of each slave to result.h5. */
#include "engine/result/format.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "engine/result/word.h"

_Static_assert(sizeof(char *) <= sizeof(uint64_t), "a column of pointers fits");

/* Of a coded result a reason is its word; why somebody did not answer is none. */
static const char *text_of(const struct result_slave *s, const struct result_column *c, bool coded)
{
    const char *place = (const char *)s + c->offset;
    const char *text = c->type == RESULT_WHY ? place : *(char *const *)(const void *)place;
    bool reason = c->type == RESULT_WHY || c->offset == offsetof(struct result_slave, objection);

    return coded && reason ? result_word(text) : text;
}

/* Effect: entry i of room is what the slave has in that column. */
static void set_entry(const struct result_slave *s, const struct result_column *c, bool coded,
                      void *room, size_t i)
{
    const char *place = (const char *)s + c->offset;
    bool score = c->offset == offsetof(struct result_slave, decision.score);

    if (coded && score)
        ((double *)room)[i] = NAN;
    else if (c->type == RESULT_NUMBER || c->type == RESULT_COUNT)
        memcpy((uint64_t *)room + i, place, sizeof(uint64_t));
    else if (c->type == RESULT_FLAG)
        ((int64_t *)room)[i] = s->answered && *(const bool *)place;
    else
        ((const char **)room)[i] = text_of(s, c, coded);
}

void result_add_column(struct flat *f, const struct result *r, bool rounds,
                       const struct result_column *c, void *room)
{
    enum flat_type type = result_flat_types[c->type];
    const size_t S = r->slaves, first = rounds ? 0 : r->past_count;
    const size_t dims[2] = {r->past_count + 1 - first, S}, all = dims[0] * S;
    bool table = rounds && type != FLAT_STRING;
    char path[RESULT_PATH];

    for (size_t i = 0; i < all; i++)
        set_entry(&result_round(r, first + i / S)->slave[i % S], c, r->coded, room, i);
    snprintf(path, sizeof path, "/%s/%s", rounds ? "rounds" : "slaves", c->name);
    flat_add(f, path, type, table ? 2 : 1, table ? dims : &all, room, 0);
}

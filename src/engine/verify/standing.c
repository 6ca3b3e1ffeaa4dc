/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps what slaves have claimed and answered so far. */
#include "engine/verify/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"

enum { ANSWER_NAME = SLAVE_NAME + 24 }; /* bytes of ROUND SLAVE, with its NUL */

void standings_free(struct standings *s)
{
    lookup_free(&s->slaves);
    lookup_free(&s->answers);
    free(s->standing);
    free(s->answer);
}

struct standing *standing_of(struct standings *s, const char *name, struct err *e)
{
    char slave[SLAVE_NAME];
    size_t i = lookup_find(&s->slaves, result_slave_name(name, slave));

    if (i != LOOKUP_NONE)
        return &s->standing[i];
    struct standing *list =
        err_grow(s->standing, s->slaves_count, &s->slaves_capacity, sizeof *list, "verify", e);
    if (!list)
        return NULL;
    s->standing = list;
    list[s->slaves_count] = (struct standing){0};
    return lookup_add(&s->slaves, slave, s->slaves_count++, e) < 0 ? NULL
                                                                   : &list[s->slaves_count - 1];
}

static void name_answer(const struct record *r, char name[static ANSWER_NAME])
{
    snprintf(name, ANSWER_NAME, "%.20s %s", record_get(r, "round"), record_get(r, "slave"));
}

struct answer *answer_of(const struct standings *s, const struct record *r)
{
    char name[ANSWER_NAME];

    name_answer(r, name);
    size_t i = lookup_find(&s->answers, name);
    return i == LOOKUP_NONE ? NULL : &s->answer[i];
}

int answer_add(struct standings *s, const struct record *r, const uint8_t state[static SHA256_LEN],
               struct err *e)
{
    char name[ANSWER_NAME];
    struct answer *list =
        err_grow(s->answer, s->answers_count, &s->answers_capacity, sizeof *list, "verify", e);

    if (!list)
        return -1;
    s->answer = list;
    memcpy(list[s->answers_count].state, state, SHA256_LEN);
    list[s->answers_count].judged = false;
    name_answer(r, name);
    return lookup_add(&s->answers, name, s->answers_count++, e);
}

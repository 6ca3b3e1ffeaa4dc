/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what has happened to rows, slave by slave. */
#include "engine/result/preparation.h"

#include <stdlib.h>
#include <string.h>

/* Where the counts are that say how many rows come out. */
enum { ROWS = 0, LEFT_OUT = 1, INCOMPLETE = 3 };

/* Effect: there is room for the counts of all slaves, whose names are strings. */
static int make_room(struct result *r, size_t n, struct err *e)
{
    struct result_preparation *p = &r->preparation;

    p->names = err_alloc(n, sizeof *p->names, "counts", e);
    p->said = err_alloc(r->slaves * n, sizeof *p->said, "counts", e);
    p->counts = p->names && p->said ? n : 0;
    return p->counts ? 0 : -1;
}

int preparation_set(struct result *r, const struct contract *c, size_t k, const uint64_t *counts,
                    struct err *e)
{
    struct result_preparation *p = &r->preparation;
    char name[RECIPE_COUNT_NAME];

    if (!counts && p->counts == 0)
        return 0;
    if (p->counts == 0) {
        size_t n = counts_of(c);
        if (make_room(r, n, e) < 0)
            return -1;
        for (size_t i = 0; i < n; i++) {
            counts_name(c, i, name, sizeof name);
            if (result_set(&p->names[i], name, e) < 0)
                return -1;
        }
    }
    uint64_t *said = p->said + k * p->counts;
    if (counts)
        memcpy(said, counts, p->counts * sizeof *said);
    else
        memset(said, 0, p->counts * sizeof *said);
    return 0;
}

const uint64_t *preparation_of(const struct result *r, size_t k)
{
    const struct result_preparation *p = &r->preparation;
    const uint64_t *said = p->said + k * p->counts;

    if (p->counts == 0 || said[ROWS] == 0)
        return NULL;
    return said[ROWS] - said[LEFT_OUT] - said[INCOMPLETE] == r->slave[k].items ? said : NULL;
}

int preparation_copy(struct result *to, const struct result *from, struct err *e)
{
    const struct result_preparation *p = &from->preparation;

    if (p->counts == 0)
        return 0;
    if (make_room(to, p->counts, e) < 0)
        return -1;
    memcpy(to->preparation.said, p->said, from->slaves * p->counts * sizeof *p->said);
    for (size_t i = 0; i < p->counts; i++)
        if (result_set(&to->preparation.names[i], p->names[i], e) < 0)
            return -1;
    return 0;
}

void preparation_move(struct result *to, struct result *from)
{
    to->preparation = from->preparation;
    from->preparation = (struct result_preparation){0};
}

int preparation_add(struct flat *f, const struct result *r, struct err *e)
{
    const struct result_preparation *p = &r->preparation;
    const size_t dims[2] = {r->slaves, p->counts};

    if (p->counts == 0 || result_is_stateless(r))
        return 0;
    uint64_t *said = err_alloc(r->slaves * p->counts, sizeof *said, "counts", e);
    if (!said)
        return -1;
    for (size_t k = 0; k < r->slaves; k++)
        if (preparation_of(r, k))
            memcpy(said + k * p->counts, preparation_of(r, k), p->counts * sizeof *said);
    flat_add_group(f, "/preparation");
    flat_add(f, "/preparation/names", FLAT_STRING, 1, &p->counts, p->names, 0);
    flat_add(f, "/preparation/counts", FLAT_INTEGER, 2, dims, said, 0);
    free(said);
    return 0;
}

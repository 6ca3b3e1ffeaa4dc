/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes that are given back all at once. */
#include "util/arena.h"

#include <stdlib.h>

enum { PIECE = 64 << 10 }; /* bytes of memory that are had at once, at least */

struct arena_piece {
    struct arena_piece *next;
    size_t room, used;
    char bytes[];
};

static struct arena_piece *add_piece(struct arena *a, size_t size)
{
    size_t room = size < PIECE ? PIECE : size;
    struct arena_piece *p = malloc(sizeof *p + room);

    if (!p)
        return NULL;
    *p = (struct arena_piece){.next = a->pieces, .room = room};
    a->pieces = p;
    return p;
}

char *arena_take(struct arena *a, size_t size)
{
    struct arena_piece *p = a->pieces;

    if (size > a->most - a->used) {
        a->full = true;
        return NULL;
    }
    if (!p || size > p->room - p->used)
        p = add_piece(a, size);
    if (!p)
        return NULL;
    char *bytes = p->bytes + p->used;
    p->used += size;
    a->used += size;
    return bytes;
}

/* Effect: only one piece is left, of the usual size, or none. */
void arena_reset(struct arena *a)
{
    struct arena_piece *kept = NULL;

    while (a->pieces) {
        struct arena_piece *p = a->pieces;
        a->pieces = p->next;
        if (kept || p->room != PIECE) {
            free(p);
            continue;
        }
        kept = p;
        kept->next = NULL;
        kept->used = 0;
    }
    a->pieces = kept;
    a->used = 0;
    a->full = false;
}

void arena_free(struct arena *a)
{
    arena_reset(a);
    free(a->pieces);
    a->pieces = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes that are taken one after another, up to a limit, and given back all at once.
 *
 * Convention: begin with {.most}. What was taken stays where it is until arena_reset().
 */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_piece;

struct arena {
    size_t most; /* bytes that may be taken */
    size_t used; /* that are */
    bool full;   /* more were wanted */
    struct arena_piece *pieces;
};

/* Returns size bytes, for which there is no alignment; NULL if the arena is full, or there is no
 * memory. */
char *arena_take(struct arena *a, size_t size);

/* Effect: nothing is taken. */
void arena_reset(struct arena *a);

/* Effect: frees the memory. */
void arena_free(struct arena *a);

#endif

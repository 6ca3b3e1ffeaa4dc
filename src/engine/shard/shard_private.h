/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shard's body, and what its files have in common.
 *
 * Convention: private to this room.
 */
#ifndef ENGINE_SHARD_PRIVATE_H
#define ENGINE_SHARD_PRIVATE_H

#include "engine/shard/shard.h"
#include "engine/shard/together.h"

struct shard {
    struct transport *t;
    int rank, ranks;
    size_t n, d;
    size_t blocks, mine; /* in all, and of this rank */
    size_t *results;     /* n: results, those of rank 0 first, … */
    size_t *from;        /* ranks + 1: where those of each rank begin */
    double *slab;        /* mine x n x SHARD_BLOCK: of each block n rows of its width */
    double *errors;      /* the same of the errors; NULL: there are none */
    double *sum;         /* mine x SHARD_BLOCK; NULL: nothing is merged */
    double *centre;      /* the same; NULL: nothing is decided */
    double *middle;      /* the same; NULL: nothing is estimated */
    bool *finite;        /* n, on the master, once they are collected */
    struct traffic before;
    struct shard_account least;
};

/* Returns the block that is the i-th of a rank; its first coordinate; and how many it has. */
static inline size_t shard_block(const struct shard *s, size_t i)
{
    return i * (size_t)s->ranks + (size_t)s->rank;
}

static inline size_t shard_first(size_t block)
{
    return block * SHARD_BLOCK;
}

static inline size_t shard_width(const struct shard *s, size_t block)
{
    size_t left = s->d - shard_first(block);

    return left < SHARD_BLOCK ? left : SHARD_BLOCK;
}

static inline int shard_holder(const struct shard *s, size_t block)
{
    return (int)(block % (size_t)s->ranks);
}

/* Returns the n rows of a block that is this rank's; and its part of the sum, or of the centre. */
static inline double *shard_rows(const struct shard *s, size_t block)
{
    return s->slab + block / (size_t)s->ranks * s->n * SHARD_BLOCK;
}

/* Returns the errors of these rows, or NULL. */
static inline double *shard_errors(const struct shard *s, size_t block)
{
    return s->errors ? s->errors + (shard_rows(s, block) - s->slab) : NULL;
}

static inline double *shard_part(const struct shard *s, double *of, size_t block)
{
    return of + block / (size_t)s->ranks * SHARD_BLOCK;
}

/* See together.h. */
static inline int shard_tell(struct shard *s, void *data, size_t len, struct err *e)
{
    return together_tell(s->t, s->ranks, data, len, e);
}

static inline int shard_agree(struct shard *s, const struct err *mine, struct err *e)
{
    return together_agree(s->t, s->ranks, mine, e);
}

static inline int shard_gather(struct shard *s, void *said, size_t len, void *all, struct err *e)
{
    return together_gather(s->t, s->ranks, said, len, all, e);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges results of which each rank has its blocks. */
#include "engine/shard/shard_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    STRIPE = 4096, /* doubles of a block that are added at a time, while they are near */
    LEVELS = 64,   /* of a tree of that many results there is no more */
};

/* Effect: to is the sum of the count rows from at on, along the fixed tree: the largest power of two
 * of them first, as they make the highest node, then what is left. */
static void add_tree(const double *const *rows, size_t count, size_t at, size_t width, double *to,
                     double (*spare)[STRIPE])
{
    size_t left = 1;

    if (count == 1) {
        memcpy(to, rows[0] + at, width * sizeof *to);
        return;
    }
    while (2 * left < count)
        left *= 2;
    add_tree(rows, left, at, width, to, spare);
    add_tree(rows + left, count - left, at, width, spare[0], spare + 1);
    for (size_t j = 0; j < width; j++)
        to[j] += spare[0][j];
}

/* Effect: the sum of this rank's blocks over the results that are taken. */
static int add_blocks(struct shard *s, const bool *taken, struct err *e)
{
    const double **rows = err_alloc(s->n, sizeof *rows, "the merge", e);
    double(*spare)[STRIPE] = err_alloc(LEVELS, sizeof *spare, "the merge", e);
    int rc = rows && spare ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < s->mine; i++) {
        size_t block = shard_block(s, i), width = shard_width(s, block), count = 0;
        for (size_t k = 0; k < s->n; k++)
            if (taken[k])
                rows[count++] = shard_rows(s, block) + k * width;
        for (size_t at = 0; count > 0 && at < width; at += STRIPE)
            add_tree(rows, count, at, width - at < STRIPE ? width - at : STRIPE,
                     shard_part(s, s->sum, block) + at, spare);
    }
    free(rows);
    free(spare);
    return rc;
}

int shard_merge(struct shard *s, const bool *taken, struct err *e)
{
    struct err mine = {0};
    bool *all = err_alloc(s->n, sizeof *all, "the merge", NULL);

    if (!all)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    if (s->rank == 0)
        memcpy(all, taken, s->n * sizeof *all);
    int rc = shard_tell(s, all, s->n * sizeof *all, e);
    free(s->sum);
    s->sum = err_alloc(s->mine * SHARD_BLOCK, sizeof *s->sum, "the merge", &mine);
    if (rc == 0 && s->sum)
        add_blocks(s, all, &mine);
    free(all);
    return rc < 0 ? -1 : shard_agree(s, &mine, e);
}

int shard_each(struct shard *s, shard_change *change, void *context, struct err *e)
{
    struct err mine = {0};

    for (size_t i = 0; i < s->mine && mine.code == ERR_NONE; i++) {
        size_t block = shard_block(s, i);
        change(context, shard_first(block), shard_width(s, block), shard_part(s, s->sum, block),
               &mine);
    }
    return shard_agree(s, &mine, e);
}

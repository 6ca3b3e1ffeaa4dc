/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges results of which each rank has its blocks, and hands on what they come to. */
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
                     shard_sum(s, block) + at, spare);
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
        change(context, shard_first(block), shard_width(s, block), shard_sum(s, block), &mine);
    }
    return shard_agree(s, &mine, e);
}

int shard_deliver(struct shard *s, shard_visit *visit, void *context, struct err *e)
{
    double *room = err_alloc(SHARD_BLOCK, sizeof *room, "a block", NULL);
    struct err mine = {0};
    int rc = 0;

    if (!room)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (size_t b = 0; rc == 0 && b < s->blocks; b++) {
        int holder = shard_holder(s, b);
        double *values = holder == s->rank ? shard_sum(s, b) : room;
        size_t bytes = shard_width(s, b) * sizeof *room;
        const struct transport_piece piece = {s->rank == 0 ? holder : 0, values, bytes};
        if (s->rank == 0 && holder != 0) {
            rc = transport_exchange(s->t, NULL, 0, &piece, 1, e);
            s->least.least_received += bytes;
        } else if (holder == s->rank && s->rank != 0) {
            rc = transport_exchange(s->t, &piece, 1, NULL, 0, e);
            s->least.least_sent += bytes;
        }
        if (rc == 0 && s->rank == 0 && mine.code == ERR_NONE)
            visit(context, shard_first(b), shard_width(s, b), values, &mine);
    }
    free(room);
    return rc < 0 ? -1 : shard_agree(s, &mine, e);
}

/* One block of each rank goes to all others. */
static int spread_round(struct shard *s, size_t first, double *whole, struct transport_piece *send,
                        struct transport_piece *receive, struct err *e)
{
    size_t own = first + (size_t)s->rank, sends = 0, receives = 0;

    for (int r = 0; r < s->ranks; r++) {
        size_t b = first + (size_t)r;
        if (own < s->blocks)
            send[sends++] =
                (struct transport_piece){r, shard_sum(s, own), shard_width(s, own) * sizeof *whole};
        if (b < s->blocks)
            receive[receives++] = (struct transport_piece){r, whole + shard_first(b),
                                                           shard_width(s, b) * sizeof *whole};
        if (r != s->rank && own < s->blocks)
            s->least.least_sent += shard_width(s, own) * sizeof *whole;
        if (r != s->rank && b < s->blocks)
            s->least.least_received += shard_width(s, b) * sizeof *whole;
    }
    return transport_exchange(s->t, send, sends, receive, receives, e);
}

int shard_spread(struct shard *s, double *whole, struct err *e)
{
    size_t N = (size_t)s->ranks;
    struct transport_piece *send = err_alloc(N, sizeof *send, "a model", NULL);
    struct transport_piece *receive = err_alloc(N, sizeof *receive, "a model", NULL);
    int rc = 0;

    if (!send || !receive)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (size_t b = 0; rc == 0 && b < s->blocks; b += N)
        rc = spread_round(s, b, whole, send, receive, e);
    free(send);
    free(receive);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates the middle of results of which each rank has its blocks. */
#include "engine/shard/shard_private.h"

#include <stdlib.h>
#include <string.h>

/* One estimate, on one rank. */
struct estimating {
    struct shard *s;
    bool means;
    struct told {
        enum estimate_method method;
        double share;
    } told;
    bool *taken;   /* n */
    double *items; /* n; and of those that are taken */
    double *some;
    double *rows; /* a block of those */
    struct err mine;
};

static void open_estimating(struct estimating *x)
{
    struct shard *s = x->s;

    x->taken = err_alloc(s->n, sizeof *x->taken, "an estimate", NULL);
    x->items = err_alloc(s->n, sizeof *x->items, "an estimate", NULL);
    if (!x->taken || !x->items)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    x->some = err_alloc(s->n, sizeof *x->some, "an estimate", &x->mine);
    x->rows = err_alloc(s->n * SHARD_BLOCK, sizeof *x->rows, "an estimate", &x->mine);
    free(s->middle);
    s->middle = err_alloc(s->mine * SHARD_BLOCK, sizeof *s->middle, "an estimate", &x->mine);
}

static int tell(struct estimating *x, const struct shard_estimate *given, struct err *e)
{
    struct shard *s = x->s;

    if (s->rank == 0) {
        x->told = (struct told){given->method, given->share};
        memcpy(x->taken, given->taken, s->n * sizeof *x->taken);
        memcpy(x->items, given->items, s->n * sizeof *x->items);
    }
    if (shard_tell(s, &x->told, sizeof x->told, e) < 0 ||
        shard_tell(s, x->taken, s->n * sizeof *x->taken, e) < 0)
        return -1;
    return shard_tell(s, x->items, s->n * sizeof *x->items, e);
}

static int estimate_block(struct estimating *x, size_t block, struct err *e)
{
    struct shard *s = x->s;
    size_t width = shard_width(s, block), n = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (!x->taken[i])
            continue;
        const double *from = shard_rows(s, block) + i * width;
        double *to = x->rows + n * width;
        for (size_t j = 0; j < width; j++)
            to[j] = x->means ? from[j] / x->items[i] : from[j];
        x->some[n++] = x->items[i];
    }
    const struct estimate_input in = {
        .n = n, .d = width, .x = x->rows, .items = x->some, .share = x->told.share};
    return estimate_apply(x->told.method, &in, shard_part(s, s->middle, block), e);
}

int shard_estimate(struct shard *s, const struct shard_compared *compared,
                   const struct shard_estimate *given, struct err *e)
{
    struct estimating x = {.s = s, .means = compared->means};

    open_estimating(&x);
    int rc = tell(&x, given, e);
    for (size_t i = 0; rc == 0 && i < s->mine && x.mine.code == ERR_NONE; i++)
        estimate_block(&x, shard_block(s, i), &x.mine);
    free(x.taken);
    free(x.items);
    free(x.some);
    free(x.rows);
    return rc < 0 ? -1 : shard_agree(s, &x.mine, e);
}

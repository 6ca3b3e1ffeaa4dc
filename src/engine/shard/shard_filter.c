/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides on results of which each rank has its blocks. */
#include "engine/shard/shard_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the master tells of its input. */
struct told {
    struct filter_options o;
    bool share, excluded, items; /* whether there are any */
};

/* One decision, on one rank. */
struct deciding {
    struct shard *s;
    const struct shard_compared *compared;
    struct told told;
    double *share, *items;     /* n */
    bool *excluded;            /* n */
    enum filter_why *why;      /* n */
    double *reach;             /* n + 1: how long results are, and how far their middle is */
    double *reaches;           /* N times that, on the master */
    enum filter_why *said;     /* N x n, on the master: what each rank has found */
    double *means;             /* a block of n results; NULL: they are compared as they are */
    double *lower, *upper;     /* a block */
    struct filter_input in;    /* without features */
    struct filter_columns all; /* of the master */
    bool opened;
    struct err mine;
};

static void open_deciding(struct deciding *x)
{
    size_t n = x->s->n, N = x->s->rank == 0 ? (size_t)x->s->ranks : 1;
    struct err *e = &x->mine;

    x->share = err_alloc(n, sizeof *x->share, "the filter", e);
    x->items = err_alloc(n, sizeof *x->items, "the filter", e);
    x->excluded = err_alloc(n, sizeof *x->excluded, "the filter", e);
    x->why = err_alloc(n, sizeof *x->why, "the filter", e);
    x->reach = err_alloc(n + 1, sizeof *x->reach, "the filter", e);
    x->reaches = err_alloc(N * (n + 1), sizeof *x->reaches, "the filter", e);
    x->said = err_alloc(N * n, sizeof *x->said, "the filter", e);
    x->lower = err_alloc(SHARD_BLOCK, sizeof *x->lower, "the filter", e);
    x->upper = err_alloc(SHARD_BLOCK, sizeof *x->upper, "the filter", e);
    free(x->s->centre);
    x->s->centre = err_alloc(x->s->mine * SHARD_BLOCK, sizeof *x->s->centre, "the filter", e);
    if (x->compared->means)
        x->means = err_alloc(n * SHARD_BLOCK, sizeof *x->means, "the filter", e);
}

static void close_deciding(struct deciding *x)
{
    if (x->opened)
        filter_columns_free(&x->all);
    free(x->share);
    free(x->items);
    free(x->excluded);
    free(x->why);
    free(x->reach);
    free(x->reaches);
    free(x->said);
    free(x->means);
    free(x->lower);
    free(x->upper);
}

/* Effect: all ranks have what the master decides by. */
static int tell_input(struct deciding *x, const struct filter_options *o,
                      const struct filter_input *in, struct err *e)
{
    struct shard *s = x->s;
    size_t n = s->n;

    if (s->rank == 0) {
        x->told = (struct told){*o, in->share != NULL, in->excluded != NULL, in->items != NULL};
        if (in->share)
            memcpy(x->share, in->share, n * sizeof *x->share);
        if (in->items)
            memcpy(x->items, in->items, n * sizeof *x->items);
        if (in->excluded)
            memcpy(x->excluded, in->excluded, n * sizeof *x->excluded);
    }
    if (shard_tell(s, &x->told, sizeof x->told, e) < 0 ||
        shard_tell(s, x->share, n * sizeof *x->share, e) < 0 ||
        shard_tell(s, x->items, n * sizeof *x->items, e) < 0 ||
        shard_tell(s, x->excluded, n * sizeof *x->excluded, e) < 0)
        return -1;
    x->in = (struct filter_input){.n = n,
                                  .d = s->d,
                                  .share = x->told.share ? x->share : NULL,
                                  .items = x->told.items ? x->items : NULL,
                                  .excluded = x->told.excluded ? x->excluded : NULL};
    return 0;
}

/* Makes of a block of this rank what the filter compares. A result that is known not to be finite
 * says so in its first coordinate: what is told of it begins there, whatever is wrong with it. */
static struct filter_block look_at(struct deciding *x, size_t block)
{
    struct shard *s = x->s;
    size_t width = shard_width(s, block), first = shard_first(block);
    double *rows = shard_rows(s, block);
    struct filter_block b = {.o = &x->told.o, .in = x->in, .first = first, .width = width};

    for (size_t i = 0; x->means && i < s->n; i++)
        for (size_t j = 0; j < width; j++)
            x->means[i * width + j] = x->items[i] > 0 ? rows[i * width + j] / x->items[i] : 0;
    b.in.features = x->means ? x->means : rows;
    b.in.errors = shard_errors(s, block);
    if (x->compared->ranges) {
        for (size_t j = 0; j < width; j++) {
            x->lower[j] = -INFINITY;
            x->upper[j] = INFINITY;
        }
        x->compared->ranges(x->compared->context, first, width, x->lower, x->upper, &x->mine);
        b.in.lower = x->lower;
        b.in.upper = x->upper;
    }
    return b;
}

/* Effect: all ranks know which results cannot be scored. */
static int sieve(struct deciding *x, struct err *e)
{
    struct shard *s = x->s;
    size_t n = s->n, N = (size_t)s->ranks, bytes = n * sizeof *x->why;

    for (size_t i = 0; i < n; i++)
        x->why[i] = x->in.excluded && x->excluded[i] ? FILTER_EXCLUDED : FILTER_ACCEPTED;
    for (size_t i = 0; i < s->mine && x->mine.code == ERR_NONE; i++) {
        const struct filter_block b = look_at(x, shard_block(s, i));
        filter_block_sieve(&b, x->why);
    }
    int rc = shard_gather(s, x->why, bytes, x->said, e);
    for (size_t i = 0; s->rank == 0 && i < N * n; i++)
        x->why[i % n] = filter_why_first(x->why[i % n], x->said[i]);
    return rc < 0 ? -1 : shard_tell(s, x->why, bytes, e);
}

/* Effect: all ranks know how long the results are, of all blocks. c has what they know. */
static int measure(struct deciding *x, struct filter_columns *c, struct err *e)
{
    struct shard *s = x->s;
    size_t m = c->scored, N = (size_t)s->ranks;

    for (size_t i = 0; i < s->mine && x->mine.code == ERR_NONE; i++) {
        const struct filter_block b = look_at(x, shard_block(s, i));
        filter_columns_measure(c, &b, &x->mine);
    }
    memcpy(x->reach, c->far, m * sizeof *x->reach);
    x->reach[m] = c->middle;
    int rc = shard_gather(s, x->reach, (m + 1) * sizeof *x->reach, x->reaches, e);
    for (size_t i = 0; s->rank == 0 && i < N * (m + 1); i++)
        x->reach[i % (m + 1)] = fmax(x->reach[i % (m + 1)], x->reaches[i]);
    if (rc < 0 || shard_tell(s, x->reach, (m + 1) * sizeof *x->reach, e) < 0)
        return -1;
    return 0;
}

/* Effect: c is empty, but for how long results are. */
static int open_columns(struct deciding *x, struct filter_columns *c, struct err *e)
{
    if (filter_columns_open(c, &x->told.o, &x->in, x->why, e) < 0)
        return -1;
    if (c->deviations) {
        filter_columns_free(c);
        return err_set(e, ERR_INPUT, "%zu results are too many to be dealt to ranks", x->s->n);
    }
    memcpy(c->far, x->reach, c->scored * sizeof *c->far);
    c->middle = x->reach[c->scored];
    return 0;
}

/* What is learnt of one block goes to the master, or comes to it, as pieces. */
static int pass_columns(struct deciding *x, struct filter_columns *c, int rank, struct err *e)
{
    size_t m = c->scored;
    const struct transport_piece pieces[] = {
        {rank, c->squares, c->squares ? m * m * sizeof *c->squares : 0},
        {rank, c->largest, m * sizeof *c->largest},
        {rank, c->factor, m * sizeof *c->factor},
        {rank, &c->noise, sizeof c->noise},
        {rank, &c->coordinates, sizeof c->coordinates},
        {rank, c->decisions, c->n * sizeof *c->decisions},
        {rank, c->offends, c->n * FILTER_WORST * sizeof *c->offends},
    };
    const size_t count = sizeof pieces / sizeof pieces[0];

    return x->s->rank == 0 ? transport_exchange(x->s->t, NULL, 0, pieces, count, e)
                           : transport_exchange(x->s->t, pieces, count, NULL, 0, e);
}

/* Effect: c is what is learnt of a block, or on the master has room for that of another rank. */
static void learn(struct deciding *x, size_t block, struct filter_columns *c)
{
    if (open_columns(x, c, NULL) < 0)
        transport_abort(x->s->t, ERR_SOFTWARE); /* the master waits for it */
    if (shard_holder(x->s, block) != x->s->rank || x->mine.code != ERR_NONE)
        return;
    const struct filter_block b = look_at(x, block);
    double *rows = (double *)b.in.features;
    for (size_t i = 0; x->means && block == 0 && i < x->s->n; i++)
        if (x->why[i] == FILTER_NOT_FINITE)
            rows[i * b.width] = NAN;
    filter_columns_add(c, &b, shard_part(x->s, x->s->centre, block), &x->mine);
}

/* Effect: the master has learnt of all blocks, in their order. Each round a block of every rank. */
static int learn_all(struct deciding *x, struct err *e)
{
    struct shard *s = x->s;
    struct filter_columns c;
    int rc = 0;

    for (size_t block = 0; rc == 0 && block < s->blocks; block++) {
        int holder = shard_holder(s, block);
        if (s->rank != 0 && s->rank != holder)
            continue;
        learn(x, block, &c);
        if (holder != 0)
            rc = pass_columns(x, &c, s->rank == 0 ? holder : 0, e);
        if (rc == 0 && s->rank == 0)
            filter_columns_merge(&x->all, &c);
        filter_columns_free(&c);
    }
    return rc;
}

static int decide(struct deciding *x, const struct filter_options *o, const struct filter_input *in,
                  struct err *e)
{
    if (shard_agree(x->s, &x->mine, e) < 0 || tell_input(x, o, in, e) < 0 || sieve(x, e) < 0)
        return -1;
    x->opened = open_columns(x, &x->all, &x->mine) == 0; /* none of the others is opened if not */
    if (shard_agree(x->s, &x->mine, e) < 0 || measure(x, &x->all, e) < 0)
        return -1;
    if (x->s->rank != 0) {
        filter_columns_free(&x->all);
        x->opened = false;
    }
    return learn_all(x, e) < 0 ? -1 : shard_agree(x->s, &x->mine, e);
}

int shard_filter(struct shard *s, const struct shard_compared *compared,
                 const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e)
{
    struct deciding x = {.s = s, .compared = compared};

    open_deciding(&x);
    int rc = decide(&x, o, in, e);
    if (rc == 0 && s->rank == 0)
        filter_rows(o, &x.all, out, &x.mine);
    if (rc == 0 && shard_agree(s, &x.mine, e) < 0) {
        rc = -1;
        if (s->rank == 0)
            filter_outcome_free(out);
    }
    close_deciding(&x);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings each rank its blocks of all results. */
#include "engine/shard/shard_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A window of one result of each rank, on its way. */
struct window {
    struct shard *s;
    size_t begin, end; /* blocks */
    double *values;    /* of this rank's result */
    double *errors;    /* NULL: there are none */
    struct transport_piece *send, *receive;
    size_t sends, receives;
};

/* Returns the j-th result of a rank, or s->n if it has no more. */
static size_t result_of(const struct shard *s, int rank, size_t j)
{
    size_t at = s->from[rank] + j;

    return at < s->from[rank + 1] ? s->results[at] : s->n;
}

static void read_own(struct window *w, size_t result, shard_read *read, void *context,
                     struct err *mine)
{
    struct shard *s = w->s;
    size_t first = shard_first(w->begin), count = 0;

    for (size_t b = w->begin; b < w->end; b++) {
        size_t at = (b - w->begin) * SHARD_BLOCK, bytes = shard_width(s, b) * sizeof *w->values;
        w->send[w->sends++] = (struct transport_piece){shard_holder(s, b), w->values + at, bytes};
        if (w->errors)
            w->send[w->sends++] =
                (struct transport_piece){shard_holder(s, b), w->errors + at, bytes};
        count += shard_width(s, b);
        if (shard_holder(s, b) != s->rank)
            s->least.least_sent += w->errors ? 2 * bytes : bytes;
    }
    if (mine->code == ERR_NONE)
        read(context, result, first, count, w->values, w->errors, mine);
}

static void expect(struct window *w, int rank, size_t result)
{
    struct shard *s = w->s;

    for (size_t b = w->begin; b < w->end; b++) {
        if (shard_holder(s, b) != s->rank)
            continue;
        size_t width = shard_width(s, b), bytes = width * sizeof(double);
        double *to = shard_rows(s, b) + result * width;
        w->receive[w->receives++] = (struct transport_piece){rank, to, bytes};
        if (w->errors)
            w->receive[w->receives++] =
                (struct transport_piece){rank, shard_errors(s, b) + result * width, bytes};
        if (rank != s->rank)
            s->least.least_received += w->errors ? 2 * bytes : bytes;
    }
}

/* The j-th result of each rank, if it has one. */
static int pass_results(struct window *w, size_t j, shard_read *read, void *context,
                        struct err *mine, struct err *e)
{
    struct shard *s = w->s;

    for (w->begin = 0; w->begin < s->blocks; w->begin = w->end) {
        size_t left = s->blocks - w->begin;
        w->end = w->begin + (left < SHARD_WINDOW ? left : SHARD_WINDOW);
        w->sends = w->receives = 0;
        if (result_of(s, s->rank, j) < s->n)
            read_own(w, result_of(s, s->rank, j), read, context, mine);
        for (int r = 0; r < s->ranks; r++)
            if (result_of(s, r, j) < s->n)
                expect(w, r, result_of(s, r, j));
        if (transport_exchange(s->t, w->send, w->sends, w->receive, w->receives, e) < 0)
            return -1;
    }
    return 0;
}

/* Effect: the master knows which results are finite. */
static int see_finite(struct shard *s, struct err *e)
{
    size_t N = s->rank == 0 ? (size_t)s->ranks : 1;
    bool *mine = err_alloc(s->n, sizeof *mine, "a window", NULL);
    bool *all = err_alloc(N * s->n, sizeof *all, "a window", NULL);

    if (!mine || !all)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (size_t i = 0; i < s->n; i++)
        mine[i] = s->finite[i] = true;
    for (size_t i = 0; i < s->mine * s->n; i++) {
        size_t b = shard_block(s, i / s->n), result = i % s->n, width = shard_width(s, b);
        const double *row = shard_rows(s, b) + result * width;
        for (size_t j = 0; j < width && mine[result]; j++)
            mine[result] = isfinite(row[j]);
    }
    int rc = shard_gather(s, mine, s->n * sizeof *mine, all, e);
    for (size_t i = 0; s->rank == 0 && i < N * s->n; i++)
        s->finite[i % s->n] &= all[i];
    free(mine);
    free(all);
    return rc;
}

const bool *shard_finite(const struct shard *s)
{
    return s->finite;
}

int shard_collect(struct shard *s, shard_read *read, void *context, struct err *e)
{
    struct window w = {.s = s};
    struct err mine = {0};
    size_t most = 0, blocks = s->blocks < SHARD_WINDOW ? s->blocks : SHARD_WINDOW;
    size_t kinds = s->errors ? 2 : 1; /* of numbers that travel */
    int rc = 0;

    w.values = err_alloc(blocks * SHARD_BLOCK, sizeof *w.values, "a window", NULL);
    if (s->errors)
        w.errors = err_alloc(blocks * SHARD_BLOCK, sizeof *w.errors, "a window", NULL);
    w.send = err_alloc(kinds * blocks, sizeof *w.send, "a window", NULL);
    w.receive = err_alloc(kinds * (blocks + (size_t)s->ranks), sizeof *w.receive, "a window", NULL);
    if (!w.values || (s->errors && !w.errors) || !w.send || !w.receive)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (int r = 0; r < s->ranks; r++)
        if (s->from[r + 1] - s->from[r] > most)
            most = s->from[r + 1] - s->from[r];
    for (size_t j = 0; rc == 0 && j < most; j++)
        rc = pass_results(&w, j, read, context, &mine, e);
    free(w.values);
    free(w.errors);
    free(w.send);
    free(w.receive);
    if (rc < 0 || see_finite(s, e) < 0)
        return -1;
    return shard_agree(s, &mine, e);
}

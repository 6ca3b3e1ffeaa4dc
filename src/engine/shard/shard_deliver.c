/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands on what ranks have of results, and what these come to. */
#include "engine/shard/shard_private.h"

#include <stdlib.h>

/* Effect: on the master room is what the holder of a block has at values, which it may be itself;
 * *at is where it is then. */
static int bring(struct shard *s, int holder, double *values, size_t count, double *room,
                 const double **at, struct err *e)
{
    size_t bytes = count * sizeof *room;
    const struct transport_piece piece = {s->rank == 0 ? holder : 0, s->rank == 0 ? room : values,
                                          bytes};

    *at = holder == 0 ? values : room;
    if (holder == 0 || (s->rank != 0 && s->rank != holder))
        return 0;
    if (s->rank != 0) {
        s->least.least_sent += bytes;
        return transport_exchange(s->t, &piece, 1, NULL, 0, e);
    }
    s->least.least_received += bytes;
    return transport_exchange(s->t, NULL, 0, &piece, 1, e);
}

static double *make_block(struct shard *s)
{
    double *room = err_alloc(SHARD_BLOCK, sizeof *room, "a block", NULL);

    if (!room)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    return room;
}

static int deliver(struct shard *s, double *what, shard_visit *visit, void *context, struct err *e)
{
    double *room = make_block(s);
    struct err mine = {0};
    int rc = 0;

    for (size_t b = 0; rc == 0 && b < s->blocks; b++) {
        int holder = shard_holder(s, b);
        const double *at;
        rc = bring(s, holder, holder == s->rank ? shard_part(s, what, b) : NULL, shard_width(s, b),
                   room, &at, e);
        if (rc == 0 && s->rank == 0 && mine.code == ERR_NONE)
            visit(context, shard_first(b), shard_width(s, b), at, &mine);
    }
    free(room);
    return rc < 0 ? -1 : shard_agree(s, &mine, e);
}

int shard_deliver(struct shard *s, shard_visit *visit, void *context, struct err *e)
{
    return deliver(s, s->sum, visit, context, e);
}

int shard_deliver_centre(struct shard *s, shard_visit *visit, void *context, struct err *e)
{
    return deliver(s, s->centre, visit, context, e);
}

int shard_deliver_middle(struct shard *s, shard_visit *visit, void *context, struct err *e)
{
    return deliver(s, s->middle, visit, context, e);
}

int shard_deliver_results(struct shard *s, shard_visit_result *visit, void *context, struct err *e)
{
    double *room = make_block(s);
    struct err mine = {0};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < s->blocks * s->n; i++) {
        size_t b = i / s->n, result = i % s->n, width = shard_width(s, b);
        int holder = shard_holder(s, b);
        const double *at;
        rc = bring(s, holder, holder == s->rank ? shard_rows(s, b) + result * width : NULL, width,
                   room, &at, e);
        if (rc == 0 && s->rank == 0 && mine.code == ERR_NONE)
            visit(context, result, shard_first(b), width, at, &mine);
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
            send[sends++] = (struct transport_piece){r, shard_part(s, s->sum, own),
                                                     shard_width(s, own) * sizeof *whole};
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

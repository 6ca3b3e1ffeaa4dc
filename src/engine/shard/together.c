/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the ranks that judge results together tell each other what each must know. */
#include "engine/shard/together.h"

#include <stdlib.h>

enum { PART = 65536 }; /* doubles that are handed on at a time */

int together_tell(struct transport *t, int ranks, void *data, size_t len, struct err *e)
{
    struct transport_piece *to = err_alloc((size_t)ranks, sizeof *to, "a shard", NULL);
    const struct transport_piece from = {.rank = 0, .data = data, .len = len};
    size_t others = (size_t)ranks - 1;

    if (!to)
        transport_abort(t, ERR_SOFTWARE);
    for (size_t r = 0; r < others; r++)
        to[r] = (struct transport_piece){.rank = (int)r + 1, .data = data, .len = len};
    int rc = transport_rank(t) == 0 ? transport_exchange(t, to, others, NULL, 0, e)
                                    : transport_exchange(t, NULL, 0, &from, 1, e);
    free(to);
    return rc;
}

int together_agree(struct transport *t, int ranks, const struct err *mine, struct err *e)
{
    size_t N = (size_t)ranks;
    struct err *all = err_alloc(N, sizeof *all, "a shard", NULL), first = *mine;
    struct transport_piece *from = err_alloc(N, sizeof *from, "a shard", NULL);
    const struct transport_piece to = {.rank = 0, .data = &first, .len = sizeof first};
    bool master = transport_rank(t) == 0;
    int rc;

    if (!all || !from)
        transport_abort(t, ERR_SOFTWARE);
    for (size_t r = 1; r < N; r++)
        from[r - 1] = (struct transport_piece){(int)r, &all[r], sizeof all[r]};
    if (master)
        rc = transport_exchange(t, NULL, 0, from, N - 1, e);
    else
        rc = transport_exchange(t, &to, 1, NULL, 0, e);
    for (size_t r = 1; master && r < N && first.code == ERR_NONE; r++)
        first = all[r];
    if (rc == 0)
        rc = together_tell(t, ranks, &first, sizeof first, e);
    free(all);
    free(from);
    if (rc < 0 || first.code == ERR_NONE)
        return rc;
    first.text[sizeof first.text - 1] = '\0'; /* it came from another rank */
    return err_set(e, err_code_of((uint64_t)first.code), "%s", first.text);
}

int together_gather(struct transport *t, int ranks, void *said, size_t len, void *all,
                    struct err *e)
{
    size_t N = (size_t)ranks;
    bool master = transport_rank(t) == 0;
    struct transport_piece *from = err_alloc(N, sizeof *from, "a shard", NULL);
    const struct transport_piece to = {0, said, len};

    if (!from)
        transport_abort(t, ERR_SOFTWARE);
    for (size_t r = 0; r < N; r++)
        from[r] = (struct transport_piece){(int)r, (char *)all + (master ? r * len : 0), len};
    int rc = transport_exchange(t, &to, 1, from, master ? N : 0, e);
    free(from);
    return rc;
}

/* A part for each rank, of which the first begins there; the last ones may have fewer numbers, or
 * none. */
struct parts {
    struct transport *t;
    int rank, ranks;
    double *whole;
    size_t first, count;
    struct together_least *least;
};

static struct transport_piece part_of(const struct parts *p, int rank, int with)
{
    size_t at = p->first + (size_t)rank * PART, left = at < p->count ? p->count - at : 0;

    return (struct transport_piece){with, p->whole + (left ? at : 0),
                                    (left < PART ? left : PART) * sizeof(double)};
}

/* Each rank has its part from the master. */
static int hand_out(const struct parts *p, struct transport_piece *pieces, struct err *e)
{
    size_t n = 0;

    for (int r = 1; p->rank == 0 && r < p->ranks; r++) {
        pieces[n] = part_of(p, r, r);
        p->least->sent += pieces[n++].len;
    }
    if (p->rank == 0)
        return transport_exchange(p->t, pieces, n, NULL, 0, e);
    pieces[0] = part_of(p, p->rank, 0);
    p->least->received += pieces[0].len;
    return transport_exchange(p->t, NULL, 0, pieces, 1, e);
}

/* Each rank has the parts of the others from them. */
static int hand_on(const struct parts *p, struct transport_piece *send,
                   struct transport_piece *receive, struct err *e)
{
    size_t sends = 0, receives = 0;

    for (int r = 1; r < p->ranks; r++)
        if (r != p->rank) {
            send[sends] = part_of(p, p->rank, r);
            p->least->sent += send[sends++].len;
        }
    for (int r = 0; p->rank != 0 && r < p->ranks; r++)
        if (r != p->rank) {
            receive[receives] = part_of(p, r, r);
            p->least->received += receive[receives++].len;
        }
    return transport_exchange(p->t, send, sends, receive, receives, e);
}

int together_share(struct transport *t, int ranks, double *whole, size_t count,
                   struct together_least *least, struct err *e)
{
    struct parts p = {t, transport_rank(t), ranks, whole, 0, count, least};
    struct transport_piece *send = err_alloc((size_t)ranks, sizeof *send, "a model", NULL);
    struct transport_piece *receive = err_alloc((size_t)ranks, sizeof *receive, "a model", NULL);
    int rc = 0;

    if (!send || !receive)
        transport_abort(t, ERR_SOFTWARE);
    for (; rc == 0 && ranks > 1 && p.first < count; p.first += (size_t)ranks * PART) {
        rc = hand_out(&p, send, e);
        if (rc == 0)
            rc = hand_on(&p, send, receive, e);
    }
    free(send);
    free(receive);
    return rc;
}

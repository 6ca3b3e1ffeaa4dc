/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges whole states along the fixed tree, over ranks of which none holds them all. */
#include "engine/slave/shards_private.h"

#include <stdlib.h>
#include <string.h>

#include "engine/state/reduction.h"

/*
 * The leaves of the tree are the results that are taken. Rank r has the leaves from r `each` on, each
 * a power of two: their node is one of the tree, but for the last rank's, which may have fewer. Nodes
 * are merged with their right neighbours, then with those two ranks further on, and so on, which
 * is again what the tree does: state/reduction.h.
 */
struct merging {
    struct shards *d;
    bool *taken;
    size_t leaves, each;
    int ranks;     /* that have leaves */
    double *state; /* of this rank's leaves */
    struct err mine;
};

static void plan(struct merging *m)
{
    const struct shards *d = m->d;

    for (size_t i = 0; i < d->n; i++)
        m->leaves += m->taken[i];
    m->each = 1;
    while (m->each * (size_t)d->ranks < m->leaves)
        m->each *= 2;
    m->ranks = (int)((m->leaves + m->each - 1) / m->each);
}

/* Effect: the state is the merge of this rank's leaves. */
static int merge_own(struct merging *m, struct err *e)
{
    struct shards *d = m->d;
    size_t first = (size_t)transport_rank(d->t) * m->each, leaf = 0;
    struct reduction *t = reduction_create(d->bound, REDUCTION_UNCAPPED, e);
    int rc = t ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < d->n && leaf < first + m->each; i++) {
        if (!m->taken[i] || leaf++ < first)
            continue;
        double *state = reduction_new_state(t, e);
        if (!state || shards_take(d, i, state, e) < 0)
            rc = -1;
        else if (reduction_push_leaf(t, leaf - 1 - first, state, e) < 0)
            rc = err_for_good(e); /* of states that were looked at it is the same each time */
    }
    if (rc == 0 && reduction_finish(t, m->state, e) < 0)
        rc = err_for_good(e);
    reduction_destroy(t);
    return rc;
}

/* Effect: the state has that of the rank which is `step` further on, if this one gets it. */
static int merge_next(struct merging *m, int step, struct err *e)
{
    struct shards *d = m->d;
    int rank = transport_rank(d->t);
    size_t bytes = d->length * sizeof *m->state;
    struct transport_piece piece = {rank - step, m->state, bytes};

    if (rank >= m->ranks || rank % step != 0)
        return 0;
    if (rank % (2 * step) != 0) {
        d->least.sent += bytes;
        return transport_exchange(d->t, &piece, 1, NULL, 0, e);
    }
    if (rank + step >= m->ranks)
        return 0;
    double *other = err_alloc(d->length, sizeof *other, "a state", NULL);
    if (!other)
        transport_abort(d->t, ERR_SOFTWARE); /* the other waits */
    piece = (struct transport_piece){rank + step, other, bytes};
    d->least.received += bytes;
    int rc = transport_exchange(d->t, NULL, 0, &piece, 1, e);
    if (rc == 0 && m->mine.code == ERR_NONE && bound_merge(d->bound, m->state, other, &m->mine) < 0)
        err_for_good(&m->mine);
    free(other);
    return rc;
}

int shards_merge_states(struct shards *d, const struct shards_call *call, struct err *e)
{
    struct merging m = {.d = d};
    int rank = transport_rank(d->t);

    m.taken = err_alloc(d->n, sizeof *m.taken, "the merge", NULL);
    if (!m.taken)
        transport_abort(d->t, ERR_SOFTWARE); /* the others wait */
    if (rank == 0)
        memcpy(m.taken, call->taken, d->n * sizeof *m.taken);
    shard_drop(d->shard); /* what was compared is not needed any more */
    int rc = together_tell(d->t, d->ranks, m.taken, d->n * sizeof *m.taken, e);
    plan(&m);
    if (rank < m.ranks || rank == 0) {
        m.state = rank == 0 ? call->merged : err_alloc(d->length, sizeof *m.state, "a state", NULL);
        if (!m.state)
            transport_abort(d->t, ERR_SOFTWARE);
        if (rc == 0)
            merge_own(&m, &m.mine);
    }
    for (int step = 1; rc == 0 && step < m.ranks; step *= 2)
        rc = merge_next(&m, step, e);
    if (rank != 0)
        free(m.state);
    free(m.taken);
    return rc < 0 ? -1 : together_agree(d->t, d->ranks, &m.mine, e);
}

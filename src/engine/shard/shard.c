/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals the coordinates of results to ranks. */
#include "engine/shard/shard_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

int shard_tell(struct shard *s, void *data, size_t len, struct err *e)
{
    struct transport_piece *to = err_alloc((size_t)s->ranks, sizeof *to, "a shard", NULL);
    const struct transport_piece from = {.rank = 0, .data = data, .len = len};
    size_t others = (size_t)s->ranks - 1;

    if (!to)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (size_t r = 0; r < others; r++)
        to[r] = (struct transport_piece){.rank = (int)r + 1, .data = data, .len = len};
    int rc = s->rank == 0 ? transport_exchange(s->t, to, others, NULL, 0, e)
                          : transport_exchange(s->t, NULL, 0, &from, 1, e);
    free(to);
    return rc;
}

int shard_agree(struct shard *s, const struct err *mine, struct err *e)
{
    size_t N = (size_t)s->ranks;
    struct err *all = err_alloc(N, sizeof *all, "a shard", NULL), first = *mine;
    struct transport_piece *from = err_alloc(N, sizeof *from, "a shard", NULL);
    const struct transport_piece to = {.rank = 0, .data = &first, .len = sizeof first};
    int rc;

    if (!all || !from)
        transport_abort(s->t, ERR_SOFTWARE);
    for (size_t r = 1; r < N; r++)
        from[r - 1] = (struct transport_piece){(int)r, &all[r], sizeof all[r]};
    if (s->rank == 0)
        rc = transport_exchange(s->t, NULL, 0, from, N - 1, e);
    else
        rc = transport_exchange(s->t, &to, 1, NULL, 0, e);
    for (size_t r = 1; s->rank == 0 && r < N && first.code == ERR_NONE; r++)
        first = all[r];
    if (rc == 0)
        rc = shard_tell(s, &first, sizeof first, e);
    free(all);
    free(from);
    if (rc < 0 || first.code == ERR_NONE)
        return rc;
    first.text[sizeof first.text - 1] = '\0'; /* it came from another rank */
    return err_set(e, err_code_of((uint64_t)first.code), "%s", first.text);
}

int shard_gather(struct shard *s, void *said, size_t len, void *all, struct err *e)
{
    size_t N = (size_t)s->ranks;
    struct transport_piece *from = err_alloc(N, sizeof *from, "a shard", NULL);
    const struct transport_piece to = {0, said, len};

    if (!from)
        transport_abort(s->t, ERR_SOFTWARE); /* the others wait */
    for (size_t r = 0; r < N; r++)
        from[r] = (struct transport_piece){(int)r, (char *)all + (s->rank == 0 ? r * len : 0), len};
    int rc = transport_exchange(s->t, &to, 1, from, s->rank == 0 ? N : 0, e);
    free(from);
    return rc;
}

/* Effect: results are in the order of the ranks that have them. */
static int sort_results(struct shard *s, const int *owner, struct err *e)
{
    size_t N = (size_t)s->ranks, n = 0;

    s->results = err_alloc(s->n, sizeof *s->results, "a shard", e);
    s->from = err_alloc(N + 1, sizeof *s->from, "a shard", e);
    if (!s->results || !s->from)
        return -1;
    for (size_t r = 0; r < N; r++) {
        s->from[r] = n;
        for (size_t i = 0; i < s->n; i++)
            if (owner[i] == (int)r)
                s->results[n++] = i;
    }
    s->from[N] = n;
    if (n != s->n)
        return err_set(e, ERR_SOFTWARE, "of %zu results %zu belong to none of %zu ranks", s->n,
                       s->n - n, N);
    return 0;
}

static int make_room(struct shard *s, struct err *e)
{
    size_t block = s->n * SHARD_BLOCK;

    if (s->n == 0 || s->d == 0 || s->n > SIZE_MAX / sizeof(double) / SHARD_BLOCK / (s->mine + 1))
        return err_set(e, ERR_SOFTWARE, "%zu results of %zu coordinates are no shard", s->n, s->d);
    s->slab = err_alloc(s->mine * block, sizeof *s->slab, "a shard of the results", e);
    return s->slab ? 0 : -1;
}

struct shard *shard_open(struct transport *t, const struct shard_shape *shape, struct err *e)
{
    struct shard *s = err_alloc(1, sizeof *s, "a shard", NULL);
    struct err mine = {0};

    if (!s)
        transport_abort(t, ERR_SOFTWARE);
    *s = (struct shard){.t = t,
                        .rank = transport_rank(t),
                        .ranks = shape->ranks,
                        .n = shape->n,
                        .d = shape->d,
                        .before = transport_exchanged(t)};
    s->blocks = (s->d + SHARD_BLOCK - 1) / SHARD_BLOCK;
    s->mine = (s->blocks + (size_t)s->ranks - 1 - (size_t)s->rank) / (size_t)s->ranks;
    if (sort_results(s, shape->owner, &mine) == 0 && make_room(s, &mine) == 0)
        s->finite = err_alloc(s->n, sizeof *s->finite, "a shard", &mine);
    if (shard_agree(s, &mine, e) == 0)
        return s;
    shard_free(s);
    return NULL;
}

void shard_free(struct shard *s)
{
    if (!s)
        return;
    free(s->results);
    free(s->from);
    free(s->slab);
    free(s->sum);
    free(s->centre);
    free(s->finite);
    free(s);
}

struct shard_account shard_account(const struct shard *s)
{
    const struct traffic now = transport_exchanged(s->t);
    struct shard_account x = s->least;
    struct rusage used;

    x.sent = now.sent_bytes - s->before.sent_bytes;
    x.received = now.received_bytes - s->before.received_bytes;
    if (getrusage(RUSAGE_SELF, &used) == 0)
        x.peak = (uint64_t)used.ru_maxrss * 1024;
    return x;
}

int shard_accounts(struct shard *s, struct shard_account *all, struct err *e)
{
    struct shard_account mine = shard_account(s);

    return shard_gather(s, &mine, sizeof mine, all, e);
}

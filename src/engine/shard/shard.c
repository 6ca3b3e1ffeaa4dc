/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals the coordinates of results to ranks. */
#include "engine/shard/shard_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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

static int make_room(struct shard *s, bool errors, struct err *e)
{
    size_t block = s->n * SHARD_BLOCK;

    if (s->n == 0 || s->d == 0 || s->n > SIZE_MAX / sizeof(double) / SHARD_BLOCK / (s->mine + 1))
        return err_set(e, ERR_SOFTWARE, "%zu results of %zu coordinates are no shard", s->n, s->d);
    s->slab = err_alloc(s->mine * block, sizeof *s->slab, "a shard of the results", e);
    if (errors)
        s->errors = err_alloc(s->mine * block, sizeof *s->errors, "a shard of the errors", e);
    return s->slab && (s->errors || !errors) ? 0 : -1;
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
    if (sort_results(s, shape->owner, &mine) == 0 && make_room(s, shape->errors, &mine) == 0)
        s->finite = err_alloc(s->n, sizeof *s->finite, "a shard", &mine);
    if (shard_agree(s, &mine, e) == 0)
        return s;
    shard_free(s);
    return NULL;
}

void shard_drop(struct shard *s)
{
    if (!s)
        return;
    free(s->slab);
    free(s->errors);
    s->slab = s->errors = NULL;
}

void shard_free(struct shard *s)
{
    if (!s)
        return;
    free(s->results);
    free(s->from);
    shard_drop(s);
    free(s->sum);
    free(s->centre);
    free(s->middle);
    free(s->finite);
    free(s);
}

uint64_t shard_peak(void)
{
    struct rusage used;

    return getrusage(RUSAGE_SELF, &used) == 0 ? (uint64_t)used.ru_maxrss * 1024 : 0;
}

struct shard_account shard_account(const struct shard *s)
{
    const struct traffic now = transport_exchanged(s->t);
    struct shard_account x = s->least;

    x.sent = now.sent_bytes - s->before.sent_bytes;
    x.received = now.received_bytes - s->before.received_bytes;
    x.peak = shard_peak();
    return x;
}

int shard_accounts(struct shard *s, struct shard_account *all, struct err *e)
{
    struct shard_account mine = shard_account(s);

    return shard_gather(s, &mine, sizeof mine, all, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes part in judging results of which no rank holds all. */
#include "engine/slave/shards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct shard_compared shards_compared = {.means = true};

void shards_free(struct shards *d)
{
    submitted_close(d->open);
    shard_free(d->shard);
    free(d->results);
    *d = (struct shards){0};
}

/* Reads the next part of a result. One after the other is read, each from its beginning to its end. */
static int read_part(void *context, size_t result, size_t first, size_t count, double *values,
                     struct err *e)
{
    struct shards *d = context;
    const struct shards_result *r = &d->results[result];
    double items;

    if (first == 0) {
        submitted_close(d->open);
        d->open =
            submitted_open(d->directory, (uint32_t)r->partition, d->length, r->digest, &items, e);
    }
    return d->open ? submitted_read(d->open, count, values, e) : -1;
}

/* Effect: d has the list of results. */
static int take_list(struct shards *d, const struct shards_head *head, const char *bytes,
                     size_t len, struct err *e)
{
    if (head->n == 0 || head->length < 2 || (len - sizeof *head) / sizeof *d->results != head->n ||
        (len - sizeof *head) % sizeof *d->results != 0)
        return err_set(e, ERR_SOFTWARE, "a message of %zu bytes does not list %zu results", len,
                       (size_t)head->n);
    d->n = (size_t)head->n;
    d->length = (size_t)head->length;
    d->ranks = (int)head->ranks;
    d->results = err_alloc(d->n, sizeof *d->results, "results", e);
    if (!d->results)
        return -1;
    memcpy(d->results, bytes + sizeof *head, d->n * sizeof *d->results);
    return 0;
}

int shards_collect(struct shards *d, struct transport *t, const char *directory, const void *bytes,
                   size_t len, struct err *e)
{
    struct shards_head head;

    shards_free(d);
    if (len < sizeof head ||
        snprintf(d->directory, sizeof d->directory, "%s", directory) >= (int)sizeof d->directory)
        return err_set(e, ERR_SOFTWARE, "results cannot be dealt by %zu bytes", len);
    memcpy(&head, bytes, sizeof head);
    if (take_list(d, &head, bytes, len, e) < 0)
        return -1;
    int *owner = err_alloc(d->n, sizeof *owner, "results", e);
    if (!owner)
        return -1;
    for (size_t i = 0; i < d->n; i++)
        owner[i] = (int)d->results[i].owner;
    const struct shard_shape shape = {(int)head.ranks, d->n, d->length - 1, owner};
    d->shard = shard_open(t, &shape, e);
    free(owner);
    int rc = d->shard ? shard_collect(d->shard, read_part, d, e) : -1;
    submitted_close(d->open);
    d->open = NULL;
    return rc;
}

/* Effect: the next step is taken. */
static int take_step(struct slave *s, uint64_t step, const struct message *in, struct err *e)
{
    char directory[PLAN_PATH];

    if (step == SHARDS_COLLECT) {
        if (snprintf(directory, sizeof directory, "%s/runs/%s", s->ledger, in->run) >=
            (int)sizeof directory)
            return err_set(e, ERR_SOFTWARE, "%.100s…: the path is too long", s->ledger);
        if (!s->shards && !(s->shards = err_alloc(1, sizeof *s->shards, "results", e)))
            return err_set(e, ERR_SOFTWARE, "there is no memory for results");
        return shards_collect(s->shards, s->pace.transport, directory, in->payload, in->length, e);
    }
    if (!s->shards || !s->shards->shard)
        return err_set(e, ERR_SOFTWARE, "no results were dealt");
    if (step == SHARDS_FILTER)
        return shard_filter(s->shards->shard, &shards_compared, NULL, NULL, NULL, e);
    if (step == SHARDS_MERGE)
        return shard_merge(s->shards->shard, NULL, e);
    if (step == SHARDS_DELIVER)
        return shard_deliver(s->shards->shard, NULL, NULL, e);
    if (step == SHARDS_RESULTS)
        return shard_deliver_results(s->shards->shard, NULL, NULL, e);
    if (step == SHARDS_CENTRE)
        return shard_deliver_centre(s->shards->shard, NULL, NULL, e);
    if (step == SHARDS_ACCOUNT)
        return shard_accounts(s->shards->shard, NULL, e);
    return err_set(e, ERR_SOFTWARE, "there is no step %d of dealing", (int)step);
}

int shards_take_part(struct slave *s, const struct message *in, struct err *e)
{
    struct err why = {0};
    uint64_t step = 0;

    if (in->length >= sizeof step)
        memcpy(&step, in->payload, sizeof step);
    if (take_step(s, step, in, &why) == 0 || why.code != ERR_SOFTWARE)
        return 0;
    return err_set(e, why.code, "%s", why.text);
}

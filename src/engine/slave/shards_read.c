/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads results of which no rank holds all, and hands on what is compared of them. */
#include "engine/slave/shards_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/compared.h"

int shards_take(const struct shards *d, size_t i, double *state, struct err *e)
{
    const struct shards_result *r = &d->results[i];
    char name[SUBMITTED_NAME];

    submitted_name(name, (uint32_t)r->partition, d->round);
    return submitted_take(d->directory, name, d->length, r->digest, state, e);
}

int shards_look(struct shards *d, size_t i, struct err *e)
{
    size_t features = bound_features_length(d->bound);

    if (!d->state)
        d->state = err_alloc(d->length, sizeof *d->state, "a state", e);
    if (!d->value)
        d->value = err_alloc(features, sizeof *d->value, "the features", e);
    if (!d->error)
        d->error = err_alloc(features, sizeof *d->error, "the features", e);
    if (!d->state || !d->value || !d->error || shards_take(d, i, d->state, e) < 0)
        return -1;
    d->finite[i] = compared_of(d->bound, d->state, d->value, d->error);
    return 0;
}

void shards_look_away(struct shards *d)
{
    free(d->state);
    free(d->value);
    free(d->error);
    d->state = d->value = d->error = NULL;
}

/* Reads the next part of a result. One after the other is read, each from its beginning to its end. */
static int read_part(void *context, size_t result, size_t first, size_t count, double *values,
                     double *errors, struct err *e)
{
    struct shards *d = context;
    const struct shards_result *r = &d->results[result];
    char name[SUBMITTED_NAME];
    double items;

    (void)errors;
    if (first == 0) {
        submitted_close(d->open);
        submitted_name(name, (uint32_t)r->partition, d->round);
        d->open = submitted_open(d->directory, name, d->length, r->digest, &items, e);
    }
    return d->open ? submitted_read(d->open, count, values, e) : -1;
}

/* The same of what is compared of it, for which all of it is looked at. */
static int read_compared(void *context, size_t result, size_t first, size_t count, double *values,
                         double *errors, struct err *e)
{
    struct shards *d = context;

    if (first == 0) {
        if (shards_look(d, result, e) < 0)
            return -1;
        if (!d->finite[result])
            d->value[0] = NAN; /* features may forget it */
    }
    memcpy(values, d->value + first, count * sizeof *values);
    memcpy(errors, d->error + first, count * sizeof *errors);
    return 0;
}

/* Effect: each rank has its blocks of what is compared. */
static int deal(struct shards *d, struct err *e)
{
    int *owner = err_alloc(d->n, sizeof *owner, "results", NULL);
    bool whole = d->kind == SHARDS_FEATURES;

    if (!owner)
        transport_abort(d->t, ERR_SOFTWARE); /* the others wait */
    for (size_t i = 0; i < d->n; i++)
        owner[i] = (int)d->results[i].owner;
    const struct shard_shape shape = {
        .ranks = d->ranks,
        .n = d->n,
        .d = whole ? bound_features_length(d->bound) : d->length - 1,
        .owner = owner,
        .errors = whole,
    };
    d->shard = shard_open(d->t, &shape, e);
    free(owner);
    int rc = d->shard ? shard_collect(d->shard, whole ? read_compared : read_part, d, e) : -1;
    submitted_close(d->open);
    d->open = NULL;
    return rc;
}

/* Of few features the master gets all. Effect: it has row i of them. */
static int pass_row(struct shards *d, size_t i, const struct shards_call *call, struct err *mine,
                    struct err *e)
{
    size_t features = bound_features_length(d->bound), bytes = features * sizeof(double);
    bool own = shards_is_own(d, i), master = transport_rank(d->t) == 0;

    if (!own && !master)
        return 0;
    if (own && mine->code == ERR_NONE)
        shards_look(d, i, mine);
    if (own && (!d->value || !d->error))
        transport_abort(d->t, ERR_SOFTWARE); /* the master waits for them */
    if (own && master) {
        memcpy(call->values + i * features, d->value, bytes);
        memcpy(call->errors + i * features, d->error, bytes);
        return 0;
    }
    struct transport_piece pieces[2] = {{.rank = 0, .data = d->value, .len = bytes},
                                        {.rank = 0, .data = d->error, .len = bytes}};
    if (own) {
        d->least.sent += 2 * bytes;
        return transport_exchange(d->t, pieces, 2, NULL, 0, e);
    }
    int from = (int)d->results[i].owner;
    pieces[0] = (struct transport_piece){from, call->values + i * features, bytes};
    pieces[1] = (struct transport_piece){from, call->errors + i * features, bytes};
    d->least.received += 2 * bytes;
    return transport_exchange(d->t, NULL, 0, pieces, 2, e);
}

/* The first of each rank, then the second: so ranks read at once what the master takes in turn. */
static int pass_rows(struct shards *d, const struct shards_call *call, struct err *mine,
                     struct err *e)
{
    size_t *next = err_alloc((size_t)d->ranks, sizeof *next, "results", NULL);
    size_t left = d->n;
    int rc = 0;

    if (!next)
        transport_abort(d->t, ERR_SOFTWARE);
    while (rc == 0 && left > 0) {
        for (int r = 0; rc == 0 && r < d->ranks; r++) {
            while (next[r] < d->n && d->results[next[r]].owner != (uint64_t)r)
                next[r]++;
            if (next[r] == d->n)
                continue;
            rc = pass_row(d, next[r]++, call, mine, e);
            left--;
        }
    }
    free(next);
    return rc;
}

/* Effect: the master knows of each state what its owner does. */
static int tell_finite(struct shards *d, struct err *e)
{
    bool master = transport_rank(d->t) == 0;
    bool *all = err_alloc(d->n * (master ? (size_t)d->ranks : 1), sizeof *all, "results", NULL);

    if (!all)
        transport_abort(d->t, ERR_SOFTWARE);
    int rc = together_gather(d->t, d->ranks, d->finite, d->n * sizeof *all, all, e);
    for (size_t i = 0; master && i < d->n; i++)
        d->finite[i] = all[d->results[i].owner * d->n + i];
    free(all);
    return rc;
}

/* Every result is some rank's, or the others would wait for it for ever. */
static int check_owners(const struct shards *d, struct err *e)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->results[i].owner >= (uint64_t)d->ranks)
            return err_set(e, ERR_SOFTWARE, "result %zu belongs to none of %d ranks", i, d->ranks);
    return 0;
}

int shards_read(struct shards *d, const struct shards_call *call, struct err *e)
{
    struct err mine = {0};

    if (check_owners(d, e) < 0)
        return -1;
    if (d->kind != SHARDS_STATES && deal(d, e) < 0)
        return -1;
    if (d->kind == SHARDS_STATES && pass_rows(d, call, &mine, e) < 0)
        return -1;
    if (d->kind == SHARDS_ALL && transport_rank(d->t) == 0)
        memcpy(d->finite, shard_finite(d->shard), d->n * sizeof *d->finite);
    if (d->kind != SHARDS_ALL && tell_finite(d, e) < 0)
        return -1;
    shards_look_away(d);
    return together_agree(d->t, d->ranks, &mine, e);
}

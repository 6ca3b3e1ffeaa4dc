/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes part in judging results of which no rank holds all. */
#include "engine/slave/shards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/slave/shards_private.h"

struct shard_account shards_account(const struct shards *d)
{
    struct shard_account x = d->past;

    if (d->shard) {
        const struct shard_account now = shard_account(d->shard);
        x.least_sent += now.least_sent;
        x.least_received += now.least_received;
    }
    x.least_sent += d->least.sent;
    x.least_received += d->least.received;
    x.sent = transport_exchanged(d->t).sent_bytes;
    x.received = transport_exchanged(d->t).received_bytes;
    x.peak = shard_peak();
    return x;
}

/* Effect: nothing is left of a round but what it cost. */
static void forget_round(struct shards *d)
{
    struct shard_account past = d->t ? shards_account(d) : (struct shard_account){0};

    submitted_close(d->open);
    shard_free(d->shard);
    bound_destroy(d->own);
    lookup_free(&d->ranges);
    free(d->results);
    free(d->finite);
    shards_look_away(d);
    *d = (struct shards){.t = d->t, .past = past};
}

void shards_free(struct shards *d)
{
    forget_round(d);
    *d = (struct shards){0};
}

/* Effect: d has the list of results. */
static int take_list(struct shards *d, const struct shards_head *head, const char *bytes,
                     size_t len, struct err *e)
{
    size_t rest = len - sizeof *head, most = rest / sizeof *d->results;

    if (head->n == 0 || head->length == 0 || head->n > most || head->kind > SHARDS_ALL ||
        head->names > rest - head->n * sizeof *d->results)
        return err_set(e, ERR_SOFTWARE, "a message of %zu bytes does not list %zu results", len,
                       (size_t)head->n);
    d->n = (size_t)head->n;
    d->length = (size_t)head->length;
    d->ranks = (int)head->ranks;
    d->kind = (enum shards_kind)head->kind;
    d->round = head->round;
    d->results = err_alloc(d->n, sizeof *d->results, "results", e);
    d->finite = err_alloc(d->n, sizeof *d->finite, "results", e);
    if (!d->results || !d->finite)
        return -1;
    memcpy(d->results, bytes + sizeof *head, d->n * sizeof *d->results);
    return 0;
}

int shards_collect(struct shards *d, struct transport *t, const struct slave *s,
                   const struct shards_call *call, const void *bytes, size_t len, struct err *e)
{
    struct shards_head head;
    struct err mine = {0};
    char directory[PLAN_PATH];

    memcpy(directory, d->directory, sizeof directory);
    forget_round(d);
    memcpy(d->directory, directory, sizeof directory);
    d->t = t;
    if (len < sizeof head)
        return err_set(e, ERR_SOFTWARE, "results cannot be dealt by %zu bytes", len);
    memcpy(&head, bytes, sizeof head);
    if (take_list(d, &head, bytes, len, e) < 0)
        return -1;
    const char *names = (const char *)bytes + sizeof head + d->n * sizeof *d->results;
    shards_bind(d, s, call, names, (size_t)head.names, &mine);
    if (together_agree(t, d->ranks, &mine, e) < 0)
        return -1;
    return shards_read(d, call, e);
}

/* The model of a round comes from the master; the slave has it then. */
static int take_model(struct slave *s, const struct shards_head *head, struct err *e)
{
    struct shards *d = s->shards;

    free(s->model);
    s->model = err_alloc((size_t)head->length, sizeof *s->model, "a model", NULL);
    if (!s->model)
        transport_abort(s->pace.transport, ERR_SOFTWARE); /* the others wait */
    s->model_length = (size_t)head->length;
    s->model_round = head->round;
    d->t = s->pace.transport;
    return together_share(d->t, (int)head->ranks, s->model, s->model_length, &d->least, e);
}

/* Effect: d works in the run's directory. */
static int find_directory(struct slave *s, const struct message *in, struct err *e)
{
    if (!s->shards && !(s->shards = err_alloc(1, sizeof *s->shards, "results", e)))
        return err_set(e, ERR_SOFTWARE, "there is no memory for results");
    if (snprintf(s->shards->directory, sizeof s->shards->directory, "%s/runs/%s", s->ledger,
                 in->run) >= (int)sizeof s->shards->directory)
        return err_set(e, ERR_SOFTWARE, "%.100s…: the path is too long", s->ledger);
    return 0;
}

/* What only those have whose features are dealt. */
static int take_shard_step(struct shards *d, uint64_t step, struct err *e)
{
    const struct shard_compared compared = shards_compared(d);

    if (!d->shard)
        return err_set(e, ERR_SOFTWARE, "no results were dealt");
    if (step == SHARDS_FILTER)
        return shard_filter(d->shard, &compared, NULL, NULL, NULL, e);
    if (step == SHARDS_ESTIMATE)
        return shard_estimate(d->shard, &compared, NULL, e);
    if (step == SHARDS_DELIVER)
        return shard_deliver(d->shard, NULL, NULL, e);
    if (step == SHARDS_RESULTS)
        return shard_deliver_results(d->shard, NULL, NULL, e);
    if (step == SHARDS_CENTRE)
        return shard_deliver_centre(d->shard, NULL, NULL, e);
    if (step == SHARDS_MIDDLE)
        return shard_deliver_middle(d->shard, NULL, NULL, e);
    return err_set(e, ERR_SOFTWARE, "there is no step %d of dealing", (int)step);
}

/* Effect: the next step is taken. */
static int take_step(struct slave *s, const struct shards_head *head, const struct message *in,
                     struct err *e)
{
    if (head->step == SHARDS_COLLECT || head->step == SHARDS_MODEL) {
        if (find_directory(s, in, e) < 0)
            return -1;
        return head->step == SHARDS_MODEL ? take_model(s, head, e)
                                          : shards_collect(s->shards, s->pace.transport, s, NULL,
                                                           in->payload, in->length, e);
    }
    struct shards *d = s->shards;
    if (!d || !d->results)
        return err_set(e, ERR_SOFTWARE, "no results were dealt");
    if (head->step == SHARDS_ACCOUNT) {
        struct shard_account mine = shards_account(d);
        return together_gather(d->t, d->ranks, &mine, sizeof mine, NULL, e);
    }
    if (head->step == SHARDS_MERGE)
        return d->kind == SHARDS_ALL ? shard_merge(d->shard, NULL, e)
                                     : shards_merge_states(d, NULL, e);
    return take_shard_step(d, head->step, e);
}

int shards_take_part(struct slave *s, const struct message *in, struct err *e)
{
    struct err why = {0};
    struct shards_head head = {0};

    if (in->length >= sizeof head)
        memcpy(&head, in->payload, sizeof head);
    if (take_step(s, &head, in, &why) == 0 || why.code != ERR_SOFTWARE)
        return 0;
    return err_set(e, why.code, "%s", why.text);
}

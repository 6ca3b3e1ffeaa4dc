/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds the logs of all centres into what is known of their runs. */
#include "site/fold/federation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/fold/inside.h"
#include "site/house/peers.h"

/* One reading of a log: what each record does. */
struct reading {
    struct fold *x;
    fold_record *fold;
};

static int visit(const struct record *r, void *context, struct err *e)
{
    struct reading *p = context;
    struct err why = {0};

    if (!r->known)
        return 0;
    if (p->fold(p->x, r, &why, e) < 0)
        return -1;
    if (why.code != ERR_NONE)
        err_set(&p->x->f->odd, ERR_INPUT, "%s, record %llu (%s) counts for nothing: %s", p->x->site,
                (unsigned long long)r->seq, r->type, why.text);
    return 0;
}

/* Effect: the log of each centre is read once: this one's, and the mirrors of its peers, of which
 * those are NULL of whom nothing was seen. */
static int read_all(struct fold *x, struct house *h, const struct peers *peers,
                    struct ledger *const *mirrors, fold_record *fold, struct err *e)
{
    struct reading p = {x, fold};

    x->site = h->name;
    x->last = NULL;
    if (ledger_scan(h->ledger, visit, &p, e) < 0)
        return -1;
    for (size_t i = 0; i < peers->count; i++) {
        x->site = peers->list[i].identity.name;
        x->last = NULL;
        if (mirrors[i] && ledger_scan(mirrors[i], visit, &p, e) < 0)
            return err_context(e, "what was seen of %s", x->site);
    }
    return 0;
}

/* Effect: all logs are read twice, as inside.h says. */
static int read_twice(struct fold *x, struct house *h, const struct peers *peers, struct err *e)
{
    struct ledger **mirrors = err_alloc(peers->count, sizeof *mirrors, "mirrors", e);
    int rc = mirrors ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < peers->count; i++)
        if ((rc = peers_log(h, peers->list[i].identity.name, &mirrors[i], e)) < 0)
            err_context(e, "what was seen of %s", peers->list[i].identity.name);
    if (rc == 0)
        rc = read_all(x, h, peers, mirrors, fold_collector, e);
    if (rc == 0)
        rc = read_all(x, h, peers, mirrors, fold_party, e);
    for (size_t i = 0; mirrors && i < peers->count; i++)
        ledger_close(mirrors[i]);
    free(mirrors);
    return rc;
}

/* Whether a centre is one that this one has revoked or suspended. */
static bool is_silenced(const struct peers *peers, const char *site)
{
    const struct peer *p = peers_find(peers, site);

    return p && p->state != PEER_KNOWN;
}

/* Effect: what is known of centres that do not count any more is marked. */
static void silence(struct federation *f, const struct peers *peers)
{
    for (size_t i = 0; i < f->count; i++) {
        struct fed_run *run = &f->runs[i];
        run->silenced = is_silenced(peers, run->collector);
        for (size_t k = 0; k < run->parties_count; k++)
            run->parties[k].silenced = is_silenced(peers, run->parties[k].site);
    }
}

static int compare_runs(const void *a, const void *b)
{
    const struct fed_run *x = a, *y = b;
    int by_time = (x->published_us > y->published_us) - (x->published_us < y->published_us);

    return by_time ? by_time : strcmp(x->key, y->key);
}

/* Effect: the runs stand in the order of their times. */
static int sort_runs(struct federation *f, struct err *e)
{
    if (f->count > 0)
        qsort(f->runs, f->count, sizeof *f->runs, compare_runs);
    lookup_free(&f->keys);
    for (size_t i = 0; i < f->count; i++)
        if (lookup_add(&f->keys, f->runs[i].key, i, e) < 0)
            return -1;
    return 0;
}

int federation_fold(struct house *h, struct federation *f, struct err *e)
{
    struct fold x = {.f = f};
    struct peers peers;

    *f = (struct federation){0};
    snprintf(f->self, sizeof f->self, "%s", h->name);
    if (peers_load(h, &peers, e) < 0)
        return -1;
    int rc = read_twice(&x, h, &peers, e);
    if (rc == 0)
        rc = fold_join(&x, e);
    if (rc == 0)
        rc = sort_runs(f, e);
    silence(f, &peers);
    f->last_said_us = ledger_state(h->ledger)->time_us;
    peers_free(&peers);
    free(x.heard);
    if (rc < 0)
        federation_free(f);
    return rc;
}

static void free_run(struct fed_run *run)
{
    for (size_t i = 0; i < run->parties_count; i++)
        free(run->parties[i].submits);
    free(run->parties);
    free(run->list);
    free(run->function);
    free(run->auditors);
}

void federation_free(struct federation *f)
{
    for (size_t i = 0; i < f->count; i++)
        free_run(&f->runs[i]);
    free(f->runs);
    free(f->recalls);
    lookup_free(&f->keys);
    *f = (struct federation){0};
}

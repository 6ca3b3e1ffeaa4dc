/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that make a centre and say who it is, and how it stands. */

#include <stdlib.h>
#include <string.h>

#include "cli/site_verbs.h"
#include "util/clock.h"
#include "util/paths.h"
#include "util/place.h"

/* Effect: what was seen of a peer's log: how many records, and the time of the last. */
static int see_mirror(const struct house *h, struct report_peer *p, struct err *e)
{
    struct ledger *l;

    if (peers_log(h, p->peer->identity.name, &l, e) < 0)
        return -1;
    if (l) {
        p->records = ledger_state(l)->count;
        p->last_us = ledger_state(l)->time_us;
    }
    ledger_close(l);
    return 0;
}

static int see_peers(struct site *s, const struct peers *peers, struct report_peer **list,
                     struct err *e)
{
    int rc = 0;

    if (!(*list = err_alloc(peers->count, sizeof **list, "peers", e)))
        return -1;
    for (size_t i = 0; rc == 0 && i < peers->count; i++) {
        (*list)[i].peer = &peers->list[i];
        rc = see_mirror(&s->house, &(*list)[i], e);
    }
    return rc;
}

/* Effect: the whole of how a centre stands is on the page. */
static int tell(struct site_call *c, struct site *s, struct err *e)
{
    struct report_centre x = {.how = &c->how, .site = s, .now_us = clock_utc_us()};
    struct identity own;
    struct peers peers = {0};
    struct report_peer *list = NULL;
    struct site_item *items = NULL;
    struct err policy = {0};
    struct rules *rules = rules_in_force(&s->house, &s->fed, x.now_us / 1000000, &policy);
    int rc = -1;

    if ((rules || policy.code == ERR_REFUSED || err_set(e, policy.code, "%s", policy.text) == 0) &&
        site_identity(s, &own, e) == 0 && peers_load(&s->house, &peers, e) == 0 &&
        see_peers(s, &peers, &list, e) == 0 && verb_items(s, &items, &x.items_count, e) == 0) {
        x.identity = &own;
        x.policy = rules ? NULL : policy.text;
        x.policy_expires = rules ? rules_expires(rules) : 0;
        x.peers = list;
        x.peers_count = peers.count;
        x.items = items;
        (c->w->json ? report_centre_json : report_centre)(c->to, &x);
        rc = 0;
    }
    rules_free(rules);
    peers_free(&peers);
    free(list);
    free(items);
    return rc;
}

int verb_overview(struct site_call *c, struct err *e)
{
    struct site s;
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : tell(c, &s, e);

    site_close(&s);
    return rc;
}

static void tell_identity(struct site_call *c, const struct identity *i, bool made)
{
    if (c->w->json)
        report_identity_json(c->to, i);
    else
        report_identity(c->to, &c->how, i, made);
}

int verb_init(struct site_call *c, struct err *e)
{
    const struct house_plan plan = {c->words[0], c->w->exchange, c->w->cluster};
    struct identity made;

    if (!plan.exchange)
        return err_set(e, ERR_USAGE,
                       "site init: --exchange DIR is the directory that centres "
                       "share");
    if (site_init(c->directory, &plan, c->w->exclusive, &made, e) < 0)
        return -1;
    tell_identity(c, &made, true);
    return 0;
}

int verb_id(struct site_call *c, struct err *e)
{
    struct site s;
    struct identity own;
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : site_identity(&s, &own, e);

    if (rc == 0)
        tell_identity(c, &own, false);
    site_close(&s);
    return rc;
}

static int rotate(struct site_call *c, struct err *e)
{
    struct site s;
    struct identity own;
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : site_rotate(&s, &own, e);

    if (rc == 0)
        tell_identity(c, &own, false);
    site_close(&s);
    return rc;
}

int verb_key(struct site_call *c, struct err *e)
{
    static const struct verb_second table[] = {{"rotate", rotate, 0, 0}, {0}};

    return verb_second(c, "key", table, e);
}

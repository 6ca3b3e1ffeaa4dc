/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a collector says of a run. */
#include "site/audit/inside.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 40 + HOUSE_NAME }; /* bytes of a type, a round and a centre, with their NUL */

static const struct {
    const char *type, *digest;
    enum said_type said;
} types[] = {
    {"claim", "commit", SAID_CLAIM},  {"submit", "state", SAID_SUBMIT},
    {"lost", NULL, SAID_LOST},        {"filter", NULL, SAID_FILTER},
    {"roster", "file", SAID_ROSTER},  {"aggregate", "state", SAID_AGGREGATE},
    {"settle", NULL, SAID_SETTLE},    {"peer", NULL, SAID_PEER},
    {"update", "model", SAID_UPDATE},
};

/* The numbers of a record, where its type has them. */
static void take_numbers(struct audit_said *x, const struct record *r)
{
    static const char *const keys[] = {"seconds", "score", "threshold", "weight", "share"};
    double *const to[] = {&x->seconds, &x->score, &x->threshold, &x->weight, &x->share};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        *to[i] = NAN;
        if (record_get(r, keys[i]))
            record_get_double(r, keys[i], to[i], NULL);
    }
    if (record_get(r, "round"))
        record_get_u64(r, "round", &x->round, NULL);
    if (record_get(r, "items"))
        record_get_u64(r, "items", &x->items, NULL);
}

static void take_words(struct audit_said *x, const struct record *r)
{
    const char *slave = record_get(r, "slave"), *decision = record_get(r, "decision");
    const char *why = record_get(r, x->type == SAID_LOST ? "reason" : "why");
    const char *converged = record_get(r, "converged");

    if (slave) {
        snprintf(x->slave, sizeof x->slave, "%s", slave);
        size_t n = strcspn(slave, "/");
        if (n < sizeof x->site)
            snprintf(x->site, sizeof x->site, "%.*s", (int)n, slave);
    }
    if (x->type == SAID_PEER) {
        snprintf(x->site, sizeof x->site, "%s", record_get(r, "site"));
        why = record_get(r, "state");
    }
    if (why)
        snprintf(x->word, sizeof x->word, "%s", why);
    x->rejected = decision && strcmp(decision, "rejected") == 0;
    x->converged = converged && strcmp(converged, "0") != 0;
}

/* Under which the first record of a type, round and centre is found again. */
static const char *first_name(char name[static FIRST], enum said_type type, uint64_t round,
                              const char *site)
{
    snprintf(name, FIRST, "%d %" PRIu64 " %s", (int)type, round, site);
    return name;
}

/* Effect: the last one is found again. */
static int note_first(struct auditing *x, struct err *e)
{
    const struct audit_said *s = &x->said[x->count - 1];
    char name[FIRST];

    first_name(name, s->type, s->round, s->site);
    return lookup_find(&x->firsts, name) != LOOKUP_NONE
               ? 0
               : lookup_add(&x->firsts, name, x->count - 1, e);
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct auditing *x = context;
    const char *run = r->known ? record_get(r, "run") : NULL;

    bool peer = strcmp(r->type, "peer") == 0;

    if (!peer && (!run || strcmp(run, x->run->key) != 0))
        return 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].type, r->type) != 0)
            continue;
        struct audit_said *list =
            err_grow(x->said, x->count, &x->capacity, sizeof *list, "what was said", e);
        if (!list)
            return -1;
        x->said = list;
        struct audit_said *s = &list[x->count++];
        *s = (struct audit_said){.type = types[i].said, .seq = r->seq, .time_us = r->time_us};
        if (types[i].digest)
            record_get_digest(r, types[i].digest, s->digest, NULL);
        if (s->type == SAID_CLAIM)
            record_get_digest(r, "copy", s->copy, NULL);
        take_numbers(s, r);
        take_words(s, r);
        return note_first(x, e);
    }
    return 0;
}

int audit_read_log(struct auditing *x, struct err *e)
{
    return ledger_scan(x->log, visit, x, e);
}

const struct audit_said *audit_find(const struct auditing *x, enum said_type type, const char *site,
                                    uint64_t round, const struct audit_said *after)
{
    char name[FIRST];

    if (site && round > 0 && !after) {
        size_t i = lookup_find(&x->firsts, first_name(name, type, round, site));
        return i == LOOKUP_NONE ? NULL : &x->said[i];
    }
    for (size_t i = after ? (size_t)(after - x->said) + 1 : 0; i < x->count; i++) {
        const struct audit_said *s = &x->said[i];
        if (s->type == type && (!site || strcmp(s->site, site) == 0) &&
            (round == 0 || s->round == round))
            return s;
    }
    return NULL;
}

bool audit_is_silenced(const struct auditing *x, const char *site, uint64_t seq)
{
    const struct audit_said *s = NULL;
    bool silenced = false;

    while ((s = audit_find(x, SAID_PEER, site, 0, s)) && s->seq < seq)
        silenced = strcmp(s->word, "revoked") == 0 || strcmp(s->word, "suspended") == 0;
    return silenced;
}

int audit_log(struct auditing *x, const char *site, struct ledger **l, struct err *e)
{
    if (strcmp(site, x->run->collector) == 0 && x->log)
        *l = x->log;
    else if (strcmp(site, x->s->house.name) == 0)
        *l = x->s->house.ledger;
    else
        return peers_log(&x->s->house, site, l, e);
    return 0;
}

void audit_give_back(struct auditing *x, struct ledger *l)
{
    if (l != x->log && l != x->s->house.ledger)
        ledger_close(l);
}

const struct note_key *audit_key(const struct auditing *x, const char *site)
{
    const struct peer *p = peers_find(&x->peers, site);

    return strcmp(site, x->s->house.name) == 0 ? &x->self.key : p ? &p->identity.key : NULL;
}

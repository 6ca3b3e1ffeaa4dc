/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what a result may say of slaves that did not answer. */
#include "engine/verify/complain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/names.h"
#include "ledger/fold/reason.h"
#include "util/lookup.h"

enum { REASON = 300 }; /* bytes of a reason that a record has */

/* All that the ledger has of the slaves: which of it a result says depends on how often the run
 * was interrupted. */
struct absent {
    struct verify *v;
    struct lookup names; /* of the slaves */
    struct lookup words; /* "K KEY VALUE": slave K had a record of the run with that */
    bool words_apart;    /* the result has what slaves said, and the ledger a word for it */
};

static int add_word(struct absent *a, size_t k, const char *key, const char *value, struct err *e)
{
    char text[RECORD_MOST + 64];

    snprintf(text, sizeof text, "%zu %s %s", k, key, value);
    return lookup_add(&a->words, text, k, e);
}

static int add_words(struct absent *a, size_t k, const struct record *r, const char *key,
                     struct err *e)
{
    const char *value = record_get(r, key);

    return value ? add_word(a, k, key, value, e) : 0;
}

/* A decline has a word, for which its slave may have said what it liked, but no text that decides
 * something; or in earlier versions that text. */
static int add_decline(struct absent *a, size_t k, const struct record *r, struct err *e)
{
    enum reason reason = reason_of_word(record_get(r, "reason"));

    if (reason == REASON_OTHER)
        return add_words(a, k, r, "reason", e);
    if (reason != REASON_ROWS && reason != REASON_EMPTY && add_word(a, k, "declined", "", e) < 0)
        return -1;
    return add_word(a, k, "reason", reason_text(reason), e);
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct absent *a = context;
    const char *run = record_get(r, "run"), *slave = record_get(r, "slave");

    if (!r->known || !run || !slave || strcmp(run, a->v->run.key) != 0)
        return 0;
    size_t k = lookup_find(&a->names, slave);
    if (k == LOOKUP_NONE)
        return 0;
    bool claim = strcmp(r->type, "claim") == 0, decline = strcmp(r->type, "decline") == 0;
    if (!claim && !decline && strcmp(r->type, "lost") != 0)
        return 0;
    if (add_words(a, k, r, "node", e) < 0)
        return -1;
    return decline ? add_decline(a, k, r, e) : add_words(a, k, r, claim ? "items" : "reason", e);
}

static bool has_words(const struct absent *a, size_t k, const char *key, const char *value)
{
    char text[RECORD_MOST + 64];

    snprintf(text, sizeof text, "%zu %s %.*s", k, key, REASON, value);
    return lookup_find(&a->words, text) != LOOKUP_NONE;
}

/* Whether what the file says is the last that the ledger does; if not, it may be told. */
static bool is_last(const char *said, const char *last)
{
    return strcmp(said[0] ? said : "-", last ? last : "-") == 0;
}

/* Effect: why the slave did not answer in that round. Sets *other if that is not the last of the
 * ledger's reasons, but one of them. */
static int set_trouble(struct absent *a, const struct result *r, struct result *x, size_t k,
                       bool *other, struct err *e)
{
    const struct run_slave *known = runs_slave(&a->v->run, x->slave[k].name);
    const char *said = r->slave[k].trouble, *last = known ? known->trouble : NULL;
    bool ends = is_last(said, last);
    bool told = !ends && has_words(a, k, "reason", said[0] ? said : "-");
    bool declined =
        !ends && !told && reason_of(said) == REASON_OTHER && has_words(a, k, "declined", "");

    if (!ends && !told && !declined)
        return result_set(&x->slave[k].trouble, last ? last : "-", e);
    *other |= told;
    a->words_apart |= declined;
    return result_set(&x->slave[k].trouble, said, e);
}

/* Effect: node and items of a slave that did not answer in the last round. */
static int set_place(const struct absent *a, size_t k, struct err *e)
{
    const struct result_slave *said = &a->v->r->slave[k];
    struct result_slave *x = &a->v->x->slave[k];
    const struct run_slave *known = runs_slave(&a->v->run, x->name);
    char items[24];

    snprintf(items, sizeof items, "%llu", (unsigned long long)said->items);
    if (said->items == 0 || has_words(a, k, "items", items))
        x->items = said->items;
    else
        x->items = known ? known->items : 0;
    if (a->v->run.asked.count > 0)
        return result_set(&x->node, NODE_EXCHANGE, e);
    bool allowed = !said->node[0] || has_words(a, k, "node", said->node);
    return result_set(&x->node, allowed ? said->node : known && known->node ? known->node : "", e);
}

static int set_all(struct absent *a, struct err *e)
{
    struct result *last = a->v->x;
    bool other = false, absent = false;

    for (size_t t = 0; t <= last->past_count; t++) {
        struct result *x = t < last->past_count ? last->past[t] : last;
        for (size_t k = 0; k < x->slaves; k++)
            if (!x->slave[k].answered &&
                set_trouble(a, result_round(a->v->r, t), x, k, &other, e) < 0)
                return -1;
    }
    for (size_t k = 0; k < last->slaves; k++) {
        if (last->slave[k].answered)
            continue;
        absent = true;
        if (set_place(a, k, e) < 0)
            return -1;
    }
    if (other)
        verify_believe(a->v, "/slaves/trouble",
                       "which of several reasons that the ledger has for who did not answer, "
                       "and its end if it is longer than 300 bytes");
    if (a->words_apart)
        verify_believe(a->v, "/slaves/trouble",
                       "what slaves said when they declined: the ledger has the kind of it only");
    if ((other || a->words_apart) && a->v->iterative)
        verify_believe(a->v, "/rounds/trouble", "likewise");
    if (absent) {
        verify_believe(a->v, "/slaves/items",
                       "of slaves that did not answer: what they claimed once, or 0");
        verify_believe(a->v, "/slaves/node", "of these: where they were once, or nothing");
    }
    return 0;
}

int verify_absent(struct verify *v, struct err *e)
{
    struct absent a = {.v = v};
    int rc = 0;

    if (v->contract->work_units > 0) /* there all ranges are answered */
        return 0;
    for (size_t k = 0; rc == 0 && k < v->x->slaves; k++)
        rc = lookup_add(&a.names, v->x->slave[k].name, k, e);
    if (rc == 0)
        rc = ledger_scan(v->ledger, visit, &a, e);
    if (rc == 0)
        rc = set_all(&a, e);
    lookup_free(&a.names);
    lookup_free(&a.words);
    return rc;
}

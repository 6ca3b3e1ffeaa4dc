/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs about peers, what they said, and this centre's own data. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/site_verbs.h"
#include "util/directory.h"

static int list_peers(struct site_call *c, struct err *e)
{
    struct site s;
    struct peers peers = {0};
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : peers_load(&s.house, &peers, e);

    if (rc == 0)
        (c->w->json ? report_peers_json : report_peers)(c->to, &peers);
    peers_free(&peers);
    site_close(&s);
    return rc;
}

static int add_peer(struct site_call *c, struct err *e)
{
    struct site s;
    struct peer added;

    if (!c->w->fingerprint)
        return err_set(e, ERR_USAGE,
                       "site peer add %s: --fingerprint is what its people read to you from "
                       "their `metaneuron site id`, not what lies in the exchange",
                       c->words[0]);
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0
                 ? -1
                 : peers_add(&s.house, c->words[0], c->w->fingerprint, &added, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, "believed", c->words[0]);
    return rc;
}

static int set_peer(struct site_call *c, enum peer_state state, const char *done, struct err *e)
{
    struct site s;
    int rc =
        verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : peers_set(&s.house, c->words[0], state, e);

    site_close(&s);
    if (rc == 0)
        verb_done(c, done, c->words[0]);
    return rc;
}

static int revoke_peer(struct site_call *c, struct err *e)
{
    return set_peer(c, PEER_REVOKED, "revoked", e);
}

static int restore_peer(struct site_call *c, struct err *e)
{
    return set_peer(c, PEER_KNOWN, "restored", e);
}

int verb_peer(struct site_call *c, struct err *e)
{
    static const struct verb_second table[] = {{"list", list_peers, 0, 0},
                                               {"add", add_peer, 1, 1},
                                               {"revoke", revoke_peer, 1, 1},
                                               {"restore", restore_peer, 1, 1},
                                               {0}};

    return verb_second(c, "peer", table, e);
}

/* What lists data needs. */
struct listing {
    struct site *s;
    struct report_data *list;
    size_t count, capacity;
};

static int add_name(void *context, const char *name, struct err *e)
{
    struct listing *x = context;

    if (!text_is_name(name))
        return 0;
    struct report_data *list = err_grow(x->list, x->count, &x->capacity, sizeof *list, "data", e);

    if (!list)
        return -1;
    x->list = list;
    list[x->count] = (struct report_data){
        .location = site_data(x->s, name, e),
        .recalled_us = federation_recalled(&x->s->fed, x->s->house.name, name)};
    snprintf(list[x->count].name, sizeof list->name, "%s", name);
    return list[x->count++].location ? 0 : -1;
}

static int compare_data(const void *a, const void *b)
{
    return strcmp(((const struct report_data *)a)->name, ((const struct report_data *)b)->name);
}

static int list_data(struct site_call *c, struct err *e)
{
    struct site s;
    struct listing x = {.s = &s};
    char path[PATH_MAX];
    int rc = -1;

    if (verb_open(c, &s, VERB_LOOKS, e) == 0 && house_path(&s.house, "data", path, e) == 0)
        rc = file_each(path, "", add_name, &x, e);
    if (rc == 0 && x.count > 0)
        qsort(x.list, x.count, sizeof *x.list, compare_data);
    if (rc == 0)
        (c->w->json ? report_data_json : report_data)(c->to, x.list, x.count);
    for (size_t i = 0; i < x.count; i++)
        free(x.list[i].location);
    free(x.list);
    site_close(&s);
    return rc;
}

static int add_data(struct site_call *c, struct err *e)
{
    struct site s;
    int rc =
        verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : site_data_add(&s, c->words[0], c->words[1], e);

    site_close(&s);
    if (rc == 0)
        verb_done(c, "added", c->words[0]);
    return rc;
}

static int recall_data(struct site_call *c, struct err *e)
{
    struct site s;
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : site_data_recall(&s, c->words[0], e);

    if (rc == 0)
        report_recalled(c->to, &s.fed, c->words[0], c->w->json);
    site_close(&s);
    return rc;
}

int verb_data(struct site_call *c, struct err *e)
{
    static const struct verb_second table[] = {
        {"list", list_data, 0, 0}, {"add", add_data, 2, 2}, {"recall", recall_data, 1, 1}, {0}};

    return verb_second(c, "data", table, e);
}

int verb_sync(struct site_call *c, struct err *e)
{
    struct site s;
    struct sync_report r = {0};
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : sync_all(&s.house, &r, e);

    if (rc == 0)
        (c->w->json ? report_sync_json : report_sync)(c->to, &r);
    free(r.peers);
    site_close(&s);
    return rc;
}

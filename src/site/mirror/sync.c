/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes in all that is new in the exchange. */
#include "site/mirror/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/say.h"
#include "site/mirror/hearing.h"
#include "site/mirror/own.h"
#include "site/mirror/taken.h"
#include "site/mirror/vouched.h"

enum { BATCH = 64 }; /* records that are said at once */

/* One time that all is taken in. */
struct sync {
    struct house *h;
    struct peers peers;
    struct hearing hearing;
    struct taken *taken;    /* of each peer … */
    bool *more;             /* … whether that is more than the file says … */
    struct heard_log *logs; /* … and what matters of it */
    struct lookup runs;     /* that are published, and by which peer; by this centre: count */
    struct sync_report *r;  /* with the peers in their order */
};

/* Effect: the peer is suspended, as the report says. */
static int suspend(struct sync *s, size_t i, struct err *e)
{
    const struct peer *p = &s->peers.list[i];

    return p->state == PEER_KNOWN ? peers_set(s->h, p->identity.name, PEER_SUSPENDED, e) : 0;
}

/* Two records publish the run: of peers i and other. */
static int suspend_both(struct sync *s, const char *run, size_t i, size_t other, struct err *e)
{
    size_t both[] = {i, other};

    for (size_t k = 0; k < 2; k++) {
        if (both[k] == s->peers.count)
            continue;
        struct mirror_report *r = &s->r->peers[both[k]].report;
        r->news = MIRROR_CONTRADICTS;
        snprintf(r->text, sizeof r->text, "%s: run %.16s was published twice, last by %s",
                 s->r->peers[both[k]].name, run, s->r->peers[i].name);
        if (suspend(s, both[k], e) < 0)
            return -1;
    }
    return 0;
}

/* Effect: the runs that are known to be published are looked up from now on. */
static int list_runs(struct sync *s, struct err *e)
{
    char key[RUN_HEX + 1];

    for (size_t i = 0; i < s->hearing.runs_count; i++)
        if (lookup_add(&s->runs, s->hearing.runs[i].key, s->peers.count, e) < 0)
            return -1;
    for (size_t i = 0; i < s->peers.count; i++) {
        const struct buf *runs = &s->taken[i].runs;
        for (size_t at = 0; at + RUN_HEX < runs->len; at += RUN_HEX + 1) {
            snprintf(key, sizeof key, "%.16s", runs->data + at);
            if (lookup_add(&s->runs, key, i, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* Effect: what a peer has published anew is noted; no run is published twice. */
static int take_runs(struct sync *s, size_t i, struct err *e)
{
    const struct heard_log *log = &s->logs[i];

    for (size_t k = 0; k < log->count; k++) {
        const char *run = log->list[k].run;
        if (log->list[k].type != 'P')
            continue;
        size_t other = lookup_find(&s->runs, run);
        if (other != LOOKUP_NONE && suspend_both(s, run, i, other, e) < 0)
            return -1;
        buf_addf(&s->taken[i].runs, "%s\n", run);
        if (lookup_add(&s->runs, run, i, e) < 0)
            return -1;
    }
    return buf_failed(&s->taken[i].runs) ? err_memory(e, "runs") : 0;
}

/* Effect: log has what matters of all that was seen of a peer. */
static int read_again(struct sync *s, const char *name, struct heard_log *log, struct err *e)
{
    struct ledger *l;

    log->count = 0;
    if (peers_log(s->h, name, &l, e) < 0)
        return -1;
    int rc = l ? ledger_scan(l, hearing_visit, log, e) : 0;
    ledger_close(l);
    return rc;
}

/* Effect: the mirror of a peer is up to date, and what matters of what is new is known. */
static int take_peer(struct sync *s, size_t i, struct err *e)
{
    const struct peer *p = &s->peers.list[i];
    struct mirror_report *r = &s->r->peers[i].report;
    struct taken *t = &s->taken[i];
    struct heard_log *log = &s->logs[i];

    log->x = &s->hearing;
    if (mirror_update(s->h, p, hearing_visit, log, r, e) < 0 ||
        (r->news == MIRROR_CONTRADICTS && suspend(s, i, e) < 0))
        return err_context(e, "%s", p->identity.name);
    s->more[i] = r->size != t->count;
    bool all = r->visited && t->count == r->before;
    t->count = r->size;
    if (!s->more[i] || all) {
        log->count = all ? log->count : 0;
        return 0;
    }
    /* An earlier time was interrupted, or the file beside the mirror is gone. */
    buf_reset(&t->runs);
    return read_again(s, p->identity.name, log, e);
}

/* Effect: what is to be said of all that is new is among the records. */
static int take_news(struct sync *s, struct err *e)
{
    int rc = list_runs(s, e);

    for (size_t i = 0; rc == 0 && i < s->peers.count; i++) {
        rc = take_runs(s, i, e);
        if (rc == 0)
            rc = hearing_take(&s->hearing, &s->logs[i], s->r->peers[i].name, e);
    }
    return rc;
}

/* Effect: what other centres were shown of a peer is compared with what this one was. */
static int compare_peer(struct sync *s, size_t i, struct err *e)
{
    const struct peer *p = &s->peers.list[i];
    struct mirror_report r, *told = &s->r->peers[i].report;

    for (size_t k = 0; k < s->peers.count && told->news != MIRROR_CONTRADICTS; k++) {
        if (k == i || s->peers.list[k].state != PEER_KNOWN)
            continue;
        if (mirror_compare(s->h, p, s->peers.list[k].identity.name, &r, e) < 0)
            return -1;
        if (r.news != MIRROR_CONTRADICTS)
            continue;
        r.last_us = told->last_us;
        *told = r;
        if (suspend(s, i, e) < 0)
            return -1;
    }
    return 0;
}

/* Effect: all that is to be said is, and published; then what was taken is noted. */
static int say_all(struct sync *s, struct err *e)
{
    struct hearing *x = &s->hearing;
    char directory[PATH_MAX];
    int rc = 0;

    for (size_t at = 0; rc == 0 && at < x->count; at += BATCH)
        rc = say(s->h, x->records + at, x->count - at < BATCH ? x->count - at : BATCH, NULL, e);
    if (rc == 0 && x->count == 0)
        rc = say_again(s->h, e);
    s->r->heard = x->count;
    for (size_t i = 0; rc == 0 && i < s->peers.count; i++)
        if (s->more[i] && (peers_mirror(s->h, s->r->peers[i].name, directory, e) < 0 ||
                           taken_save(directory, &s->taken[i], e) < 0))
            rc = -1;
    return rc;
}

/* Effect: what was taken of each peer before is known. */
static int begin(struct sync *s, struct err *e)
{
    char directory[PATH_MAX];
    size_t n = s->peers.count;

    s->taken = err_alloc(n, sizeof *s->taken, "peers", e);
    s->more = err_alloc(n, sizeof *s->more, "peers", e);
    s->logs = err_alloc(n, sizeof *s->logs, "peers", e);
    s->r->peers = err_alloc(n, sizeof *s->r->peers, "peers", e);
    if (!s->taken || !s->more || !s->logs || !s->r->peers ||
        hearing_begin(s->h, &s->hearing, e) < 0)
        return -1;
    s->r->count = n;
    for (size_t i = 0; i < n; i++) {
        const char *name = s->peers.list[i].identity.name;
        snprintf(s->r->peers[i].name, sizeof s->r->peers[i].name, "%s", name);
        if (peers_mirror(s->h, name, directory, e) < 0 ||
            taken_load(directory, &s->taken[i], e) < 0)
            return -1;
    }
    return 0;
}

static void end(struct sync *s)
{
    for (size_t i = 0; i < s->peers.count; i++) {
        if (s->taken)
            buf_free(&s->taken[i].runs);
        if (s->logs)
            free(s->logs[i].list);
    }
    free(s->taken);
    free(s->more);
    free(s->logs);
    lookup_free(&s->runs);
    hearing_free(&s->hearing);
    peers_free(&s->peers);
}

int sync_all(struct house *h, struct sync_report *r, struct err *e)
{
    struct sync s = {.h = h, .r = r};

    *r = (struct sync_report){0};
    if (peers_load(h, &s.peers, e) < 0)
        return -1;
    int rc = own_check(h, &s.peers, e); /* before anything is said */
    peers_free(&s.peers);
    if (rc < 0 || peers_rotate(h, &r->rotated, e) < 0 || peers_load(h, &s.peers, e) < 0)
        return -1;
    rc = begin(&s, e);
    for (size_t i = 0; rc == 0 && i < s.peers.count; i++)
        rc = take_peer(&s, i, e);
    if (rc == 0)
        rc = take_news(&s, e);
    for (size_t i = 0; rc == 0 && i < s.peers.count; i++)
        rc = compare_peer(&s, i, e);
    if (rc == 0)
        rc = vouched_take(h, &s.peers, e);
    if (rc == 0)
        rc = say_all(&s, e);
    end(&s);
    if (rc < 0) {
        free(r->peers);
        *r = (struct sync_report){0};
    }
    return rc;
}

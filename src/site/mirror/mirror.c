/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this centre has seen of the logs of others. */
#include "site/mirror/mirror.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/copy.h"
#include "site/exchange/reading.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

#define LOG_MOST (UINT64_C(1) << 36) /* bytes of a log: more is nobody's */

enum { BELOW = 80 }; /* bytes of cosig/NAME, with its NUL */

/* Effect: that is the news, in the words of why. Returns 0: it is no failure of this centre's. */
static int tell(struct mirror_report *r, enum mirror_news news, const struct err *why)
{
    r->news = news;
    snprintf(r->text, sizeof r->text, "%s", why->text);
    return 0;
}

/* Whether what was read of others is wrong: all else is a failure here. */
static bool is_theirs(const struct err *why)
{
    return why->code == ERR_INPUT || why->code == ERR_VERIFY;
}

/* Fails unless nothing speaks against what the peer signs now. */
static int check_force(const struct peer *p, struct err *why)
{
    char until[CLOCK_ISO];

    if (p->state != PEER_KNOWN)
        return err_set(why, ERR_REFUSED, "%s: is %s: what it signs does not count",
                       p->identity.name, p->state == PEER_REVOKED ? "revoked" : "suspended");
    if (p->identity.expires <= clock_utc_us() / 1000000)
        return err_set(why, ERR_REFUSED, "%s: its identity %" PRIu64 " has expired (%s)",
                       p->identity.name, p->identity.number,
                       clock_iso(until, p->identity.expires * 1000000));
    return 0;
}

/* Whether a checkpoint is the peer's, by its name and a signature of the key in force. Returns 1, 0
 * if another has signed it, or -1 if it is altered; why says so. */
static int is_peers(const struct peer *p, const struct kept *k, struct err *why)
{
    if (strcmp(k->c.origin, p->identity.origin) != 0)
        return err_set(why, ERR_VERIFY, "%s: is of the ledger %s, and %s has %s", k->path,
                       k->c.origin, p->identity.name, p->identity.origin),
               0;
    int rc = note_check(&k->note, &p->identity.key, NULL, why);
    if (rc == 0)
        err_set(why, ERR_VERIFY,
                "%s: is not signed with the key of identity %" PRIu64 " of %s, which is in force",
                k->path, p->identity.number, p->identity.name);
    return rc < 0 ? err_context(why, "%s", k->path) : rc;
}

/* Effect: cosig/NAME of the house is this centre's cosignature of that checkpoint, which is what the
 * mirror has: one that is there already stays. */
static int cosign_it(struct house *h, const struct peer *p, const struct kept *now, struct err *e)
{
    char path[PATH_MAX], below[BELOW];
    uint8_t public[KEY_PUBLIC_LEN];
    struct note_key name;
    struct kept had;
    struct buf b = {0};
    struct key *key = house_key(h, e);

    if (!key)
        return -1;
    key_public(key, public);
    snprintf(below, sizeof below, "cosig/%s", p->identity.name);
    int rc = house_path(h, below, path, e);
    if (rc == 0)
        rc = note_key_make(&name, h->origin, NOTE_COSIGNATURE, public, e);
    bool there = rc == 0 && kept_read_file(&had, path, NULL) == 0;
    bool same =
        there && checkpoint_same(&had.c, &now->c) && note_check(&had.note, &name, NULL, NULL) == 1;
    if (there)
        kept_free(&had);
    if (rc == 0 && !same) {
        buf_add(&b, now->bytes.data, now->bytes.len);
        rc = note_sign(&b, &name, key, (uint64_t)(clock_utc_us() / 1000000), e);
        if (rc == 0)
            rc = file_write(path, b.data, b.len, FILE_OWN, e);
    }
    buf_free(&b);
    key_close(key);
    return rc;
}

/* Effect: the report says what the copy has found. */
static void tell_found(const struct peer *p, const struct kept *now,
                       const struct copy_report *found, const struct err *log,
                       struct mirror_report *r)
{
    struct err why = found->why;

    switch (found->found) {
    case COPY_SAME:
    case COPY_NEWER:
        r->news = found->found == COPY_NEWER ? MIRROR_NEW : MIRROR_SAME;
        r->size = now->c.size;
        return;
    case COPY_OLDER:
        err_set(&why, ERR_INPUT, "%s: covers %" PRIu64 " records, and %" PRIu64 " are known",
                now->path, now->c.size, r->before);
        tell(r, MIRROR_STALE, &why);
        return;
    case COPY_SHORT:
        if (log->code != ERR_NONE) {
            tell(r, MIRROR_DAMAGED, log);
            return;
        }
        err_set(&why, ERR_INPUT,
                "%s: covers %" PRIu64 " records, and the log beside it has fewer so far", now->path,
                now->c.size);
        tell(r, MIRROR_NOT_YET, &why);
        return;
    case COPY_WRONG:
        tell(r, MIRROR_DAMAGED, &why);
        return;
    case COPY_LIES:
        snprintf(r->evidence, sizeof r->evidence, "%s", found->evidence);
        err_set(&why, ERR_VERIFY,
                "%s: has signed two histories: %s proves it (metaneuron ledger check-evidence)",
                p->identity.name, r->evidence);
        tell(r, MIRROR_CONTRADICTS, &why);
        return;
    }
}

/* A checkpoint that the peer has signed meets the mirror. */
static int take(struct house *h, const struct peer *p, struct copy *c, const struct kept *now,
                struct mirror_report *r, struct err *e)
{
    struct copy_report found;
    struct err log = {0};
    char path[BELOW];
    uint64_t size;
    int fd;

    snprintf(path, sizeof path, "%s/log", p->identity.name);
    if (reading_open(h->exchange, p->identity.name, "log", LOG_MOST, &fd, &size, &log) < 0 &&
        !is_theirs(&log))
        return err_set(e, log.code, "%s", log.text);
    int rc = copy_take(c, now, fd, path, &found, e);
    file_close(fd);
    if (rc < 0)
        return -1;
    r->last_us = found.last_us;
    r->visited = found.visited;
    tell_found(p, now, &found, &log, r);
    return r->news <= MIRROR_NEW ? cosign_it(h, p, now, e) : 0;
}

/* Effect: the report has the time of what is known, if that was not looked at. */
static void tell_time(const char *directory, struct mirror_report *r)
{
    struct ledger *l = r->last_us == 0 && r->size > 0 ? copy_read(directory, NULL) : NULL;

    if (l)
        r->last_us = ledger_state(l)->time_us;
    ledger_close(l);
}

/* Reads a checkpoint in the exchange. Returns 1; 0: there is none, or it is none of the peer's, as
 * the report says; or -1. */
static int read_checkpoint(struct house *h, const struct peer *p, const char *site,
                           const char *name, struct kept *k, struct mirror_report *r, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;
    struct err why = {0};

    snprintf(path, sizeof path, "%s/%s", site, name);
    int rc = reading_file(h->exchange, site, name, NOTE_MOST, &data, &len, &why);
    if (rc == 0)
        err_set(&why, ERR_INCOMPLETE, "%s: is not there yet", path);
    if (rc < 0 && !is_theirs(&why))
        return err_set(e, why.code, "%s", why.text);
    if (rc < 1)
        return tell(r, rc == 0 ? MIRROR_NOT_YET : MIRROR_DAMAGED, &why);
    rc = kept_take(k, path, data, len, &why);
    free(data);
    if (rc < 0)
        return is_theirs(&why) ? tell(r, MIRROR_DAMAGED, &why)
                               : err_set(e, why.code, "%s", why.text);
    rc = is_peers(p, k, &why);
    if (rc == 1)
        return 1;
    kept_free(k);
    return tell(r, rc < 0 ? MIRROR_DAMAGED : MIRROR_FOREIGN, &why);
}

int mirror_update(struct house *h, const struct peer *p, chain_visit *visit, void *context,
                  struct mirror_report *r, struct err *e)
{
    char directory[PATH_MAX];
    struct copy c;
    struct kept now;
    struct err why = {0};

    *r = (struct mirror_report){.news = MIRROR_SAME};
    if (peers_mirror(h, p->identity.name, directory, e) < 0 ||
        copy_open(&c, directory, p->identity.origin, e) < 0)
        return -1;
    c.visit = visit;
    c.context = context;
    r->before = r->size = c.had ? c.before.c.size : 0;
    int rc = 0;
    if (check_force(p, &why) < 0)
        tell(r, MIRROR_FOREIGN, &why);
    else if ((rc = read_checkpoint(h, p, p->identity.name, "checkpoint", &now, r, e)) == 1) {
        rc = take(h, p, &c, &now, r, e);
        kept_free(&now);
    }
    tell_time(directory, r);
    copy_close(&c);
    return rc;
}

int mirror_compare(struct house *h, const struct peer *p, const char *by, struct mirror_report *r,
                   struct err *e)
{
    char directory[PATH_MAX], name[BELOW];
    struct copy c;
    struct kept now;
    struct copy_report found;
    struct mirror_report none = {.news = MIRROR_SAME};

    *r = none;
    snprintf(name, sizeof name, "cosig/%s", p->identity.name);
    int rc =
        check_force(p, &(struct err){0}) < 0 ? 0 : read_checkpoint(h, p, by, name, &now, &none, e);
    if (rc < 1)
        return rc;
    rc = peers_mirror(h, p->identity.name, directory, e) < 0 ||
                 copy_open(&c, directory, p->identity.origin, e) < 0
             ? -1
             : 0;
    if (rc == 0) {
        r->before = r->size = c.had ? c.before.c.size : 0;
        rc = copy_compare(&c, &now, &found, e);
        if (rc == 0 && found.found == COPY_LIES)
            tell_found(p, &now, &found, &(struct err){0}, r);
        copy_close(&c);
    }
    kept_free(&now);
    return rc;
}

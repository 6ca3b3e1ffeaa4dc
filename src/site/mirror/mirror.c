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

/* Whether a checkpoint is signed with an earlier key of the peer's, from the identity on with which it
 * was added. What such a key signs brings nothing new; but both histories are the peer's. */
static bool is_earlier(const struct house *h, const struct peer *p, const struct kept *k)
{
    struct identity i;

    for (uint64_t n = p->first; n < p->identity.number; n++)
        if (peers_earlier(h, p, n, &i, NULL) == 0 && note_check(&k->note, &i.key, NULL, NULL) == 1)
            return true;
    return false;
}

/* Whether a checkpoint is the peer's, by its name and a signature. Returns 1 of the key in force, 2 of
 * an earlier one, 0 if another has signed it, or -1 if it is altered; but for 1 why says so. */
static int is_peers(const struct house *h, const struct peer *p, const struct kept *k,
                    struct err *why)
{
    if (strcmp(k->c.origin, p->identity.origin) != 0) {
        err_set(why, ERR_VERIFY, "%s: is of the ledger %s, and %s has %s", k->path, k->c.origin,
                p->identity.name, p->identity.origin);
        return 0;
    }
    int rc = note_check(&k->note, &p->identity.key, NULL, why);
    if (rc != 0)
        return rc < 0 ? err_context(why, "%s", k->path) : 1;
    err_set(why, ERR_VERIFY,
            "%s: is not signed with the key of identity %" PRIu64 " of %s, which is in force",
            k->path, p->identity.number, p->identity.name);
    return is_earlier(h, p, k) ? 2 : 0;
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

/* Reads a checkpoint in the exchange. Returns 1; 2 if an earlier key has signed it; 0: there is none,
 * or it is none of the peer's, as the report says; or -1. */
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
    rc = is_peers(h, p, k, &why);
    if (rc == 1)
        return 1;
    if (rc == 2) {
        tell(r, MIRROR_FOREIGN, &why);
        return 2;
    }
    kept_free(k);
    return tell(r, rc < 0 ? MIRROR_DAMAGED : MIRROR_FOREIGN, &why);
}

/* A checkpoint that is not to be taken in meets the mirror: one that is larger tells nothing. */
static int compare(const struct peer *p, struct copy *c, const struct kept *now,
                   struct mirror_report *r, struct err *e)
{
    struct copy_report found;

    if (copy_compare(c, now, &found, e) < 0)
        return -1;
    if (found.found != COPY_SHORT) {
        r->text[0] = '\0';
        tell_found(p, now, &found, &(struct err){0}, r);
    }
    return 0;
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
    else if ((rc = read_checkpoint(h, p, p->identity.name, "checkpoint", &now, r, e)) > 0) {
        rc = rc == 1 ? take(h, p, &c, &now, r, e) : compare(p, &c, &now, r, e);
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
    struct mirror_report found = {.news = MIRROR_SAME};

    *r = found;
    if (check_force(p, &(struct err){0}) < 0)
        return 0;
    snprintf(name, sizeof name, "cosig/%s", p->identity.name);
    int rc = read_checkpoint(h, p, by, name, &now, &found, e);
    if (rc < 1)
        return rc;
    rc = peers_mirror(h, p->identity.name, directory, e) < 0 ||
                 copy_open(&c, directory, p->identity.origin, e) < 0
             ? -1
             : 0;
    if (rc == 0) {
        found.before = found.size = c.had ? c.before.c.size : 0;
        rc = compare(p, &c, &now, &found, e);
        copy_close(&c);
    }
    kept_free(&now);
    if (rc == 0 && found.news == MIRROR_CONTRADICTS)
        *r = found;
    return rc;
}

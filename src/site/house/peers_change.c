/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes whom a centre knows, by records of its own ledger. */
#include "site/house/peers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/exchange/reading.h"
#include "site/house/say.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"

enum { NUMBERS = 1000 }; /* identities of one centre that are looked at */

/* Reads the bytes of an identity in the exchange. Returns as reading_file(). */
static int fetch(const struct house *h, const char *name, uint64_t number, char **data, size_t *len,
                 struct err *e)
{
    char file[32];

    snprintf(file, sizeof file, "id-%" PRIu64, number);
    return reading_file(h->exchange, name, file, IDENTITY_MOST, data, len, e);
}

/* Whether an identity says of itself what its place does. */
static int check(const struct house *h, const struct identity *i, const char *name, uint64_t number,
                 struct err *e)
{
    if (strcmp(i->name, name) != 0 || i->number != number)
        return err_set(e, ERR_VERIFY, "%s/id-%" PRIu64 ": is identity %" PRIu64 " of %s", name,
                       number, i->number, i->name);
    if (strcmp(i->origin, h->origin) == 0)
        return err_set(e, ERR_REFUSED, "%s/id-%" PRIu64 ": names this centre's own ledger", name,
                       number);
    return 0;
}

/* Effect: the identity's bytes are in the house, and then the ledger says what it is from now on. */
static int say_state(struct house *h, const struct identity *i, const char *word, const char *data,
                     size_t len, struct err *e)
{
    char path[PATH_MAX], parent[PATH_MAX];
    struct record r;

    if (data && (peers_kept_path(h, i, path, e) < 0 ||
                 file_mkdirs_within(file_parent(path, parent), e) < 0 ||
                 file_write(path, data, len, FILE_OWN, e) < 0))
        return -1;
    record_begin(&r, "peer");
    record_set(&r, "site", "%s", i->name);
    record_set(&r, "number", "%" PRIu64, i->number);
    record_set_digest(&r, "identity", i->digest);
    record_set(&r, "state", "%s", word);
    return say(h, &r, 1, NULL, e);
}

/* Finds the identity of that fingerprint among those in the exchange. The caller frees its bytes. */
static int find_fingerprint(const struct house *h, const char *name, const char *fingerprint,
                            struct identity *i, char **data, size_t *len, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    uint64_t number = 0;
    int rc;

    while ((rc = ++number > NUMBERS ? 0 : fetch(h, name, number, data, len, e)) == 1) {
        if (hash_bytes(*data, *len, digest, e) == 0 && identity_is(fingerprint, digest))
            rc = identity_read(i, *data, *len, NULL, e) < 0
                     ? err_context(e, "%s/id-%" PRIu64, name, number)
                     : check(h, i, name, number, e);
        if (rc == 0)
            return 0;
        free(*data);
        if (rc < 0)
            return -1;
    }
    if (rc < 0)
        return -1;
    if (number == 1)
        return err_set(e, ERR_INCOMPLETE, "%s: no identity of it is in %s yet", name, h->exchange);
    return err_set(e, ERR_VERIFY,
                   "%s: none of its identities in %s (%" PRIu64 ") has the fingerprint that was "
                   "given: ask again, by another way than this exchange",
                   name, h->exchange, number - 1);
}

/* Whether somebody may become a peer with that identity. */
static int may_add(const struct peers *p, const struct peer *known, const struct identity *i,
                   struct err *e)
{
    if (i->expires <= clock_utc_us() / 1000000)
        return err_set(e, ERR_REFUSED, "%s: its identity %" PRIu64 " has expired", i->name,
                       i->number);
    if (known && known->state != PEER_REVOKED)
        return err_set(e, ERR_REFUSED,
                       "%s: is known by its identity %" PRIu64
                       ": metaneuron site peer revoke comes before another is believed",
                       i->name, known->identity.number);
    if (known && strcmp(known->identity.origin, i->origin) != 0)
        return err_set(e, ERR_REFUSED,
                       "%s: was known with the ledger %s, and this identity has the ledger %s: a "
                       "centre that begins a new ledger takes a new name",
                       i->name, known->identity.origin, i->origin);
    for (size_t k = 0; k < p->count; k++)
        if (&p->list[k] != known && strcmp(p->list[k].identity.origin, i->origin) == 0)
            return err_set(e, ERR_REFUSED, "%s: has the ledger of %s", i->name,
                           p->list[k].identity.name);
    return 0;
}

int peers_add(struct house *h, const char *name, const char *fingerprint, struct peer *added,
              struct err *e)
{
    struct peers p;
    struct identity i;
    char *data;
    size_t len;

    if (!house_is_name(name) || strcmp(name, h->name) == 0)
        return err_set(e, ERR_USAGE, "'%s': is not the name of another centre", name);
    if (find_fingerprint(h, name, fingerprint, &i, &data, &len, e) < 0)
        return -1;
    int rc = peers_load(h, &p, e);
    if (rc == 0) {
        const struct peer *known = peers_find(&p, name);
        bool same = known && known->state == PEER_KNOWN &&
                    memcmp(known->identity.digest, i.digest, SHA256_LEN) == 0;
        if (!same && (rc = may_add(&p, known, &i, e)) == 0)
            rc = say_state(h, &i, "added", data, len, e);
        *added = same ? *known
                      : (struct peer){i, i.number, PEER_KNOWN, ledger_state(h->ledger)->time_us};
        peers_free(&p);
    }
    free(data);
    return rc;
}

/* Effect: takes over the identity that follows, if there is one that the one before has signed while
 * it was in force. Returns 1, 0 or -1. What is none is not told here: what its key signs is signed
 * with no key that is known, and that is (mirror/mirror.h). */
static int rotate(struct house *h, struct peer *p, struct err *e)
{
    struct identity next;
    char *data;
    size_t len;
    struct err why = {0};

    if (p->identity.expires <= clock_utc_us() / 1000000)
        return 0;
    int rc = fetch(h, p->identity.name, p->identity.number + 1, &data, &len, &why);
    if (rc < 1)
        return rc == 0 || why.code == ERR_INPUT ? 0 : err_set(e, why.code, "%s", why.text);
    bool good = identity_read(&next, data, len, &p->identity, NULL) == 0;
    rc = good ? say_state(h, &next, "rotated", data, len, e) : 0;
    free(data);
    if (rc < 0 || !good)
        return rc;
    p->identity = next;
    return 1;
}

int peers_rotate(struct house *h, size_t *count, struct err *e)
{
    struct peers p;
    int rc = peers_load(h, &p, e);

    *count = 0;
    if (rc < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < p.count; i++) {
        if (p.list[i].state != PEER_KNOWN)
            continue;
        while ((rc = rotate(h, &p.list[i], e)) == 1)
            ++*count;
    }
    peers_free(&p);
    return rc;
}

/* Whether a peer in one state may come into another, by a record of that word. */
static const char *word_of(enum peer_state from, enum peer_state to)
{
    if (to == PEER_REVOKED)
        return "revoked";
    if (to == PEER_SUSPENDED)
        return from == PEER_KNOWN ? "suspended" : NULL;
    return from == PEER_SUSPENDED ? "restored" : NULL;
}

int peers_set(struct house *h, const char *name, enum peer_state state, struct err *e)
{
    struct peers p;
    int rc = peers_load(h, &p, e);

    if (rc < 0)
        return -1;
    const struct peer *known = peers_find(&p, name);
    const char *word = known ? word_of(known->state, state) : NULL;
    if (!known)
        rc = err_set(e, ERR_INPUT, "%s: is no peer (metaneuron site peer list)", name);
    else if (known->state != state && !word)
        rc =
            err_set(e, ERR_REFUSED, "%s: was revoked: metaneuron site peer add adds it anew", name);
    else if (known->state != state)
        rc = say_state(h, &known->identity, word, NULL, 0, e);
    peers_free(&p);
    return rc;
}

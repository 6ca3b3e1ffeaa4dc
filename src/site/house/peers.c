/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The centres that this one knows, by the peer records of its own ledger. */
#include "site/house/peers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/copy.h"
#include "site/exchange/reading.h"
#include "site/house/say.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"

enum {
    BELOW = 96,    /* bytes of peers/NAME/id-N and ledger/peers/NAME, with their NUL */
    STATES = 5,    /* words of peer records */
    NUMBERS = 1000 /* identities of one centre that are looked at */
};

/* The words of peer records, and what they make of a peer. */
static const struct {
    const char *word;
    enum peer_state state;
} states[STATES] = {{"added", PEER_KNOWN},
                    {"rotated", PEER_KNOWN},
                    {"restored", PEER_KNOWN},
                    {"revoked", PEER_REVOKED},
                    {"suspended", PEER_SUSPENDED}};

static struct peer *find(const struct peers *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->list[i].identity.name, name) == 0)
            return &p->list[i];
    return NULL;
}

const struct peer *peers_find(const struct peers *p, const char *name)
{
    return find(p, name);
}

void peers_free(struct peers *p)
{
    free(p->list);
    *p = (struct peers){0};
}

/* A peer record: name, number and digest of the identity, which is read when all are known. */
static int visit(const struct record *r, void *context, struct err *e)
{
    struct peers *p = context;
    struct identity i = {0};
    size_t s = 0;

    if (strcmp(r->type, "peer") != 0)
        return 0;
    while (s < STATES && strcmp(states[s].word, record_get(r, "state")) != 0)
        s++;
    if (s == STATES || !house_is_name(record_get(r, "site")) ||
        record_get_u64(r, "number", &i.number, e) < 0 ||
        record_get_digest(r, "identity", i.digest, e) < 0)
        return err_set(e, ERR_INPUT, "record %" PRIu64 " (peer): is none that this program writes",
                       r->seq);
    snprintf(i.name, sizeof i.name, "%s", record_get(r, "site"));
    struct peer *known = find(p, i.name);
    if (!known) {
        struct peer *list = err_grow(p->list, p->count, &p->capacity, sizeof *list, "peers", e);
        if (!list)
            return -1;
        p->list = list;
        known = &list[p->count++];
    }
    *known = (struct peer){i, states[s].state, r->time_us};
    return 0;
}

/* Effect: path is where an identity of a peer is kept. */
static int kept_path(const struct house *h, const struct identity *i, char path[static PATH_MAX],
                     struct err *e)
{
    char below[BELOW];

    snprintf(below, sizeof below, "peers/%s/id-%" PRIu64, i->name, i->number);
    return house_path(h, below, path, e);
}

/* Effect: the identity is what the file says that was kept of it. */
static int read_kept(const struct house *h, struct identity *i, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;
    uint8_t digest[SHA256_LEN];

    if (kept_path(h, i, path, e) < 0 ||
        file_read_own(path, IDENTITY_MOST, false, &data, &len, e) < 0)
        return -1;
    int rc = hash_bytes(data, len, digest, e);
    if (rc == 0 && memcmp(digest, i->digest, SHA256_LEN) != 0)
        rc = err_set(e, ERR_VERIFY, "%s: is not the identity that the ledger names", path);
    /* That the one before has signed it was seen when the record was written. */
    if (rc == 0 && identity_read(i, data, len, NULL, e) < 0)
        rc = err_context(e, "%s", path);
    free(data);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;

    return strcmp(x->identity.name, y->identity.name);
}

int peers_load(struct house *h, struct peers *p, struct err *e)
{
    *p = (struct peers){0};
    int rc = ledger_scan(h->ledger, visit, p, e);

    for (size_t i = 0; rc == 0 && i < p->count; i++)
        rc = read_kept(h, &p->list[i].identity, e);
    if (rc == 0 && p->count > 1)
        qsort(p->list, p->count, sizeof *p->list, by_name);
    if (rc < 0)
        peers_free(p);
    return rc;
}

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

    if (data &&
        (kept_path(h, i, path, e) < 0 || file_mkdirs_within(file_parent(path, parent), e) < 0 ||
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
    char text[IDENTITY_FINGERPRINT] = "";
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
        identity_fingerprint(text, digest);
    }
    if (rc < 0)
        return -1;
    if (number == 1)
        return err_set(e, ERR_INCOMPLETE, "%s: no identity of it is in %s yet", name, h->exchange);
    return err_set(e, ERR_VERIFY,
                   "%s: its newest identity (number %" PRIu64 ") has the fingerprint %s, and none "
                   "has the one that was given: ask again, by another way than this exchange",
                   name, number - 1, text);
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
        const struct peer *known = find(&p, name);
        bool same = known && known->state == PEER_KNOWN &&
                    memcmp(known->identity.digest, i.digest, SHA256_LEN) == 0;
        if (!same && (rc = may_add(&p, known, &i, e)) == 0)
            rc = say_state(h, &i, "added", data, len, e);
        *added = same ? *known : (struct peer){i, PEER_KNOWN, ledger_state(h->ledger)->time_us};
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
    const struct peer *known = find(&p, name);
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

int peers_mirror(const struct house *h, const char *name, char directory[static PATH_MAX],
                 struct err *e)
{
    char below[BELOW];

    snprintf(below, sizeof below, "ledger/peers/%s", name);
    return house_path(h, below, directory, e);
}

int peers_log(const struct house *h, const char *name, struct ledger **l, struct err *e)
{
    char directory[PATH_MAX];
    struct err why = {0};

    *l = NULL;
    if (peers_mirror(h, name, directory, e) < 0)
        return -1;
    *l = copy_read(directory, &why);
    return *l || why.code == ERR_NONE ? 0 : err_set(e, why.code, "%s", why.text);
}

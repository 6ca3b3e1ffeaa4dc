/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The centres that this one knows, by the peer records of its own ledger. */
#include "site/house/peers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/copy.h"
#include "util/store.h"

enum {
    BELOW = 96, /* bytes of peers/NAME/id-N and ledger/peers/NAME, with their NUL */
    STATES = 5, /* words of peer records */
    ADDED = 0,  /* the first of them */
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
        known->first = i.number;
    }
    uint64_t first = s == ADDED ? i.number : known->first;
    *known = (struct peer){i, first, states[s].state, r->time_us};
    return 0;
}

int peers_kept_path(const struct house *h, const struct identity *i, char path[static PATH_MAX],
                    struct err *e)
{
    char below[BELOW];

    snprintf(below, sizeof below, "peers/%s/id-%" PRIu64, i->name, i->number);
    return house_path(h, below, path, e);
}

/* Effect: the identity is what the file says that was kept of it; any: it need not
 * be the one that the ledger names. */
static int read_kept(const struct house *h, struct identity *i, bool any, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;
    uint8_t digest[SHA256_LEN];

    if (peers_kept_path(h, i, path, e) < 0 ||
        file_read_own(path, IDENTITY_MOST, false, &data, &len, e) < 0)
        return -1;
    int rc = hash_bytes(data, len, digest, e);
    if (rc == 0 && !any && memcmp(digest, i->digest, SHA256_LEN) != 0)
        rc = err_set(e, ERR_VERIFY, "%s: is not the identity that the ledger names", path);
    /* That the one before has signed it was seen when the record was written. */
    if (rc == 0 && identity_read(i, data, len, NULL, e) < 0)
        rc = err_context(e, "%s", path);
    free(data);
    return rc;
}

int peers_earlier(const struct house *h, const struct peer *p, uint64_t number, struct identity *i,
                  struct err *e)
{
    *i = p->identity;
    i->number = number;
    return read_kept(h, i, true, e);
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
        rc = read_kept(h, &p->list[i].identity, false, e);
    if (rc == 0 && p->count > 1)
        qsort(p->list, p->count, sizeof *p->list, by_name);
    if (rc < 0)
        peers_free(p);
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

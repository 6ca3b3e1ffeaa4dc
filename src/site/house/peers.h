/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Peers: the centres that this one knows, by the peer records of its own ledger, and the identities
 * that these name.
 */
#ifndef SITE_HOUSE_PEERS_H
#define SITE_HOUSE_PEERS_H

#include "site/house/identity.h"

enum peer_state {
    PEER_KNOWN = 1,     /* added, rotated or restored */
    PEER_REVOKED = 2,   /* by a person */
    PEER_SUSPENDED = 3, /* its log contradicts itself: a person decides */
};

struct peer {
    struct identity identity; /* the newest */
    uint64_t first;           /* number of the one with which it was added: they make a chain */
    enum peer_state state;
    int64_t since_us; /* of the record that says so */
};

struct peers {
    struct peer *list; /* in the order of their names */
    size_t count, capacity;
};

/* Effect: *p has the peers of the house; the caller frees it. */
int peers_load(struct house *h, struct peers *p, struct err *e);
void peers_free(struct peers *p);

/* Returns the peer of that name, or NULL. */
const struct peer *peers_find(const struct peers *p, const char *name);

/* Effect: the identity that stands in the exchange is known from now on, if that is its
 * fingerprint. After peers_revoke() the same adds it anew. ERR_INCOMPLETE: there is none yet. */
int peers_add(struct house *h, const char *name, const char *fingerprint, struct peer *added,
              struct err *e);

/* Effect: takes over later identities of known peers from the exchange, each signed by the one
 * before. *count is how many. */
int peers_rotate(struct house *h, size_t *count, struct err *e);

/* Effect: nothing that its key signs from now on counts. state: PEER_REVOKED, PEER_SUSPENDED, or
 * PEER_KNOWN, by which a person takes back a suspension. */
int peers_set(struct house *h, const char *name, enum peer_state state, struct err *e);

/* Reads an earlier identity of a peer, of a number from first on. */
int peers_earlier(const struct house *h, const struct peer *p, uint64_t number, struct identity *i,
                  struct err *e);

/* Effect: path is where an identity of a peer is kept in the house. */
int peers_kept_path(const struct house *h, const struct identity *i, char path[static PATH_MAX],
                    struct err *e);

/* Effect: directory is that of what was seen of the peer's log (mirror/mirror.h), if there is
 * anything yet. */
int peers_mirror(const struct house *h, const char *name, char directory[static PATH_MAX],
                 struct err *e);

/* Sets *l to what was seen of it, for reading, as far as it was believed, which the caller closes;
 * to NULL if nothing was. */
int peers_log(const struct house *h, const char *name, struct ledger **l, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An identity: what a centre says of itself, as a signed note; FORMAT of this layer has its lines.
 *
 * Number 1 is believed because a person has compared its fingerprint; each later one because it is
 * signed with the key of the one before as well as with its own.
 *
 * Convention: what is read is hostile, and ERR_INPUT names the line.
 */
#ifndef SITE_HOUSE_IDENTITY_H
#define SITE_HOUSE_IDENTITY_H

#include "site/house/house.h"

enum {
    IDENTITY_MOST = 16384,         /* bytes of the note */
    IDENTITY_FINGERPRINT = 10 * 5, /* ten groups of four hexadecimal digits, with its NUL */
    IDENTITY_YEARS = 2,            /* for which a new one holds */
};

struct identity {
    char name[HOUSE_NAME];
    uint64_t number;             /* from 1 */
    char origin[NOTE_NAME];      /* of its federation ledger */
    struct note_key key;         /* that signs its checkpoints; its name is the origin */
    char seal[AGE_RECIPIENT];    /* to which results are sealed */
    char cluster[HOUSE_CLUSTER]; /* "": none */
    int64_t expires;             /* seconds since 1970 */
    uint8_t digest[SHA256_LEN];  /* of the note's bytes */
};

/* Effect: appends the identity as a note, signed with its own key and, if it is not the first,
 * with the one before. */
int identity_write(struct buf *b, const struct identity *i, const struct key *own,
                   const struct note_key *before, const struct key *before_key, struct err *e);

/* Reads one. before: the identity that it follows, whose key must have signed it too; NULL: it is
 * taken as it is, if its own key has signed it. Not signed so: ERR_VERIFY. */
int identity_read(struct identity *i, const char *data, size_t len, const struct identity *before,
                  struct err *e);

/* Returns text: what is read over the telephone, the first 40 digits of the note's SHA-256. */
const char *identity_fingerprint(char text[static IDENTITY_FINGERPRINT],
                                 const uint8_t digest[static SHA256_LEN]);

/* Whether a text, with spaces or without, is that fingerprint. */
bool identity_is(const char *text, const uint8_t digest[static SHA256_LEN]);

#endif

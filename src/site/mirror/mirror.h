/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mirrors: what this centre has seen of the logs of others, verified.
 *
 * A mirror is a directory of a peer's log up to the newest checkpoint that was believed, and that
 * checkpoint. Only what is new is read and verified. What contradicts it is kept as evidence.
 */
#ifndef SITE_MIRROR_MIRROR_H
#define SITE_MIRROR_MIRROR_H

#include "site/house/peers.h"

enum mirror_news {
    MIRROR_SAME = 0,        /* nothing new */
    MIRROR_NEW = 1,         /* records came */
    MIRROR_NOT_YET = 2,     /* nothing is there, or less than its checkpoint says */
    MIRROR_STALE = 3,       /* an older checkpoint, which what was seen continues */
    MIRROR_DAMAGED = 4,     /* what is there is not what its checkpoint says; to be fetched again */
    MIRROR_CONTRADICTS = 5, /* it has signed two histories: there is evidence */
    MIRROR_FOREIGN = 6,     /* its checkpoint is signed with no key that is in force */
};

struct mirror_report {
    enum mirror_news news;
    uint64_t before, size;   /* records that were known, and are */
    bool visited;            /* of MIRROR_NEW: all that is new was visited, and nothing else */
    int64_t last_us;         /* of the last record that is known; 0: none is */
    char text[ERR_TEXT];     /* what is wrong, of those from MIRROR_NOT_YET on */
    char evidence[PATH_MAX]; /* of MIRROR_CONTRADICTS: the file */
};

/* Effect: the mirror of a peer is what the exchange has of its log, as far as that is believed, and
 * cosig/PEER in the house is this centre's cosignature of it. What is wrong with the peer's files is
 * told in the report: -1 is a failure of this centre's own. What is new is visited as it is read, if
 * visit is not NULL; whether it came to something, the report says. */
int mirror_update(struct house *h, const struct peer *p, chain_visit *visit, void *context,
                  struct mirror_report *r, struct err *e);

/* Compares with it what another centre was shown: the peer's checkpoint that centre by has cosigned.
 * MIRROR_CONTRADICTS: the peer has shown two histories, of which there is evidence. Else
 * MIRROR_SAME, also if there is nothing to compare. */
int mirror_compare(struct house *h, const struct peer *p, const char *by, struct mirror_report *r,
                   struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes in all that is new in the exchange, and publishes what this centre has to say of it.
 */
#ifndef SITE_MIRROR_SYNC_H
#define SITE_MIRROR_SYNC_H

#include "site/mirror/mirror.h"

struct sync_peer {
    char name[HOUSE_NAME];
    struct mirror_report report;
};

struct sync_report {
    struct sync_peer *peers; /* the caller frees */
    size_t count;
    size_t rotated; /* identities that were taken over */
    size_t heard;   /* records of others about runs of this centre's, whose time is recorded now */
};

/* Effect: identities of peers, their logs, and cosignatures of them are up to date; a peer that
 * contradicts itself is suspended; as a collector this centre has a heard record for each claim,
 * submit, withdraw, refuse and recall that concerns its runs; all that is published. If others have
 * cosigned what this centre's own ledger has not (ERR_VERIFY), nothing is said. */
int sync_all(struct house *h, struct sync_report *r, struct err *e);

#endif

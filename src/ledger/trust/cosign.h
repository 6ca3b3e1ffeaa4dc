/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cosigns the ledger of somebody else: vouches that it only ever grew.
 *
 * Who cosigns keeps a copy of the whole log and the last checkpoint that was cosigned, in
 * peers/ORIGIN of a ledger of its own. What contradicts that is kept there as evidence.
 */
#ifndef LEDGER_TRUST_COSIGN_H
#define LEDGER_TRUST_COSIGN_H

#include <limits.h>

#include "ledger/ledger.h"
#include "ledger/proof/policy.h"
#include "util/key.h"

struct cosign_request {
    const char *other;           /* directory of the ledger that is cosigned */
    const struct ledger *own;    /* of who cosigns: its origin is the name */
    const struct key *key;       /* with which */
    const struct policy *policy; /* names the other ledger's key */
    uint64_t now;                /* seconds since 1970 */
};

struct cosign_report {
    struct checkpoint c;     /* that was cosigned */
    uint64_t before;         /* size of the one that was cosigned last; 0: none */
    char evidence[PATH_MAX]; /* not empty: the file that proves that the other has lied */
};

/* Effect: appends the other's newest checkpoint to note, cosigned. ERR_VERIFY: its signature, its
 * log or what was cosigned before speaks against it (then there is evidence); ERR_REFUSED: it is
 * older than that. */
int cosign(const struct cosign_request *q, struct buf *note, struct cosign_report *r,
           struct err *e);

/* Compares the checkpoint in a file, which somebody else was shown, with what was cosigned here: 0
 * if that continues it; ERR_VERIFY: it does not, and there is evidence; ERR_INCOMPLETE: it is
 * larger. key, now and other are not needed. */
int cosign_compare(const struct cosign_request *q, const char *file, struct cosign_report *r,
                   struct err *e);

#endif

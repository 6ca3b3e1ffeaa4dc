/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Genesis: the first record of a ledger, which says whose it is and by which rules it is kept.
 */
#ifndef LEDGER_GENESIS_H
#define LEDGER_GENESIS_H

#include "ledger/record.h"
#include "util/key.h"

#define CREDITS_SUPPLY  UINT64_C(2100000000) /* hundredths of an MNT: 21,000,000.00 */
#define CREDITS_GRANTED UINT64_C(100000000)  /* the founding site's: 1,000,000.00 */
#define CREDITS_RATE    UINT64_C(100000)     /* denominator of the rate in genesis */

enum { GENESIS_RANDOM = 8 }; /* bytes by which origins of one site differ */

/* What genesis of a new ledger says; ignored when there is one already. */
struct ledger_genesis {
    const char *site;   /* name of the site that keeps it */
    const uint8_t *key; /* KEY_PUBLIC_LEN bytes: the site's public key */
};

/* Effect: *r is record 0 of a new ledger. */
void genesis_make(struct record *r, const struct ledger_genesis *g,
                  const uint8_t random[static GENESIS_RANDOM]);

#endif

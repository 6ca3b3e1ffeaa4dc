/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first record of a ledger. */
#include "ledger/genesis.h"

#include <inttypes.h>

void genesis_make(struct record *r, const struct ledger_genesis *g,
                  const uint8_t random[static GENESIS_RANDOM])
{
    char hex[2 * KEY_PUBLIC_LEN + 1];

    record_begin(r, "genesis");
    record_set(r, "format", "1");
    record_set(r, "origin", "metaneuron/%s/%s", g->site, hex_encode(hex, random, GENESIS_RANDOM));
    record_set(r, "site", "%s", g->site);
    record_set(r, "key", "ed25519:%s", hex_encode(hex, g->key, KEY_PUBLIC_LEN));
    record_set(r, "supply", "%" PRIu64, CREDITS_SUPPLY);
    record_set(r, "granted", "%" PRIu64, CREDITS_GRANTED);
    record_set(r, "rate", "1/%" PRIu64, CREDITS_RATE);
    record_set(r, "policy", "none");
}

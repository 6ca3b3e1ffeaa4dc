/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a ledger's own checkpoint counts: it is of that ledger, of a size that the log has, of
 * the same tree, and signed with a key that was in force.
 *
 * Convention: checkpoints are asked for in the order of their sizes, as each may bring keys into
 * force.
 */
#ifndef LEDGER_TRUST_BELIEVE_H
#define LEDGER_TRUST_BELIEVE_H

#include "ledger/fold/keys.h"
#include "ledger/trust/kept.h"

/* Returns the key that counts, or NULL (ERR_VERIFY). Effect: with it keys that were added before
 * are confirmed. */
const struct keys_entry *believe_signature(struct keys *k, const struct kept *c, struct err *e);

/* Effect: of the keys that were added, those are confirmed that the directory's checkpoints confirm:
 * for each key one signature is checked, whatever there is. */
int believe_keys(struct keys *k, const char *directory, struct err *e);

/* Fails with ERR_VERIFY, in words that say which records it is about, unless the log, which has
 * count records and that root at the checkpoint's size, continues it. good is the size of the
 * checkpoint before, from which on something must be wrong. */
int believe_tree(const struct kept *c, const char *origin, uint64_t count,
                 const uint8_t root[static SHA256_LEN], uint64_t good, struct err *e);

#endif

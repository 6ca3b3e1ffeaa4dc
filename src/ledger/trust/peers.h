/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the lines by which peers have cosigned a checkpoint, beside it.
 */
#ifndef LEDGER_TRUST_PEERS_H
#define LEDGER_TRUST_PEERS_H

#include "ledger/ledger.h"
#include "ledger/proof/policy.h"

/* Effect: the lines by which peers have cosigned a checkpoint, in the note of a file, are kept
 * beside it. policy may be NULL: then they are kept unchecked. *count is how many there are. */
int peers_keep(struct ledger *l, const char *file, const struct policy *policy, size_t *count,
               struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the lines by which peers have cosigned this centre's log: each says what was there to be seen
 * at a time, and the exchange has the newest only.
 */
#ifndef SITE_MIRROR_VOUCHED_H
#define SITE_MIRROR_VOUCHED_H

#include "site/house/peers.h"

/* Effect: the lines of peers that are in the exchange are kept beside the checkpoints of this
 * centre's ledger. What is none of those counts for nothing: -1 is a failure of this centre's own. */
int vouched_take(struct house *h, const struct peers *peers, struct err *e);

#endif

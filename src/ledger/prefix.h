/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first so many records of a log, as a ledger: for copies of somebody else's, in which what
 * stands behind them was not verified yet.
 */
#ifndef LEDGER_PREFIX_H
#define LEDGER_PREFIX_H

#include "ledger/ledger.h"

/* Returns a ledger for reading of those records, with which a batch must end, or NULL: ERR_INPUT if
 * they are not there so. Costs what came after its snapshot. */
struct ledger *ledger_open_prefix(const char *directory, uint64_t count, struct err *e);

/* Effect: it is of so many records now, no fewer than before, and root is that of the tree over
 * them: chain and tree are checked and made in one pass over what is new, which is visited, if visit
 * is not NULL. ERR_INPUT: the log does
 * not go on so far, or not so; the handle is good for closing only. */
int ledger_extend_prefix(struct ledger *l, uint64_t count, chain_visit *visit, void *context,
                         uint8_t root[static SHA256_LEN], struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that is written to a log, batches, genesis, what is told of repairs: private to this layer, but for ledger_append(), which is in
 * ledger.h.
 */
#ifndef LEDGER_APPEND_H
#define LEDGER_APPEND_H

#include "ledger/ledger.h"

/* Effect: reads on, begins a ledger that is empty (g may be NULL when it is not),
 * and repairs a torn one. The lock is held. */
int ledger_settle(struct ledger *l, const struct ledger_genesis *g, struct err *e);

#endif

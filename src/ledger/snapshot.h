/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The snapshot of a ledger: where its log ended once, and the tree over it. FORMAT has its bytes.
 *
 * Convention: private to this layer. It is a cache: one that does not fit is none.
 */
#ifndef LEDGER_SNAPSHOT_H
#define LEDGER_SNAPSHOT_H

#include "ledger/handle.h"

/* Effect: the handle, which is new, stands where the snapshot does, if there is one that fits the
 * log: its last record is a line of the log at that place, and its tiles have its root. */
void snapshot_load(struct ledger *l);

/* Effect: the snapshot is the handle's tree. */
int snapshot_save(struct ledger *l, struct err *e);

#endif

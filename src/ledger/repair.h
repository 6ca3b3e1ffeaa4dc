/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What interrupted writes have left: moved to torn/, where it is found again until a record tells
 * of it.
 *
 * Convention: private to this layer. The lock is held, and the state is at the end of the intact
 * part.
 */
#ifndef LEDGER_REPAIR_H
#define LEDGER_REPAIR_H

#include "ledger/handle.h"

enum { REPAIR_MOST = 8 }; /* records that one batch has of it */

/* Effect: copies the torn tail to torn/ and cuts it off. */
int repair_quarantine(struct ledger *l, struct err *e);

/* Returns how many files there are in torn/ that stood where the log now ends; or -1. Nearly
 * always none. */
int repair_count(const struct ledger *l, struct err *e);

/* Effect: sets as many of the REPAIR_MOST records as there are such files: whoever moved them there has
 * died before he wrote that down. Returns how many, or -1. */
int repair_tell(const struct ledger *l, struct record *records, struct err *e);

#endif

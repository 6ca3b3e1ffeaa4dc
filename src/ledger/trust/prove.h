/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes receipts of records.
 */
#ifndef LEDGER_TRUST_PROVE_H
#define LEDGER_TRUST_PROVE_H

#include "ledger/ledger.h"
#include "ledger/proof/policy.h"

/* Sets *seq to the number of the record that says what became of a slave: its settle record, or
 * with submitted the last that it submitted. run is the run's key; without such a record:
 * ERR_INPUT. */
int prove_find(struct ledger *l, const char *run, const char *slave, bool submitted, uint64_t *seq,
               struct err *e);

/* Effect: appends a receipt of that record: by the newest checkpoint that covers it and that the
 * policy, which may be NULL, believes; without one, by the newest that a peer has cosigned, or
 * else the newest. None such: ERR_INCOMPLETE. */
int prove_record(struct ledger *l, uint64_t seq, const struct policy *policy, struct buf *b,
                 struct err *e);

#endif

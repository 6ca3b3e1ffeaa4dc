/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes who may sign a ledger.
 */
#ifndef LEDGER_TRUST_CHANGE_H
#define LEDGER_TRUST_CHANGE_H

#include "ledger/trust/sign.h"

/* Effect: a keyadd or keyrevoke record is in the ledger, and signed with that key; *r says how far.
 * What stood there before is signed first: then the checkpoint after the change covers no other
 * change than this one. But what is taken back must not be signed for that. A record that would
 * count for nothing is ERR_INPUT, and not recorded; one that is recorded and could not be signed is
 * told of. */
int change_keys(struct ledger *l, const struct key *key, struct record *change,
                struct sign_report *r, struct err *e);

#endif

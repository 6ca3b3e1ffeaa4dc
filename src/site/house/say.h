/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a centre says: records in its federation ledger, covered by its signed checkpoint, and a
 * copy of both in the exchange.
 *
 * Convention: the files that records name come first (payload.h). Saying is over when the exchange
 * has it; what an interruption left out is made up for by the next.
 */
#ifndef SITE_HOUSE_SAY_H
#define SITE_HOUSE_SAY_H

#include "site/house/house.h"

/* Effect: appends the records, at least one, as one batch, signs, and publishes (publish.h). With
 * head not NULL as ledger_append(). */
int say(struct house *h, struct record *records, size_t count, const uint8_t *head, struct err *e);

/* Effect: what is in the ledger is signed and published, as an interruption may have left it. */
int say_again(struct house *h, struct err *e);

#endif

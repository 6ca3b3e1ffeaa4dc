/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ledger on paper: its records, and who has earned what.
 */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "ledger/accounts.h"
#include "report/drain.h"

/* Appends the records, a line each or as one document; run is NULL, or a run's key: then
 * those of that run. */
int report_records(struct buf *to, struct ledger *l, const char *run, bool json,
                   const struct report_drain *drain, struct err *e);

/* Appends the balances. */
void report_balances(struct buf *to, const struct accounts *a);
void report_balances_json(struct buf *to, const struct accounts *a);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ledger on paper: its records, and who has earned what.
 */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "ledger/fold/accounts.h"
#include "util/json_page.h"
#include "util/page.h"

/* Appends the records, a line each or as one document; run is NULL, or a run's key: then
 * those of that run. */
int report_records(struct page *to, struct ledger *l, const char *run, bool json, struct err *e);

/* Adds one of them as an object. */
void report_record_json(struct json_page *j, const char *key, const struct record *r);

/* Appends the balances. */
void report_balances(struct page *to, const struct accounts *a);
void report_balances_json(struct page *to, const struct accounts *a);

#endif

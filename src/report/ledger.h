/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ledger on paper: its records, and who has earned what.
 */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "ledger/fold/accounts.h"
#include "util/json_page.h"
#include "util/page.h"

enum { REPORT_TYPES = 24 }; /* types that can be asked for */

/* Which records are wanted: those that fit all that is asked for. */
struct report_filter {
    const char *run;                 /* a run's key, or NULL */
    const char *contract;            /* the beginning of the id of a run's contract, or NULL */
    const char *slave;               /* with all of its ranges, or NULL */
    const char *types[REPORT_TYPES]; /* one of them; none: any */
    int64_t since_us, until_us;      /* not earlier, not later; both 0: whenever */
    size_t types_count;
};

/* Appends the records that are wanted, a line each or as one document. A type that neither this
 * version nor the ledger has is ERR_USAGE, a contract that it has not ERR_INPUT. */
int report_records(struct page *to, struct ledger *l, const struct report_filter *f, bool json,
                   struct err *e);

/* Adds one of them as an object. */
void report_record_json(struct json_page *j, const char *key, const struct record *r);

/* Appends the balances. */
void report_balances(struct page *to, const struct accounts *a);
void report_balances_json(struct page *to, const struct accounts *a);

#endif

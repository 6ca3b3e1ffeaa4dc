/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history of a ledger on paper: of slaves, with what it counts, of nodes and of accounts.
 */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "ledger/fold/accounts.h"
#include "ledger/fold/history.h"
#include "stats/weight.h"
#include "util/page.h"

/* What there is to tell of, both folds of the same records. */
struct report_history {
    const struct history *history;
    const struct accounts *accounts;
    const struct weight_options *weight; /* of method pos */
    int64_t now_us;                      /* when it is weighed */
};

/* Appends a line for each slave. */
int report_history(struct page *to, const struct report_history *r, struct err *e);
int report_history_json(struct page *to, const struct report_history *r, struct err *e);

/* Appends what one of the slaves has computed, a line for each run. */
int report_slave_history(struct page *to, const struct report_history *r,
                         const struct history_sum *x, struct err *e);
int report_slave_history_json(struct page *to, const struct report_history *r,
                              const struct history_sum *x, struct err *e);

/* Appends sums, of what: node or account. */
void report_sums(struct page *to, const struct history_sums *s, const char *what);
void report_sums_json(struct page *to, const struct history_sums *s, const char *what);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A receipt on paper: what it proves.
 */
#ifndef REPORT_RECEIPT_H
#define REPORT_RECEIPT_H

#include "ledger/proof/policy.h"
#include "ledger/record.h"
#include "util/page.h"

/* Appends what is proved: that the record is in the log of that checkpoint, which a trust policy
 * believes. */
void report_receipt(struct page *to, const struct record *r, const struct policy_verdict *v);
void report_receipt_json(struct page *to, const struct record *r, const struct policy_verdict *v);

#endif

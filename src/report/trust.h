/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a ledger can be relied on: what a verification of it has found, who may sign it, and what
 * was signed.
 */
#ifndef REPORT_TRUST_H
#define REPORT_TRUST_H

#include "ledger/trust/audit.h"
#include "ledger/trust/sign.h"
#include "util/page.h"

/* Appends what was found right with a ledger, and how far that reaches. */
void report_audit(struct page *to, const char *directory, const struct audit *a);
void report_audit_json(struct page *to, const char *directory, const struct audit *a);

/* Appends a ledger's keys, those of the audit; own is this user's, or NULL. */
void report_keys(struct page *to, const struct audit *a, const uint8_t *own);
void report_keys_json(struct page *to, const struct audit *a, const uint8_t *own);

/* Appends what a checkpoint covers, and the line by which others believe it. */
void report_signed(struct page *to, const struct sign_report *r);
void report_signed_json(struct page *to, const struct sign_report *r);

#endif

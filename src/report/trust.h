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

/* Appends a text as it is, line by line. What is not seen in one is shown, and so another text: only
 * names of others could have such. As a document: its member of that name. */
void report_lines(struct page *to, const char *text);
void report_text_json(struct page *to, const char *name, const char *text);

/* Appends how many cosignatures were kept, and whether they were checked. */
void report_kept(struct page *to, size_t count, bool checked, bool json);

/* Appends that a checkpoint is the beginning of the cosigned one, which has so many records. */
void report_agreement(struct page *to, const struct checkpoint *c, uint64_t cosigned, bool json);

/* Appends that two checkpoints contradict each other. */
void report_evidence(struct page *to, const struct checkpoint *smaller,
                     const struct checkpoint *larger, bool json);

#endif

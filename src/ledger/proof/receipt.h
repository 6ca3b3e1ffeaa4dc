/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receipts, to the letter of c2sp.org/tlog-proof: a record, and why it is believed to be in a log.
 *
 * The extra data is the record's line without its line feed, so that a receipt is whole: its
 * leaf is that line's. The line is not believed before the path to the root of a checkpoint that
 * the policy believes is.
 */
#ifndef LEDGER_PROOF_RECEIPT_H
#define LEDGER_PROOF_RECEIPT_H

#include "ledger/proof/policy.h"
#include "ledger/proof/tree.h"

enum { RECEIPT_MOST = 1 << 17 }; /* bytes of a receipt */

struct receipt {
    char *line; /* of the record; NUL follows */
    size_t len;
    uint64_t index; /* its number */
    struct tree_path path;
    const char *note; /* the checkpoint, in the bytes that the receipt was read from */
    size_t note_len;
};

/* Effect: appends a receipt. */
void receipt_write(struct buf *b, const struct receipt *r);

/* Reads one; ERR_INPUT names the line. Nothing is believed yet. */
int receipt_read(struct receipt *r, const char *data, size_t len, struct err *e);
void receipt_free(struct receipt *r);

/* Returns 0 if the policy believes the checkpoint, and the line is record index of the log at
 * that size; else -1, ERR_INPUT or ERR_VERIFY. */
int receipt_check(const struct receipt *r, const struct policy *p, struct policy_verdict *v,
                  struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence: two checkpoints that one log has signed, and that cannot both be true.
 *
 * They are of one size and have two roots. Or the larger one's tree begins with another tree than
 * the smaller one: its root at that size (prefix), which a consistency proof shows to be in the
 * larger one, is not the smaller one's. So a third party needs nothing but the log's key.
 */
#ifndef LEDGER_PROOF_EVIDENCE_H
#define LEDGER_PROOF_EVIDENCE_H

#include "ledger/proof/policy.h"
#include "ledger/proof/tree.h"

enum { EVIDENCE_MOST = 1 << 18 }; /* bytes of an evidence file */

struct evidence {
    const char *smaller, *larger; /* the notes, in the bytes that it was read from */
    size_t smaller_len, larger_len;
    uint8_t prefix[SHA256_LEN]; /* root of the larger one's tree at the smaller one's size */
    struct tree_path path;      /* … and the proof that it is */
};

/* Effect: appends the file. */
void evidence_write(struct buf *b, const struct evidence *x);

/* Reads one; ERR_INPUT names the line. Nothing is believed yet. */
int evidence_read(struct evidence *x, const char *data, size_t len, struct err *e);

/* Returns 0 if one of the policy's logs has signed both, and they contradict each other; else -1
 * (ERR_INPUT or ERR_VERIFY). Cosignatures are not looked at. */
int evidence_check(const struct evidence *x, const struct policy *p, struct checkpoint *smaller,
                   struct checkpoint *larger, struct err *e);

/* Sets *c to the checkpoint that is in a note, if one of the policy's logs of that name has signed
 * it; else -1 (ERR_INPUT or ERR_VERIFY). */
int evidence_signed(const struct policy *p, const struct note *n, struct checkpoint *c,
                    struct err *e);

#endif

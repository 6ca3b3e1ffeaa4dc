/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checkpoints, to the letter of c2sp.org/tlog-checkpoint: what a log was at one size.
 *
 * The text is the log's origin, its size and the root of its tree in base64, a line each. The
 * name of the key that signs it for the log is the origin.
 */
#ifndef LEDGER_PROOF_CHECKPOINT_H
#define LEDGER_PROOF_CHECKPOINT_H

#include <stdbool.h>

#include "ledger/proof/note.h"
#include "util/hash.h"

struct checkpoint {
    char origin[NOTE_NAME];
    uint64_t size; /* records */
    uint8_t root[SHA256_LEN];
};

/* Effect: appends the text, which note_sign() makes a note of. */
void checkpoint_write(struct buf *b, const struct checkpoint *c);

/* Reads the text of a note; ERR_INPUT says what is wrong with it. Extension lines are allowed, and
 * not looked at. No signature is checked. */
int checkpoint_read(struct checkpoint *c, const struct note *n, struct err *e);

/* Whether both are of one log and of the same tree. */
bool checkpoint_same(const struct checkpoint *a, const struct checkpoint *b);

#endif

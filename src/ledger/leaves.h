/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ledger as a Merkle tree: roots, and proofs of them.
 *
 * The tree of a handle grows when it is asked for, and costs nothing before. It may begin with what
 * a snapshot says, which is a cache that anybody who may write the ledger's files could have made:
 * what a root is compared with, or a proof checked against, tells. So who signs a root either has
 * compared ledger_root() of ledger_cached() records or more with what was signed before, or calls
 * ledger_forget_snapshot() first.
 */
#ifndef LEDGER_LEAVES_H
#define LEDGER_LEAVES_H

#include "ledger/ledger.h"
#include "ledger/proof/tree.h"

/* Effect: root is that of the first size records. More than ledger_state() has: ERR_INPUT. What
 * was altered since the ledger was opened: ERR_INPUT, here and below, if it is seen. */
int ledger_root(struct ledger *l, uint64_t size, uint8_t root[static SHA256_LEN], struct err *e);

/* Effect: path proves that record seq is one of the first size records, and line, which was empty,
 * is its line without LF. Of fewer records than seq + 1, or of more than there are: ERR_INPUT. */
int ledger_prove(struct ledger *l, uint64_t seq, uint64_t size, struct tree_path *path,
                 struct buf *line, struct err *e);

/* Effect: path proves that the first old records are the beginning of the first size records. */
int ledger_prove_consistent(struct ledger *l, uint64_t old, uint64_t size, struct tree_path *path,
                            struct err *e);

/* Returns how many of the records a snapshot has told of; 0 if none has. */
uint64_t ledger_cached(const struct ledger *l);

/* Effect: the tree is that of the log's own lines from now on. */
void ledger_forget_snapshot(struct ledger *l);

/* Effect: writes the tree as it is to the ledger's snapshot, if there are so many records that were
 * not in it when the ledger was opened that it is worth it. Nothing is lost if that fails. */
int ledger_save_snapshot(struct ledger *l, struct err *e);

#endif

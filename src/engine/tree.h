/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fixed binary tree in which states are merged.
 *
 * Leaf i is unit i. The node (level l, index i) is the merge of the leaves
 * [i 2^l, (i+1) 2^l), its left half with its right half. Which rank merged
 * which leaves changes nothing: the same pairs are merged in the same order, so
 * the root has the same bits. Where the number of leaves is not a power of two,
 * the nodes that are left are merged from right to left at the end.
 *
 * A tree holds the O(log n) nodes that cover the leaves that it was given.
 *
 * Invariants: 1. nodes are in the order of their leaves; 2. no two neighbours
 * are siblings.
 */
#ifndef ENGINE_TREE_H
#define ENGINE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "function/bound.h"
#include "util/buf.h"

struct tree;

/* Returns an empty tree of states of that function. */
struct tree *tree_create(struct bound *b, struct err *e);
void tree_destroy(struct tree *t);

/* Returns a zeroed state to accumulate a leaf in; the tree owns it. NULL: no
 * memory. tree_push_leaf() then makes it leaf number index. */
double *tree_new_state(struct tree *t, struct err *e);
int tree_push_leaf(struct tree *t, uint64_t index, double *state, struct err *e);

/* Appends the tree's nodes to b; and pushes the nodes in len bytes, which come
 * from another rank and must follow this tree's own. */
void tree_encode(const struct tree *t, struct buf *b);
int tree_push_encoded(struct tree *t, const void *data, size_t len, struct err *e);

/* Effect: merges all that is left into root; zeros if there is nothing. The
 * tree is empty afterwards. */
int tree_finish(struct tree *t, double *root, struct err *e);

#endif

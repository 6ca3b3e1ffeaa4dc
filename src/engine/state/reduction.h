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
 * A tree holds the O(log n) nodes that cover the leaves that it was given. One
 * that is capped at a level holds every node of that level, unmerged.
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

enum { TREE_UNCAPPED = 64 }; /* no tree of 64-bit leaves is higher */

/* Returns an empty tree of states of that function, with nodes up to that level. */
struct tree *tree_create(struct bound *b, unsigned cap, struct err *e);
void tree_destroy(struct tree *t);

/* Returns a zeroed state to accumulate a leaf in; the tree owns it. NULL: no
 * memory. tree_push_leaf() then makes it leaf number index. */
double *tree_new_state(struct tree *t, struct err *e);
int tree_push_leaf(struct tree *t, uint64_t index, double *state, struct err *e);

/* The same for a node of any level up to the cap, which follows the tree's own. */
int tree_push_node(struct tree *t, uint64_t level, uint64_t index, double *state, struct err *e);

/* Appends the tree's nodes to b; and pushes the nodes in len bytes, which come
 * from another rank and must follow this tree's own. */
void tree_encode(const struct tree *t, struct buf *b);
int tree_push_encoded(struct tree *t, const void *data, size_t len, struct err *e);

/* What tree_encode() wrote, node by node: visit gets a copy of each state, which it
 * owns. Bytes that are no nodes of that length are ERR_INPUT. */
typedef int tree_visit(void *context, uint64_t level, uint64_t index, double *state, struct err *e);
int tree_decode(const void *data, size_t len, size_t length, tree_visit *visit, void *context,
                struct err *e);

/* Effect: merges the nodes of the leaves below end, from right to left, into root, and
 * drops them; zeros if there is none. */
int tree_take(struct tree *t, uint64_t end, double *root, struct err *e);

/* The same for all that is left. */
int tree_finish(struct tree *t, double *root, struct err *e);

#endif

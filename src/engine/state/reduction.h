/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reduction: states are merged along one fixed binary tree.
 *
 * Leaf i is unit i. The node (level l, index i) is the merge of the leaves
 * [i 2^l, (i+1) 2^l), its left half with its right half. Which rank merged
 * which leaves changes nothing: the same pairs are merged in the same order, so
 * the root has the same bits. Where the number of leaves is not a power of two,
 * the nodes that are left are merged from right to left at the end.
 *
 * A reduction holds the O(log n) nodes that cover the leaves that it was given. One
 * that is capped at a level holds every node of that level, unmerged.
 *
 * Invariants: 1. nodes are in the order of their leaves; 2. no two neighbours
 * are siblings.
 */
#ifndef ENGINE_REDUCTION_H
#define ENGINE_REDUCTION_H

#include <stddef.h>
#include <stdint.h>

#include "function/bound.h"
#include "util/buf.h"

struct reduction;

enum { REDUCTION_UNCAPPED = 64 }; /* no tree of 64-bit leaves is higher */

/* Returns an empty reduction of states of that function, with nodes up to that level. */
struct reduction *reduction_create(struct bound *b, unsigned cap, struct err *e);
void reduction_destroy(struct reduction *t);

/* Returns a zeroed state to accumulate a leaf in; the reduction owns it. NULL: no
 * memory. reduction_push_leaf() then makes it leaf number index. */
double *reduction_new_state(struct reduction *t, struct err *e);
int reduction_push_leaf(struct reduction *t, uint64_t index, double *state, struct err *e);

/* The same for a node of any level up to the cap, which follows the reduction's own. */
int reduction_push_node(struct reduction *t, uint64_t level, uint64_t index, double *state,
                        struct err *e);

/* Appends the nodes to b; and pushes the nodes in len bytes, which come
 * from another rank and must follow this reduction's own. */
void reduction_encode(const struct reduction *t, struct buf *b);
int reduction_push_encoded(struct reduction *t, const void *data, size_t len, struct err *e);

/* What reduction_encode() wrote, node by node: visit gets a copy of each state, which it
 * owns. Bytes that are no nodes of that length are ERR_INPUT. */
typedef int reduction_visit(void *context, uint64_t level, uint64_t index, double *state,
                            struct err *e);
int reduction_decode(const void *data, size_t len, size_t length, reduction_visit *visit,
                     void *context, struct err *e);

/* Effect: merges the nodes of the leaves below end, from right to left, into root, and
 * drops them; zeros if there is none. */
int reduction_take(struct reduction *t, uint64_t end, double *root, struct err *e);

/* The same for all that is left. */
int reduction_finish(struct reduction *t, double *root, struct err *e);

#endif

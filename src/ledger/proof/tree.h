/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Merkle tree over a log's lines: RFC 6962, section 2.1 (the same in RFC 9162).
 *
 * A leaf is SHA-256(0x00 || line), a node SHA-256(0x01 || left || right). Of n leaves the left
 * half has the largest power of two below n. The root of no leaves is SHA-256 of nothing.
 *
 * Convention: a hash is SHA256_LEN bytes. A struct hash of the caller's is left empty. A subtree
 * of level k is that of 2^k leaves, the first of which is a multiple of that.
 */
#ifndef LEDGER_PROOF_TREE_H
#define LEDGER_PROOF_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

enum {
    TREE_LEVELS = 63
}; /* a tree has fewer than 2^63 leaves, and a path at most so many hashes */

/* A tree that grows: its size, and the roots of the complete subtrees that it consists of. */
struct tree {
    uint64_t size;                         /* leaves */
    uint8_t full[TREE_LEVELS][SHA256_LEN]; /* [k] is that of level k, if bit k of size is set */
};

/* Hashes of siblings, as in a proof, in the order of RFC 6962. */
struct tree_path {
    size_t count;
    uint8_t hash[TREE_LEVELS + 1][SHA256_LEN];
};

int tree_leaf(struct hash *h, const void *line, size_t len, uint8_t leaf[static SHA256_LEN],
              struct err *e);
int tree_node(struct hash *h, const uint8_t *left, const uint8_t *right,
              uint8_t node[static SHA256_LEN], struct err *e);

/* Effect: adds a leaf, or a complete subtree of that level, of which the size must be a multiple
 * (ERR_SOFTWARE). Cost: one node on average. */
int tree_push(struct tree *t, struct hash *h, const uint8_t leaf[static SHA256_LEN], struct err *e);
int tree_push_subtree(struct tree *t, struct hash *h, unsigned level,
                      const uint8_t subtree[static SHA256_LEN], struct err *e);

/* Effect: root is that of the leaves so far. */
int tree_root(const struct tree *t, struct hash *h, uint8_t root[static SHA256_LEN], struct err *e);

/* Sets the hash of a complete subtree: of 2^level leaves from leaf first on. */
typedef int tree_subtree(void *context, uint64_t first, unsigned level,
                         uint8_t subtree[static SHA256_LEN], struct err *e);

/* Effect: path proves that leaf index is in the tree of that size (PATH of RFC 6962, 2.1.1), or
 * that the tree of size old is its beginning (PROOF of 2.1.2). An index that is not below size,
 * or an old that is more than size: ERR_SOFTWARE. Asks for O(log size) subtrees. */
int tree_prove(uint64_t index, uint64_t size, tree_subtree *get, void *context,
               struct tree_path *path, struct err *e);
int tree_prove_consistent(uint64_t old, uint64_t size, tree_subtree *get, void *context,
                          struct tree_path *path, struct err *e);

/* Returns 0 if the path proves that, else -1 (ERR_VERIFY). The algorithms are those of RFC 9162,
 * 2.1.3.2 and 2.1.4.2. The empty tree is the beginning of every tree, by an empty path. */
int tree_check(const struct tree_path *path, const uint8_t leaf[static SHA256_LEN], uint64_t index,
               uint64_t size, const uint8_t root[static SHA256_LEN], struct err *e);
int tree_check_consistent(const struct tree_path *path, uint64_t old,
                          const uint8_t old_root[static SHA256_LEN], uint64_t size,
                          const uint8_t root[static SHA256_LEN], struct err *e);

#endif

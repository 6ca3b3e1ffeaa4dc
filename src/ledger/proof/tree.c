/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree over a log's lines. */
#include "ledger/proof/tree.h"

#include <inttypes.h>
#include <string.h>

enum { LEAF = 0x00, NODE = 0x01 }; /* so that no line is taken for two hashes */

static const uint64_t too_many = UINT64_C(1) << TREE_LEVELS;

int tree_leaf(struct hash *h, const void *line, size_t len, uint8_t leaf[static SHA256_LEN],
              struct err *e)
{
    hash_add(h, &(uint8_t){LEAF}, 1);
    hash_add(h, line, len);
    return hash_final(h, leaf, e);
}

int tree_node(struct hash *h, const uint8_t *left, const uint8_t *right,
              uint8_t node[static SHA256_LEN], struct err *e)
{
    uint8_t both[1 + 2 * SHA256_LEN] = {NODE};

    memcpy(both + 1, left, SHA256_LEN);
    memcpy(both + 1 + SHA256_LEN, right, SHA256_LEN);
    hash_add(h, both, sizeof both);
    return hash_final(h, node, e);
}

int tree_push(struct tree *t, struct hash *h, const uint8_t leaf[static SHA256_LEN], struct err *e)
{
    return tree_push_subtree(t, h, 0, leaf, e);
}

int tree_push_subtree(struct tree *t, struct hash *h, unsigned level,
                      const uint8_t subtree[static SHA256_LEN], struct err *e)
{
    uint8_t carried[SHA256_LEN];

    if (level >= TREE_LEVELS || t->size % (UINT64_C(1) << level) != 0 ||
        t->size >= too_many - (UINT64_C(1) << level))
        return err_set(e, ERR_SOFTWARE, "a tree of %" PRIu64 " leaves takes no subtree of level %u",
                       t->size, level);
    memcpy(carried, subtree, SHA256_LEN);
    unsigned k = level;
    for (; t->size >> k & 1; k++)
        if (tree_node(h, t->full[k], carried, carried, e) < 0)
            return -1;
    memcpy(t->full[k], carried, SHA256_LEN);
    t->size += UINT64_C(1) << level;
    return 0;
}

int tree_root(const struct tree *t, struct hash *h, uint8_t root[static SHA256_LEN], struct err *e)
{
    unsigned k = 0;

    if (t->size == 0)
        return hash_final(h, root, e);
    while (!(t->size >> k & 1))
        k++;
    memcpy(root, t->full[k], SHA256_LEN);
    for (k++; t->size >> k != 0; k++)
        if (t->size >> k & 1 && tree_node(h, t->full[k], root, root, e) < 0)
            return -1;
    return 0;
}

/* A proof in the making: what is left of the tree, and the path from its root down. */
struct proof {
    uint64_t first, size; /* leaves first … first + size - 1 */
    tree_subtree *get;
    void *context;
    struct hash *h;
    struct tree_path *path;
};

static unsigned highest_bit(uint64_t n)
{
    return 63u - (unsigned)__builtin_clzll(n);
}

/* Adds the root of the leaves first … first + n - 1, made of complete subtrees. */
static int add_root(struct proof *p, uint64_t first, uint64_t n, struct err *e)
{
    struct tree t = {0};

    while (t.size < n) {
        uint8_t subtree[SHA256_LEN];
        unsigned level = highest_bit(n - t.size);
        if (p->get(p->context, first + t.size, level, subtree, e) < 0 ||
            tree_push_subtree(&t, p->h, level, subtree, e) < 0)
            return -1;
    }
    return tree_root(&t, p->h, p->path->hash[p->path->count++], e);
}

/* Goes into the half in which leaf `last` is, and adds the other. *last is counted from first. */
static int go_down(struct proof *p, uint64_t *last, struct err *e)
{
    uint64_t left = UINT64_C(1) << highest_bit(p->size - 1);

    if (*last < left) {
        int rc = add_root(p, p->first + left, p->size - left, e);
        p->size = left;
        return rc;
    }
    if (add_root(p, p->first, left, e) < 0)
        return -1;
    p->first += left;
    p->size -= left;
    *last -= left;
    return 0;
}

/* A path begins at the leaf. */
static void turn_round(struct tree_path *path)
{
    for (size_t i = 0, k = path->count; i + 1 < k; i++) {
        uint8_t kept[SHA256_LEN];
        memcpy(kept, path->hash[i], SHA256_LEN);
        memcpy(path->hash[i], path->hash[--k], SHA256_LEN);
        memcpy(path->hash[k], kept, SHA256_LEN);
    }
}

static int no_such_tree(uint64_t size, struct err *e)
{
    return err_set(e, ERR_SOFTWARE, "a tree of %" PRIu64 " leaves proves no such thing", size);
}

int tree_prove(uint64_t index, uint64_t size, tree_subtree *get, void *context,
               struct tree_path *path, struct err *e)
{
    if (index >= size || size >= too_many)
        return no_such_tree(size, e);
    struct proof p = {0, size, get, context, hash_create(e), path};
    int rc = p.h ? 0 : -1;

    path->count = 0;
    while (rc == 0 && p.size > 1)
        rc = go_down(&p, &index, e);
    turn_round(path);
    hash_destroy(p.h);
    return rc;
}

int tree_prove_consistent(uint64_t old, uint64_t size, tree_subtree *get, void *context,
                          struct tree_path *path, struct err *e)
{
    if (old > size || size >= too_many)
        return no_such_tree(size, e);
    path->count = 0;
    if (old == 0)
        return 0;
    struct proof p = {0, size, get, context, hash_create(e), path};
    uint64_t last = old - 1;
    int rc = p.h ? 0 : -1;

    while (rc == 0 && last + 1 < p.size)
        rc = go_down(&p, &last, e);
    /* Who checks knows the old tree's root, but not that of a part of it. */
    if (rc == 0 && p.first > 0)
        rc = add_root(&p, p.first, p.size, e);
    turn_round(path);
    hash_destroy(p.h);
    return rc;
}

/* Where a check stands: the numbers of a node, and of the last node, on one level. */
struct position {
    uint64_t node, last;
};

static void go_up(struct position *at)
{
    at->node >>= 1;
    at->last >>= 1;
}

/* Whether the next hash of a path is a left one. What has no sibling is its parent's hash, too. */
static bool next_is_left(struct position *at)
{
    bool left = at->node & 1 || at->node == at->last;

    if (left)
        while (!(at->node & 1) && at->node != 0)
            go_up(at);
    return left;
}

int tree_check(const struct tree_path *path, const uint8_t leaf[static SHA256_LEN], uint64_t index,
               uint64_t size, const uint8_t root[static SHA256_LEN], struct err *e)
{
    uint8_t r[SHA256_LEN];
    struct position at = {index, size - 1};

    if (index >= size || size >= too_many || path->count > TREE_LEVELS)
        return err_set(e, ERR_VERIFY, "leaf %" PRIu64 " is not in a tree of %" PRIu64 " leaves",
                       index, size);
    struct hash *h = hash_create(e);
    int rc = h ? 0 : -1;
    memcpy(r, leaf, SHA256_LEN);
    size_t i = 0;
    for (; rc == 0 && i < path->count && at.last != 0; i++) {
        const uint8_t *p = path->hash[i];
        bool left = next_is_left(&at);
        rc = tree_node(h, left ? p : r, left ? r : p, r, e);
        go_up(&at);
    }
    hash_destroy(h);
    if (rc == 0 && (i < path->count || at.last != 0 || !hash_same(r, root)))
        return err_set(e, ERR_VERIFY,
                       "the path does not lead from leaf %" PRIu64
                       " to the root of the tree of %" PRIu64 " leaves",
                       index, size);
    return rc;
}

static int inconsistent(uint64_t old, uint64_t size, struct err *e)
{
    return err_set(e, ERR_VERIFY,
                   "the tree of %" PRIu64 " leaves is not proved to be the beginning of that of "
                   "%" PRIu64,
                   old, size);
}

/* The check for 0 < old < size. The hashes are those of the path, after the old root if old is a
 * power of two, which is a node of the new tree then. */
static int check_grown(const struct tree_path *path, uint64_t old, const uint8_t *old_root,
                       uint64_t size, const uint8_t *root, struct hash *h, struct err *e)
{
    struct position at = {old - 1, size - 1};
    uint8_t of_old[SHA256_LEN], of_new[SHA256_LEN];
    size_t i = (old & (old - 1)) == 0 ? 0 : 1;

    if (path->count == 0)
        return inconsistent(old, size, e);
    while (at.node & 1)
        go_up(&at);
    memcpy(of_old, i == 0 ? old_root : path->hash[0], SHA256_LEN);
    memcpy(of_new, of_old, SHA256_LEN);
    for (; i < path->count && at.last != 0; i++) {
        const uint8_t *p = path->hash[i];
        bool left = next_is_left(&at);
        if (left && tree_node(h, p, of_old, of_old, e) < 0)
            return -1;
        if (tree_node(h, left ? p : of_new, left ? of_new : p, of_new, e) < 0)
            return -1;
        go_up(&at);
    }
    if (i < path->count || at.last != 0 || !hash_same(of_old, old_root) || !hash_same(of_new, root))
        return inconsistent(old, size, e);
    return 0;
}

int tree_check_consistent(const struct tree_path *path, uint64_t old,
                          const uint8_t old_root[static SHA256_LEN], uint64_t size,
                          const uint8_t root[static SHA256_LEN], struct err *e)
{
    uint8_t empty[SHA256_LEN];

    if (old > size || size >= too_many || path->count > TREE_LEVELS + 1)
        return inconsistent(old, size, e);
    struct hash *h = hash_create(e);
    if (!h)
        return -1;
    int rc = hash_final(h, empty, e);
    if (rc == 0 &&
        ((old == 0 && !hash_same(old_root, empty)) || (old == size && !hash_same(old_root, root)) ||
         ((old == 0 || old == size) && path->count > 0)))
        rc = inconsistent(old, size, e);
    else if (rc == 0 && old > 0 && old < size)
        rc = check_grown(path, old, old_root, size, root, h, e);
    hash_destroy(h);
    return rc;
}

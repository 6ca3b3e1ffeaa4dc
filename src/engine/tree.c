/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/tree.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MOST = 128 }; /* a range of leaves is covered by at most 2 * 64 nodes */

struct node {
    uint64_t level, index;
    double *state;
};

struct tree {
    struct bound *bound;
    size_t length; /* doubles in a state */
    struct node nodes[NODES_MOST];
    size_t count;
    double *spare[4]; /* states to use again */
    size_t spares;
};

struct tree *tree_create(struct bound *b, struct err *e)
{
    struct tree *t = err_alloc(1, sizeof *t, "a tree of states", e);

    if (t) {
        t->bound = b;
        t->length = bound_length(b);
    }
    return t;
}

void tree_destroy(struct tree *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        free(t->nodes[i].state);
    for (size_t i = 0; i < t->spares; i++)
        free(t->spare[i]);
    free(t);
}

double *tree_new_state(struct tree *t, struct err *e)
{
    if (t->spares == 0)
        return err_alloc(t->length, sizeof(double), "a state", e);
    double *state = t->spare[--t->spares];
    memset(state, 0, t->length * sizeof *state);
    return state;
}

static void give_back(struct tree *t, double *state)
{
    if (t->spares < sizeof t->spare / sizeof t->spare[0])
        t->spare[t->spares++] = state;
    else
        free(state);
}

/* Merges the last two nodes into the first of them. */
static int merge_last(struct tree *t, struct err *e)
{
    struct node *left = &t->nodes[t->count - 2], *right = left + 1;

    if (bound_merge(t->bound, left->state, right->state, e) < 0)
        return -1;
    give_back(t, right->state);
    t->count--;
    left->level++;
    left->index /= 2;
    return 0;
}

static int push(struct tree *t, uint64_t level, uint64_t index, double *state, struct err *e)
{
    if (t->count == NODES_MOST) {
        give_back(t, state);
        return err_set(e, ERR_SOFTWARE, "a tree of states has more than %d nodes", NODES_MOST);
    }
    t->nodes[t->count++] = (struct node){level, index, state};
    while (t->count >= 2) {
        const struct node *left = &t->nodes[t->count - 2], *right = left + 1;
        if (left->level != right->level || left->index % 2 != 0 || right->index != left->index + 1)
            break;
        if (merge_last(t, e) < 0)
            return -1;
    }
    return 0;
}

int tree_push_leaf(struct tree *t, uint64_t index, double *state, struct err *e)
{
    return push(t, 0, index, state, e);
}

void tree_encode(const struct tree *t, struct buf *b)
{
    for (size_t i = 0; i < t->count; i++) {
        const uint64_t head[2] = {t->nodes[i].level, t->nodes[i].index};
        buf_add(b, head, sizeof head);
        buf_add(b, t->nodes[i].state, t->length * sizeof(double));
    }
}

int tree_push_encoded(struct tree *t, const void *data, size_t len, struct err *e)
{
    size_t size = 2 * sizeof(uint64_t) + t->length * sizeof(double);
    const char *p = data;

    if (len % size != 0)
        return err_set(e, ERR_SOFTWARE, "a rank sent %zu bytes of states, no multiple of %zu", len,
                       size);
    for (; len > 0; p += size, len -= size) {
        uint64_t head[2];
        double *state = tree_new_state(t, e);
        if (!state)
            return -1;
        memcpy(head, p, sizeof head);
        memcpy(state, p + sizeof head, t->length * sizeof *state);
        if (push(t, head[0], head[1], state, e) < 0)
            return -1;
    }
    return 0;
}

int tree_finish(struct tree *t, double *root, struct err *e)
{
    while (t->count >= 2)
        if (merge_last(t, e) < 0)
            return -1;
    if (t->count == 0) {
        memset(root, 0, t->length * sizeof *root);
        return 0;
    }
    memcpy(root, t->nodes[0].state, t->length * sizeof *root);
    give_back(t, t->nodes[0].state);
    t->count = 0;
    return 0;
}

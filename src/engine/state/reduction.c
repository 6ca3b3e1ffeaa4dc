/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merges states in a fixed order. */
#include "engine/state/reduction.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct node {
    uint64_t level, index;
    double *state;
};

struct reduction {
    struct bound *bound;
    size_t length; /* doubles in a state */
    unsigned cap;
    struct node *nodes;
    size_t count, capacity;
    double *spare[4]; /* states to use again */
    size_t spares;
};

struct reduction *reduction_create(struct bound *b, unsigned cap, struct err *e)
{
    struct reduction *t = err_alloc(1, sizeof *t, "a reduction", e);

    if (t) {
        t->bound = b;
        t->length = bound_length(b);
        t->cap = cap;
    }
    return t;
}

void reduction_destroy(struct reduction *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        free(t->nodes[i].state);
    for (size_t i = 0; i < t->spares; i++)
        free(t->spare[i]);
    free(t->nodes);
    free(t);
}

double *reduction_new_state(struct reduction *t, struct err *e)
{
    if (t->spares == 0)
        return err_alloc(t->length, sizeof(double), "a state", e);
    double *state = t->spare[--t->spares];
    memset(state, 0, t->length * sizeof *state);
    return state;
}

static void give_back(struct reduction *t, double *state)
{
    if (t->spares < sizeof t->spare / sizeof t->spare[0])
        t->spare[t->spares++] = state;
    else
        free(state);
}

/* Merges node i + 1 into node i. The caller sees to the place that it leaves. */
static int merge_next(struct reduction *t, size_t i, struct err *e)
{
    if (bound_merge(t->bound, t->nodes[i].state, t->nodes[i + 1].state, e) < 0)
        return -1;
    give_back(t, t->nodes[i + 1].state);
    t->nodes[i + 1].state = NULL;
    return 0;
}

static bool are_siblings(const struct node *left, const struct node *right)
{
    return left->level == right->level && left->index % 2 == 0 && right->index == left->index + 1;
}

int reduction_push_node(struct reduction *t, uint64_t level, uint64_t index, double *state,
                        struct err *e)
{
    struct node *nodes =
        err_grow(t->nodes, t->count, &t->capacity, sizeof *nodes, "a reduction", e);

    if (!nodes) {
        give_back(t, state);
        return -1;
    }
    t->nodes = nodes;
    t->nodes[t->count++] = (struct node){level, index, state};
    while (t->count >= 2) {
        struct node *left = &t->nodes[t->count - 2];
        if (left->level >= t->cap || !are_siblings(left, left + 1))
            break;
        if (merge_next(t, t->count - 2, e) < 0)
            return -1;
        t->count--;
        left->level++;
        left->index /= 2;
    }
    return 0;
}

int reduction_push_leaf(struct reduction *t, uint64_t index, double *state, struct err *e)
{
    return reduction_push_node(t, 0, index, state, e);
}

void reduction_encode(const struct reduction *t, struct buf *b)
{
    for (size_t i = 0; i < t->count; i++) {
        const uint64_t head[2] = {t->nodes[i].level, t->nodes[i].index};
        buf_add(b, head, sizeof head);
        buf_add(b, t->nodes[i].state, t->length * sizeof(double));
    }
}

int reduction_decode(const void *data, size_t len, size_t length, reduction_visit *visit,
                     void *context, struct err *e)
{
    size_t size = 2 * sizeof(uint64_t) + length * sizeof(double);
    const char *p = data;

    if (len % size != 0)
        return err_set(e, ERR_INPUT, "%zu bytes of states are no multiple of %zu", len, size);
    for (; len > 0; p += size, len -= size) {
        uint64_t head[2];
        memcpy(head, p, sizeof head);
        if (head[0] >= 64 || head[1] > UINT64_MAX >> head[0])
            return err_set(e, ERR_INPUT, "there is no node %" PRIu64 " of level %" PRIu64, head[1],
                           head[0]);
        double *state = err_alloc(length, sizeof *state, "a state", e);
        if (!state)
            return -1;
        memcpy(state, p + sizeof head, length * sizeof *state);
        if (visit(context, head[0], head[1], state, e) < 0)
            return -1;
    }
    return 0;
}

static int push_decoded(void *context, uint64_t level, uint64_t index, double *state, struct err *e)
{
    return reduction_push_node(context, level, index, state, e);
}

int reduction_push_encoded(struct reduction *t, const void *data, size_t len, struct err *e)
{
    return reduction_decode(data, len, t->length, push_decoded, t, e);
}

/* Where a node's leaves begin. */
static uint64_t first_leaf(const struct node *n)
{
    return n->index << n->level;
}

int reduction_take(struct reduction *t, uint64_t end, double *root, struct err *e)
{
    size_t n = 0;

    while (n < t->count && first_leaf(&t->nodes[n]) < end)
        n++;
    if (n == 0) {
        memset(root, 0, t->length * sizeof *root);
        return 0;
    }
    for (size_t i = n - 1; i > 0; i--)
        if (merge_next(t, i - 1, e) < 0)
            return -1;
    memcpy(root, t->nodes[0].state, t->length * sizeof *root);
    give_back(t, t->nodes[0].state);
    t->count -= n;
    memmove(t->nodes, t->nodes + n, t->count * sizeof *t->nodes);
    return 0;
}

int reduction_finish(struct reduction *t, double *root, struct err *e)
{
    return reduction_take(t, UINT64_MAX, root, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a rank's nodes of the reduction on disk. */
#include "engine/state/saved.h"

#include <stdlib.h>

#include "engine/state/saved_file.h"

struct node {
    uint64_t first, level;
    double *state;
};

struct saved {
    uint64_t from, to;
    struct node *nodes;
    size_t count, capacity;
};

int saved_write(const struct saved_key *c, uint64_t first, uint64_t last, const struct reduction *t,
                struct err *e)
{
    char name[SAVED_NAME];
    struct buf b = {0};

    saved_name(c, first, name);
    seal_start(&b);
    saved_add_head(c, first, last, &b);
    reduction_encode(t, &b);
    int rc = seal_write(c->seal, name, &b, e);
    buf_free(&b);
    return rc;
}

/* What the files of a partition are loaded with. */
struct loading {
    const struct saved_key *c;
    struct saved *saved;
    const struct saved_file *file; /* at hand */
};

/* Keeps a node that lies within what is wanted. */
static int keep(void *context, uint64_t level, uint64_t index, double *state, struct err *e)
{
    const struct loading *l = context;
    struct saved *s = l->saved;
    uint64_t first = index << level, size = UINT64_C(1) << level;

    if (first < l->file->first || first >= l->file->last || l->file->last - first < size) {
        free(state);
        return err_set(e, ERR_INPUT, "a node is outside of the rank's share");
    }
    if (first < s->from || first >= s->to || s->to - first < size) {
        free(state);
        return 0;
    }
    struct node *nodes =
        err_grow(s->nodes, s->count, &s->capacity, sizeof *nodes, "saved units", e);
    if (!nodes) {
        free(state);
        return -1;
    }
    s->nodes = nodes;
    s->nodes[s->count++] = (struct node){first, level, state};
    return 0;
}

static void drop_from(struct saved *s, size_t count)
{
    while (s->count > count)
        free(s->nodes[--s->count].state);
}

static int load_file(void *context, const struct saved_file *f, struct err *e)
{
    struct loading *l = context;
    size_t count = l->saved->count;
    struct err why = {0};

    if (f->kind != SAVED_USED)
        return 0;
    l->file = f;
    if (reduction_decode(f->nodes, f->len, l->c->length, keep, l, &why) == 0)
        return 0;
    drop_from(l->saved, count);
    /* Bytes that are no nodes make the file one that is not there. */
    return why.code == ERR_INPUT ? 0 : err_set(e, why.code, "%s", why.text);
}

struct saved *saved_load(const struct saved_key *c, uint64_t from, uint64_t to, struct err *e)
{
    struct saved *s = err_alloc(1, sizeof *s, "saved units", e);
    struct loading l = {.c = c, .saved = s};

    if (!s)
        return NULL;
    s->from = from;
    s->to = to;
    if (from == to || saved_each(c, load_file, &l, e) == 0)
        return s;
    saved_free(s);
    return NULL;
}

void saved_free(struct saved *s)
{
    if (!s)
        return;
    drop_from(s, 0);
    free(s->nodes);
    free(s);
}

double *saved_take(struct saved *s, uint64_t u, uint64_t to, uint64_t *level)
{
    struct node *best = NULL;

    for (size_t i = 0; i < s->count; i++) {
        struct node *n = &s->nodes[i];
        if (n->state && n->first == u && to - u >= UINT64_C(1) << n->level &&
            (!best || n->level > best->level))
            best = n;
    }
    if (!best)
        return NULL;
    double *state = best->state;
    best->state = NULL;
    *level = best->level;
    return state;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger as a Merkle tree. */
#include "ledger/leaves.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/handle.h"
#include "ledger/snapshot.h"
#include "util/file.h"

enum {
    NO_TILE = -1,
    WORTH = 1024, /* records that are read and hashed in about a millisecond */
};

/* The leaves of a tile that was read. */
struct tile_read {
    int64_t tile; /* or NO_TILE */
    struct tile_leaves leaves;
};

/* A question to the tree, and what has been read for it. */
struct question {
    struct ledger *l;
    struct hash *h;
    uint64_t first, size; /* the record or the old size, and the size */
    struct tree_path *path;
    struct buf *line;
    uint8_t *root;
    struct tile_read *read; /* two: a proof wants leaves of no more tiles */
    size_t next;            /* which of these is read anew */
};

typedef int answer(struct question *q, struct err *e);

/* Effect: the tree stands where the handle does. */
static int catch_up(struct ledger *l, struct err *e)
{
    const struct chain_log log = {
        .fd = l->fd, .path = l->log, .count = l->state.count, .tiles = &l->tiles};
    enum chain_tail tail;
    struct err what = {0};

    if (l->poisoned)
        return err_set(e, ERR_IO, "%s: a write failed before; open it again", l->directory);
    if (l->tiled.count == l->state.count)
        return 0;
    int rc = chain_read(&log, &l->tiled, &tail, &what, e);
    if (rc == 0 && !chain_same(&l->tiled, &l->state))
        rc = err_set(e, ERR_INPUT, "%s: altered after it was opened: %s", l->log,
                     what.code ? what.text : "it has another head");
    if (rc < 0)
        ledger_forget_snapshot(l);
    return rc;
}

/* Whether the leaves that were read are those that the tree was made of. */
static int check_tile(struct question *q, size_t tile, const struct tile_leaves *leaves,
                      struct err *e)
{
    const struct tiles *t = &q->l->tiles;
    uint8_t now[SHA256_LEN], known[SHA256_LEN];
    struct tree part = {0};

    for (size_t i = 0; i < leaves->count; i++)
        if (tree_push(&part, q->h, leaves->hash[i], e) < 0)
            return -1;
    memcpy(known, t->tile[tile].hash, SHA256_LEN);
    if (tree_root(&part, q->h, now, e) < 0 ||
        (leaves->count < TILE && tree_root(&t->part, q->h, known, e) < 0))
        return -1;
    if (memcmp(now, known, SHA256_LEN) == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: records %" PRIu64 " to %" PRIu64 " were altered after they "
                   "were read",
                   q->l->log, (uint64_t)tile * TILE, (uint64_t)tile * TILE + leaves->count - 1);
}

/* Returns the leaves of a tile, or NULL. */
static const struct tile_leaves *read_tile(struct question *q, size_t tile, struct err *e)
{
    for (size_t i = 0; i < 2; i++)
        if (q->read[i].tile == (int64_t)tile)
            return &q->read[i].leaves;
    size_t i = q->next;
    q->next = 1 - i;
    q->read[i].tile = NO_TILE;
    struct tile_leaves *leaves = &q->read[i].leaves;
    if (tiles_read(&q->l->tiles, tile, q->l->fd, q->l->log, q->h, leaves, e) < 0 ||
        check_tile(q, tile, leaves, e) < 0)
        return NULL;
    q->read[i].tile = (int64_t)tile;
    return leaves;
}

/* The tree_subtree of a question. */
static int get_subtree(void *context, uint64_t first, unsigned level,
                       uint8_t subtree[static SHA256_LEN], struct err *e)
{
    struct question *q = context;
    struct tree part = {0};

    if (level >= TILE_LEVEL)
        return tiles_subtree(&q->l->tiles, q->h, first, level, subtree, e);
    const struct tile_leaves *leaves = read_tile(q, (size_t)(first / TILE), e);
    if (!leaves)
        return -1;
    size_t from = (size_t)(first % TILE);
    for (size_t i = from; i < from + ((size_t)1 << level); i++)
        if (tree_push(&part, q->h, leaves->hash[i], e) < 0)
            return -1;
    memcpy(subtree, part.full[level], SHA256_LEN);
    return 0;
}

static int answer_root(struct question *q, struct err *e)
{
    const struct tiles *t = &q->l->tiles;
    struct tree all = {0};

    if (q->size == tiles_size(t))
        return tiles_root(t, q->h, q->root, e);
    for (size_t i = 0; i < q->size / TILE; i++)
        if (tree_push_subtree(&all, q->h, TILE_LEVEL, t->tile[i].hash, e) < 0)
            return -1;
    if (q->size % TILE > 0) {
        const struct tile_leaves *leaves = read_tile(q, (size_t)(q->size / TILE), e);
        if (!leaves)
            return -1;
        for (size_t i = 0; i < q->size % TILE; i++)
            if (tree_push(&all, q->h, leaves->hash[i], e) < 0)
                return -1;
    }
    return tree_root(&all, q->h, q->root, e);
}

/* Reads the line of the record that is asked for. */
static int read_line(struct question *q, struct err *e)
{
    char line[RECORD_MOST];
    uint8_t leaf[SHA256_LEN];
    size_t i = (size_t)(q->first % TILE);
    const struct tile_leaves *leaves = read_tile(q, (size_t)(q->first / TILE), e);

    if (!leaves)
        return -1;
    size_t len = (size_t)(leaves->offset[i + 1] - leaves->offset[i] - 1);
    if (file_pread(q->l->fd, q->l->log, line, len, leaves->offset[i], e) < 0 ||
        tree_leaf(q->h, line, len, leaf, e) < 0)
        return -1;
    if (memcmp(leaf, leaves->hash[i], SHA256_LEN) != 0)
        return err_set(e, ERR_INPUT, "%s: record %" PRIu64 " is being altered", q->l->log,
                       q->first);
    buf_reset(q->line);
    buf_add(q->line, line, len);
    return buf_failed(q->line) ? err_memory(e, "a record") : 0;
}

static int answer_proof(struct question *q, struct err *e)
{
    if (q->first >= q->size)
        return err_set(e, ERR_INPUT, "%s: record %" PRIu64 " is not one of the first %" PRIu64,
                       q->l->log, q->first, q->size);
    return read_line(q, e) < 0 ? -1 : tree_prove(q->first, q->size, get_subtree, q, q->path, e);
}

static int answer_consistency(struct question *q, struct err *e)
{
    if (q->first > q->size)
        return err_set(e, ERR_INPUT,
                       "%s: %" PRIu64 " records are not the beginning of its first %" PRIu64,
                       q->l->log, q->first, q->size);
    return tree_prove_consistent(q->first, q->size, get_subtree, q, q->path, e);
}

/* Effect: brings the tree up to date and asks it. What a snapshot said may be wrong: then it is
 * forgotten, and the log asked. */
static int ask_again(struct question *q, answer *how, struct err *e)
{
    struct ledger *l = q->l;
    struct err why = {0};

    for (;;) {
        q->read[0].tile = q->read[1].tile = NO_TILE;
        if (catch_up(l, &why) == 0 && how(q, &why) == 0)
            return 0;
        if (why.code != ERR_INPUT || l->cached == 0)
            return err_set(e, why.code, "%s", why.text);
        ledger_forget_snapshot(l);
        err_clear(&why);
    }
}

static int ask(struct question *q, answer *how, struct err *e)
{
    int rc = -1;

    if (q->size > q->l->state.count)
        return err_set(e, ERR_INPUT, "%s: has %" PRIu64 " records, expected %" PRIu64 " or more",
                       q->l->log, q->l->state.count, q->size);
    q->h = hash_create(e);
    q->read = q->h ? err_alloc(2, sizeof *q->read, "the leaves of a tile", e) : NULL;
    if (q->read)
        rc = ask_again(q, how, e);
    free(q->read);
    hash_destroy(q->h);
    return rc;
}

int ledger_root(struct ledger *l, uint64_t size, uint8_t root[static SHA256_LEN], struct err *e)
{
    struct question q = {.l = l, .size = size, .root = root};

    return ask(&q, answer_root, e);
}

int ledger_prove(struct ledger *l, uint64_t seq, uint64_t size, struct tree_path *path,
                 struct buf *line, struct err *e)
{
    struct question q = {.l = l, .first = seq, .size = size, .path = path, .line = line};

    return ask(&q, answer_proof, e);
}

int ledger_prove_consistent(struct ledger *l, uint64_t old, uint64_t size, struct tree_path *path,
                            struct err *e)
{
    struct question q = {.l = l, .first = old, .size = size, .path = path};

    return ask(&q, answer_consistency, e);
}

uint64_t ledger_cached(const struct ledger *l)
{
    return l->cached;
}

void ledger_forget_snapshot(struct ledger *l)
{
    tiles_free(&l->tiles);
    l->tiled = (struct chain_state){0};
    l->cached = 0;
}

int ledger_save_snapshot(struct ledger *l, struct err *e)
{
    if (l->state.count < l->saved + WORTH)
        return 0;
    return catch_up(l, e) < 0 ? -1 : snapshot_save(l, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree over a log, and what is kept of it. */
#include "ledger/tiles.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/lines.h"

uint64_t tiles_size(const struct tiles *t)
{
    return t->whole.size + t->part.size;
}

int tiles_tell(struct tiles *t, struct hash *h, struct err *e)
{
    for (; t->left > 0 && t->wanted->size == tiles_size(t); t->wanted++, t->left--)
        if (tiles_root(t, h, t->wanted->hash, e) < 0)
            return -1;
    return 0;
}

int tiles_add(struct tiles *t, struct hash *h, uint64_t offset,
              const uint8_t leaf[static SHA256_LEN], struct err *e)
{
    if (t->part.size == 0) {
        struct tile *tile =
            err_grow(t->tile, t->count, &t->capacity, sizeof *tile, "the tiles of a ledger", e);
        if (!tile)
            return -1;
        t->tile = tile;
        t->tile[t->count++] = (struct tile){.offset = offset};
    }
    t->last = offset;
    if (tree_push(&t->part, h, leaf, e) < 0)
        return -1;
    if (t->part.size == TILE) {
        uint8_t *hash = t->tile[t->count - 1].hash;
        memcpy(hash, t->part.full[TILE_LEVEL], SHA256_LEN);
        if (tree_push_subtree(&t->whole, h, TILE_LEVEL, hash, e) < 0)
            return -1;
        t->part.size = 0;
    }
    return tiles_tell(t, h, e);
}

int tiles_root(const struct tiles *t, struct hash *h, uint8_t root[static SHA256_LEN],
               struct err *e)
{
    struct tree all = t->whole;

    for (unsigned k = TILE_LEVEL; k-- > 0;)
        if (t->part.size >> k & 1 && tree_push_subtree(&all, h, k, t->part.full[k], e) < 0)
            return -1;
    return tree_root(&all, h, root, e);
}

int tiles_subtree(const struct tiles *t, struct hash *h, uint64_t first, unsigned level,
                  uint8_t subtree[static SHA256_LEN], struct err *e)
{
    struct tree part = {0};
    size_t from = (size_t)(first / TILE), n = (size_t)1 << (level - TILE_LEVEL);

    for (size_t i = from; i < from + n; i++)
        if (tree_push_subtree(&part, h, TILE_LEVEL, t->tile[i].hash, e) < 0)
            return -1;
    memcpy(subtree, part.full[level], SHA256_LEN);
    return 0;
}

/* Whether a line begins with that record number. */
static bool has_number(const char *line, size_t len, uint64_t seq)
{
    char number[24];
    size_t n = (size_t)snprintf(number, sizeof number, "%" PRIu64 " ", seq);

    return len >= n && memcmp(line, number, n) == 0;
}

int tiles_read(const struct tiles *t, size_t tile, int fd, const char *path, struct hash *h,
               struct tile_leaves *leaves, struct err *e)
{
    struct lines in;
    const char *line;
    size_t len;
    uint64_t first = (uint64_t)tile * TILE, left = tiles_size(t) - first;

    if (lines_open(&in, fd, path, t->tile[tile].offset, e) < 0)
        return -1;
    leaves->count = left < TILE ? (size_t)left : TILE;
    leaves->offset[0] = t->tile[tile].offset;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < leaves->count; i++) {
        rc = lines_next(&in, &line, &len, e);
        if (rc >= 0 && (rc == 0 || !has_number(line, len, first + i)))
            rc = err_set(e, ERR_INPUT, "%s: record %" PRIu64 " is not at byte %" PRIu64 ": altered",
                         path, first + i, leaves->offset[i]);
        if (rc > 0)
            rc = tree_leaf(h, line, len, leaves->hash[i], e);
        leaves->offset[i + 1] = leaves->offset[i] + len + 1;
    }
    lines_close(&in);
    return rc;
}

void tiles_free(struct tiles *t)
{
    free(t->tile);
    *t = (struct tiles){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The snapshot of a ledger. */
#include "ledger/snapshot.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"

static const char magic[16] = "metaneuron-snap1"; /* without a NUL */

/* Bytes at which things stand, as FORMAT says. */
enum {
    AT_SIZE = sizeof magic,
    AT_BYTES = AT_SIZE + 8,
    AT_LAST = AT_BYTES + 8,
    AT_HEAD = AT_LAST + 8,
    AT_ROOT = AT_HEAD + SHA256_LEN,
    AT_TILES = AT_ROOT + SHA256_LEN,
    EACH = 8 + SHA256_LEN,
};

static uint64_t get_u64(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static void add_u64(struct buf *b, uint64_t v)
{
    v = htole64(v);
    buf_add(b, &v, sizeof v);
}

/* Whether these are the bytes of a snapshot, of a log of so many bytes. */
static bool is_snapshot(const char *data, size_t len, uint64_t log)
{
    uint8_t sum[SHA256_LEN];

    if (len < AT_TILES + EACH + SHA256_LEN || memcmp(data, magic, sizeof magic) != 0)
        return false;
    uint64_t size = get_u64(data + AT_SIZE), bytes = get_u64(data + AT_BYTES);
    uint64_t last = get_u64(data + AT_LAST), before = 0;
    size_t tiles = (len - AT_TILES - SHA256_LEN) / EACH;
    if (len != AT_TILES + tiles * EACH + SHA256_LEN || size == 0 || size > (uint64_t)tiles * TILE ||
        size <= (uint64_t)(tiles - 1) * TILE)
        return false;
    if (bytes > log || last >= bytes || bytes - last > RECORD_MOST || get_u64(data + AT_TILES) != 0)
        return false;
    const char zeros[SHA256_LEN] = {0};
    if (size % TILE > 0 &&
        memcmp(data + len - 2 * SHA256_LEN, zeros, SHA256_LEN) != 0) /* no subtree's */
        return false;
    for (size_t i = 1; i < tiles; i++) {
        uint64_t offset = get_u64(data + AT_TILES + i * EACH);
        if (offset <= before || offset > last)
            return false;
        before = offset;
    }
    return hash_bytes(data, len - SHA256_LEN, sum, NULL) == 0 &&
           memcmp(sum, data + len - SHA256_LEN, SHA256_LEN) == 0;
}

/* Sets *s to where the log stands after its record that the snapshot calls the last one, if that
 * is a line of the log, and ends a batch. */
static int find_state(const struct ledger *l, const char *data, struct chain_state *s)
{
    char text[1 + RECORD_MOST];
    uint64_t bytes = get_u64(data + AT_BYTES), last = get_u64(data + AT_LAST);
    size_t len = (size_t)(bytes - last);
    struct record r;
    int rc = -1;
    struct hash *h = hash_create(NULL);

    /* With the byte before, which ends the line before. */
    size_t before = last > 0;
    text[0] = '\n';
    if (h && file_pread(l->fd, l->log, text + 1 - before, len + before, last - before, NULL) == 0 &&
        text[0] == '\n' && memchr(text + 1, '\n', len) == text + len &&
        record_decode(&r, text + 1, len - 1, h, NULL) == 0 && r.batch &&
        r.seq + 1 == get_u64(data + AT_SIZE) && memcmp(r.sum, data + AT_HEAD, SHA256_LEN) == 0) {
        *s = (struct chain_state){.bytes = bytes, .count = r.seq + 1, .time_us = r.time_us};
        memcpy(s->head, r.sum, SHA256_LEN);
        rc = 0;
    }
    hash_destroy(h);
    return rc;
}

/* Reads the tiles, and what the log says of the last one, if that is incomplete. */
static int fill_tiles(struct tiles *t, const struct ledger *l, const char *data, struct hash *h)
{
    uint64_t size = get_u64(data + AT_SIZE), whole = size / TILE;
    int rc = 0;

    t->last = get_u64(data + AT_LAST);
    t->count = t->capacity = (size_t)(whole + (size % TILE > 0));
    t->tile = err_alloc(t->count, sizeof *t->tile, "a snapshot", NULL);
    for (size_t i = 0; t->tile && rc == 0 && i < t->count; i++) {
        const char *p = data + AT_TILES + i * EACH;
        t->tile[i].offset = get_u64(p);
        memcpy(t->tile[i].hash, p + 8, SHA256_LEN);
        if (i < whole)
            rc = tree_push_subtree(&t->whole, h, TILE_LEVEL, t->tile[i].hash, NULL);
    }
    if (!t->tile || rc < 0 || size % TILE == 0)
        return t->tile ? rc : -1;
    struct tile_leaves *leaves = err_alloc(1, sizeof *leaves, "a snapshot", NULL);
    t->part.size = size % TILE;
    if (!leaves || tiles_read(t, (size_t)whole, l->fd, l->log, h, leaves, NULL) < 0 ||
        leaves->offset[leaves->count] != get_u64(data + AT_BYTES))
        rc = -1;
    t->part.size = 0;
    for (size_t i = 0; rc == 0 && i < leaves->count; i++)
        rc = tree_push(&t->part, h, leaves->hash[i], NULL);
    free(leaves);
    return rc;
}

static bool read_tiles(struct tiles *t, const struct ledger *l, const char *data)
{
    uint8_t root[SHA256_LEN];
    struct hash *h = hash_create(NULL);
    bool good = h && fill_tiles(t, l, data, h) == 0 && tiles_root(t, h, root, NULL) == 0 &&
                memcmp(root, data + AT_ROOT, SHA256_LEN) == 0;

    hash_destroy(h);
    return good;
}

void snapshot_load(struct ledger *l)
{
    char path[PATH_MAX], *data = NULL;
    size_t len;
    uint64_t log;
    struct chain_state s;
    struct tiles t = {0};

    /* Its size is far below that of the log, of which a record takes more bytes than a tile here. */
    if (file_size(l->fd, l->log, &log, NULL) < 0 ||
        paths_join(path, sizeof path, l->directory, "snapshot", NULL) < 0 ||
        file_read_own(path, log, true, &data, &len, NULL) < 0)
        return;
    if (is_snapshot(data, len, log) && find_state(l, data, &s) == 0 && read_tiles(&t, l, data)) {
        l->state = l->tiled = s;
        l->tiles = t;
        l->cached = l->saved = s.count;
    } else
        tiles_free(&t);
    free(data);
}

int snapshot_save(struct ledger *l, struct err *e)
{
    const struct tiles *t = &l->tiles;
    char path[PATH_MAX];
    struct buf b = {0};
    uint8_t digest[SHA256_LEN];
    int rc = -1;
    struct hash *h = hash_create(e);

    if (!h || paths_join(path, sizeof path, l->directory, "snapshot", e) < 0 ||
        tiles_root(t, h, digest, e) < 0)
        goto done;
    buf_add(&b, magic, sizeof magic);
    add_u64(&b, l->tiled.count);
    add_u64(&b, l->tiled.bytes);
    add_u64(&b, t->last);
    buf_add(&b, l->tiled.head, SHA256_LEN);
    buf_add(&b, digest, SHA256_LEN);
    for (size_t i = 0; i < t->count; i++) {
        add_u64(&b, t->tile[i].offset);
        buf_add(&b, t->tile[i].hash, SHA256_LEN);
    }
    if (buf_failed(&b)) {
        err_memory(e, "a snapshot");
        goto done;
    }
    hash_add(h, b.data, b.len);
    if (hash_final(h, digest, e) < 0)
        goto done;
    buf_add(&b, digest, SHA256_LEN);
    rc =
        buf_failed(&b) ? err_memory(e, "a snapshot") : file_write(path, b.data, b.len, FILE_OWN, e);
    if (rc == 0)
        l->saved = l->tiled.count;
done:
    buf_free(&b);
    hash_destroy(h);
    return rc;
}

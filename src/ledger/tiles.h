/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Merkle tree over a log, and what is kept of it: of every 256 records, a tile, where the
 * first begins in the log and the hash of their subtree. All else is a few hashes away.
 *
 * Convention: private to this layer. A struct tiles begins zeroed, at the beginning of a log, and
 * after a failure is good for tiles_free() only.
 */
#ifndef LEDGER_TILES_H
#define LEDGER_TILES_H

#include "ledger/proof/tree.h"

enum {
    TILE_LEVEL = 8,         /* of a tile's subtree */
    TILE = 1 << TILE_LEVEL, /* records of a tile; the last one may have fewer */
};

struct tile {
    uint64_t offset;          /* in the log, of its first record */
    uint8_t hash[SHA256_LEN]; /* of its subtree, when it is complete; else zeros */
};

/* A root that is wanted: of the first size records. */
struct ledger_root {
    uint64_t size;
    uint8_t hash[SHA256_LEN];
};

struct tiles {
    struct tree whole; /* of the complete tiles */
    struct tree part;  /* of the records after them */
    struct tile *tile; /* count, the last of which is incomplete unless part is empty */
    size_t count, capacity;
    uint64_t last; /* offset in the log of the last record */
    struct ledger_root
        *wanted; /* roots that are set as the tree comes to their size, in that order */
    size_t left; /* of these */
};

/* The leaves of one tile, read from a log, and where their lines stand in it. */
struct tile_leaves {
    size_t count;
    uint8_t hash[TILE][SHA256_LEN];
    uint64_t offset[TILE + 1]; /* of each line, and where the last one ends */
};

/* Returns the records in the tree. */
uint64_t tiles_size(const struct tiles *t);

/* Effect: adds a record's leaf; its line begins at that offset. */
int tiles_add(struct tiles *t, struct hash *h, uint64_t offset,
              const uint8_t leaf[static SHA256_LEN], struct err *e);

/* Effect: root is that of all records so far. */
int tiles_root(const struct tiles *t, struct hash *h, uint8_t root[static SHA256_LEN],
               struct err *e);

/* Effect: sets those wanted roots of which the size is reached: before the first record, that of
 * no records. tiles_add() does so after each. */
int tiles_tell(struct tiles *t, struct hash *h, struct err *e);

/* Effect: the hash of a complete subtree of complete tiles, from record first on. */
int tiles_subtree(const struct tiles *t, struct hash *h, uint64_t first, unsigned level,
                  uint8_t subtree[static SHA256_LEN], struct err *e);

/* Effect: reads the lines of a tile, which must be numbered as its records are (ERR_INPUT); that
 * they are those of the tree is not checked. */
int tiles_read(const struct tiles *t, size_t tile, int fd, const char *path, struct hash *h,
               struct tile_leaves *leaves, struct err *e);

void tiles_free(struct tiles *t);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk, as a list of what was done to it: of all that was done after the last sync, a crash may
 * leave some and lose some (states.h).
 *
 * Convention: a node is a file or a directory, by its number; 0 is the root. Paths are relative to
 * it. What cannot be noted ends the test.
 */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_NAME = 80, DISK_NODES = 200, DISK_ENTRIES = 100 };

enum disk_kind {
    DISK_WRITE = 1,  /* bytes stand at an offset of a file */
    DISK_CUT,        /* a file ends at an offset */
    DISK_ENTER,      /* a node has a name in a directory */
    DISK_LEAVE,      /* and has it no more */
    DISK_RENAME,     /* a node has another name in its directory */
    DISK_SYNC,       /* what was done to the node is on the disk */
    DISK_SYNC_FAILS, /* what was written to the file may never be, and is not tried again */
    DISK_SAID,       /* somebody was told that something is on the disk */
};

struct disk_op {
    enum disk_kind kind;
    int node;      /* whose bytes, or which is named; of a sync: which */
    int directory; /* that holds the name */
    char name[DISK_NAME], to[DISK_NAME];
    uint64_t at; /* offset; of DISK_SAID the number of what was said */
    size_t len;
    char *data;
};

struct disk_entry {
    int directory, node;
    char name[DISK_NAME];
};

struct disk_file {
    char *data;
    size_t len;
};

/* Directories and files as somebody sees them. */
struct disk_image {
    struct disk_entry entries[DISK_ENTRIES];
    size_t count;
    struct disk_file files[DISK_NODES]; /* by their nodes */
};

struct disk {
    struct disk_op *ops;
    size_t count, room;
    int nodes;
    bool is_directory[DISK_NODES];
    bool is_hint[DISK_NODES]; /* a file whose bytes decide nothing: two of its states will do */
    struct disk_image now;    /* after all of it; its bytes are its own */
};

/* Returns an empty disk, of one directory. */
struct disk *disk_create(void);
void disk_destroy(struct disk *d);

/* Returns a new node, which has no name yet. */
int disk_node(struct disk *d, bool is_directory);

/* Returns the node of a path, or -1; parent (may be NULL) is that of its directory, or -1, and
 * name its last part. */
int disk_find(const struct disk *d, const char *path, int *parent, const char **name);

/* Effect: that was done; the bytes, if any, are copied. */
void disk_note(struct disk *d, const struct disk_op *op);

/* Effect: the disk is what stands at that directory, all of it synced. */
void disk_load(struct disk *d, const char *directory);

/* Effect: an operation on names is done to an image; on a file's bytes, of which only the first
 * few are written, if part is less than all. */
void image_name(struct disk_image *i, const struct disk_op *op);
void file_do(struct disk_file *f, const struct disk_op *op, size_t part);

/* Whether a node has a name, and its directories have. */
bool image_has(const struct disk_image *i, int node);

/* Effect: the image stands at that directory, which is empty or not there. */
void image_put(const struct disk *d, const struct disk_image *i, const char *directory);

/* Whether it stands there, and nothing else. */
bool image_stands(const struct disk *d, const struct disk_image *i, const char *directory);

/* Returns a number by which images differ. */
uint64_t image_hash(const struct disk_image *i);

#endif

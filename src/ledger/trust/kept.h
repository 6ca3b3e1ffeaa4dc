/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checkpoints that are kept: in a ledger's directory, and what a user has seen of ledgers.
 *
 * checkpoint is the newest, checkpoints/SIZE each of them, and checkpoints/SIZE.cosig.PEER a line
 * by which a peer has cosigned that one. What a user has seen is kept outside of ledgers, in
 * $XDG_STATE_HOME/metaneuron/seen, one note for each origin: there it survives a ledger that is
 * written anew.
 *
 * Convention: files are read as hostile: no links, size first. No signature is checked here.
 */
#ifndef LEDGER_TRUST_KEPT_H
#define LEDGER_TRUST_KEPT_H

#include <limits.h>

#include "ledger/proof/checkpoint.h"

/* A checkpoint's note in memory. */
struct kept {
    struct buf bytes; /* of the note, into which it points */
    struct note note;
    struct checkpoint c;
    char path[PATH_MAX]; /* of the file */
};

/* One that is in the directory, by the names of its files. */
struct kept_entry {
    uint64_t size;
    size_t files;    /* checkpoints/SIZE: 1 */
    size_t cosigned; /* and how many peers' lines are beside it */
};

void kept_free(struct kept *k);

/* Reads the note in a file. ERR_OPEN: there is none; ERR_INPUT: it is no checkpoint. */
int kept_read_file(struct kept *k, const char *path, struct err *e);

/* The same of bytes that were read of the file at that path. */
int kept_take(struct kept *k, const char *path, const void *data, size_t len, struct err *e);

/* Reads the one of that size, or with 0 the newest. ERR_OPEN: there is none. */
int kept_read(struct kept *k, const char *directory, uint64_t size, struct err *e);

/* Reads the newest, also if a crash came before it was named checkpoint. Returns 1, 0 if there is
 * none, or -1 (ERR_VERIFY: there are two of one size). *whole is whether it has both of its names. */
int kept_read_newest(struct kept *k, const char *directory, bool *whole, struct err *e);

/* As kept_read(), with the lines of the peers that have cosigned it; size is not 0. */
int kept_read_cosigned(struct kept *k, const char *directory, uint64_t size, struct err *e);

/* Effect: *list has the checkpoints in the directory, in the order of their sizes; the caller frees. */
int kept_list(const char *directory, struct kept_entry **list, size_t *count, struct err *e);

/* Effect: the note is checkpoints/SIZE and checkpoint, durably. The ledger is held. */
int kept_write(const char *directory, uint64_t size, const struct buf *note, struct err *e);

/* Effect: a line is checkpoints/SIZE.cosig.PEER. */
int kept_write_cosignature(const char *directory, uint64_t size, const char *peer, const char *line,
                           size_t len, struct err *e);

/* Reads what this user has seen last of the ledger of that origin. Returns 1, 0 if that is nothing,
 * or -1. Without a home directory nothing was seen. */
int kept_seen(struct kept *k, const char *origin, struct err *e);

/* Effect: this user has seen that note of that checkpoint, unless more was seen. */
int kept_see(const struct buf *note, const struct checkpoint *c, struct err *e);

#endif

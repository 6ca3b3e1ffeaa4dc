/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a ledger's handle, which reads on where it stood: private to this layer.
 *
 * Convention: handle.c and ledger.c read, append.c writes.
 */
#ifndef LEDGER_HANDLE_H
#define LEDGER_HANDLE_H

#include <limits.h>

#include "ledger/chain.h"

struct ledger {
    char directory[PATH_MAX - 64], log[PATH_MAX];
    int fd, lock;      /* of log, and of lock when open for appending, else -1 */
    bool poisoned;     /* a write failed: what the disk holds is not known */
    bool checked;      /* nothing of what was signed was gone when it was opened */
    bool alone;        /* no other node writes, as the user has promised */
    uint64_t repaired; /* bytes moved to torn/ */
    size_t tightened;  /* files and directories that others could use */
    struct chain_state state;
    struct tiles tiles;       /* the tree, as far as somebody has asked for it (leaves.c) */
    struct chain_state tiled; /* where it stands; at state or before */
    uint64_t cached, saved;   /* records of which it says what a snapshot said; of the snapshot */
};

/* Returns a handle with its paths and no open file, or NULL; ledger_close() frees it. */
struct ledger *ledger_create(const char *directory, struct err *e);

/* Effect: moves the state to the end of the intact part. The log's tail is
 * *tail; any damage that is more than torn is an error. */
int ledger_read_on(struct ledger *l, enum chain_tail *tail, struct err *e);

#endif

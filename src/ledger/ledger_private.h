/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a handle: private to this layer.
 *
 * Convention: ledger.c opens and reads, append.c writes. The lock is held by who
 * calls ledger_settle().
 */
#ifndef LEDGER_PRIVATE_H
#define LEDGER_PRIVATE_H

#include <limits.h>

#include "ledger/ledger.h"

struct ledger {
    char directory[PATH_MAX - 64], log[PATH_MAX];
    int fd, lock;      /* of log, and of lock when open for appending, else -1 */
    bool poisoned;     /* a write failed: what the disk holds is not known */
    uint64_t repaired; /* bytes moved to torn/ */
    struct chain_state state;
};

/* Effect: moves the state to the end of the intact part. The log's tail is
 * *tail; any damage that is more than torn is an error. */
int ledger_read_on(struct ledger *l, enum chain_tail *tail, struct err *e);

/* Effect: reads on, begins a ledger that is empty (g may be NULL when it is not),
 * and repairs a torn one. The lock is held. */
int ledger_settle(struct ledger *l, const struct ledger_genesis *g, struct err *e);

#endif

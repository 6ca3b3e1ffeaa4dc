/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain: reading a log from front to back and checking every link.
 *
 * Convention: private to this layer. A chain_state is where the reading stands:
 * after the last intact batch.
 */
#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/record.h"

struct chain_state {
    uint64_t bytes;           /* bytes of intact batches */
    uint64_t count;           /* records in them */
    int64_t time_us;          /* of the last record */
    uint8_t head[SHA256_LEN]; /* its sum; zeros when there is none */
};

/* What follows the last intact batch. */
enum chain_tail {
    CHAIN_CLEAN = 0,   /* nothing */
    CHAIN_TORN = 1,    /* what one interrupted write may leave: at most one batch */
    CHAIN_DAMAGED = 2, /* more than that: something was altered */
};

/* Called for each record of an intact batch; non-zero ends the reading. */
typedef int chain_visit(const struct record *r, void *context, struct err *e);

/* Effect: reads fd from s on to its end, checks, moves s past each intact
 * batch, and visits its records (visit may be NULL). *tail says what is left;
 * *what (may be NULL) then names the record and what is wrong with it. -1 for
 * I/O errors and for what visit returned. */
int chain_read(int fd, const char *path, struct chain_state *s, chain_visit *visit, void *context,
               enum chain_tail *tail, struct err *what, struct err *e);

#endif

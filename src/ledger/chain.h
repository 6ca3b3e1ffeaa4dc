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
#include "ledger/tiles.h"

struct chain_state {
    uint64_t bytes;           /* bytes of intact batches */
    uint64_t count;           /* records in them */
    int64_t time_us;          /* of the last record */
    uint8_t head[SHA256_LEN]; /* its sum; zeros when there is none */
};

/* Whether both stand at the same record. */
bool chain_same(const struct chain_state *a, const struct chain_state *b);

/* What follows the last intact batch. */
enum chain_tail {
    CHAIN_CLEAN = 0,   /* nothing */
    CHAIN_TORN = 1,    /* what one interrupted write may leave: at most one batch */
    CHAIN_DAMAGED = 2, /* more than that: something was altered */
};

/* Called for each record of an intact batch; non-zero ends the reading. */
typedef int chain_visit(const struct record *r, void *context, struct err *e);

/* A log that is read, and what for. */
struct chain_log {
    int fd;
    const char *path;
    uint64_t count;      /* records after which the reading ends; 0: at the log's end */
    chain_visit *visit;  /* or NULL */
    void *context;       /* of visit */
    struct tiles *tiles; /* the tree, which stands where the reading begins, and grows by the
                          * records of each intact batch; or NULL */
};

/* Effect: reads the log from s on to the end, checks, moves s past each intact
 * batch, and visits its records. *tail says what is left; *what (may be NULL)
 * then names the record and what is wrong with it. -1 for I/O errors and for
 * what visit returned. */
int chain_read(const struct chain_log *log, struct chain_state *s, enum chain_tail *tail,
               struct err *what, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Saved units: what one rank has computed of a slave's units, on disk.
 *
 * The run's directory has a file units-K-U (in round T > 1 units-K-T-U) for each rank that
 * computes over partition K and began at unit U. It holds nodes of the fixed tree, so whichever
 * ranks go on, and however many, find the same states. FORMAT gives its bytes.
 *
 * Convention: what is read is checked against the seal of the run, and against the partition,
 * the round and the partition's digest that the seal binds; what does not fit is left out.
 */
#ifndef ENGINE_SAVED_H
#define ENGINE_SAVED_H

#include <stdbool.h>

#include "engine/state/reduction.h"
#include "util/buf.h"
#include "util/hash.h"
#include "util/seal.h"

/* What saved units are of. */
struct saved_key {
    const struct seal *seal; /* of the run */
    const char *contract;    /* its id */
    uint32_t partition;      /* from 0; of a contract without data: the first range */
    uint64_t round;          /* from 1 */
    uint64_t unit;           /* rows of a unit; of a contract without data: units of a range */
    size_t length;           /* doubles in a state */
    const uint8_t *digest;   /* SHA256_LEN bytes: of the partition, or of the slave */
    bool shared;             /* other slaves save under the same number: without data */
};

/* Effect: the nodes of the rank that computes units [first, last) are durable, in place of
 * those that it saved before. */
int saved_write(const struct saved_key *c, uint64_t first, uint64_t last, const struct reduction *t,
                struct err *e);

struct saved; /* nodes that were read back */

/* Returns the saved nodes within units [from, to). Files that are not the run's, or of
 * something else, count as absent: their units are computed again. */
struct saved *saved_load(const struct saved_key *c, uint64_t from, uint64_t to, struct err *e);
void saved_free(struct saved *s);

/* Returns the state of the highest node that begins at unit u and ends at to or before it,
 * and its level; the caller owns it. NULL: there is none. */
double *saved_take(struct saved *s, uint64_t u, uint64_t to, uint64_t *level);

/* Effect: what was saved of the partition in earlier rounds, which are over, is gone. */
void saved_drop_earlier(const struct saved_key *c);

/* Effect: digest stands for all that is saved of the partition and would be loaded, in the
 * order of the names; zeros if there is nothing. */
int saved_digest(const struct saved_key *c, uint8_t digest[static SHA256_LEN], struct err *e);

/* Effect: what is saved is there for loading only if its digest is the expected one, unless
 * that is zeros; said gets a sentence on what of the partition's files is not used, and why. */
int saved_check(const struct saved_key *c, const uint8_t expected[static SHA256_LEN],
                struct buf *said, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Saved units: what one rank has computed of a slave's units, on disk.
 *
 * The run's directory has a file units-K-U for each rank that computes over
 * partition K and began at unit U. It holds nodes of the fixed tree, so whichever
 * ranks go on, and however many, find the same states. FORMAT gives its bytes.
 *
 * Convention: what is read is checked against the digest at its end and against the
 * run, the partition and the partition's digest; what does not fit is left out.
 */
#ifndef ENGINE_SAVED_H
#define ENGINE_SAVED_H

#include "engine/state/reduction.h"
#include "util/hash.h"

/* What saved units are of. */
struct saved_key {
    const char *directory; /* of the run */
    const char *run;       /* its key */
    uint32_t partition;    /* from 0; of a contract without data: the first range */
    size_t length;         /* doubles in a state */
    const uint8_t *digest; /* SHA256_LEN bytes: of the partition, or zeros */
};

/* Effect: the nodes of the rank that began at unit first are durable, in place of those
 * that it saved before. */
int saved_write(const struct saved_key *c, uint64_t first, const struct reduction *t,
                struct err *e);

struct saved; /* nodes that were read back */

/* Returns the saved nodes within units [from, to). Files that are damaged or of something
 * else count as absent: their units are computed again. */
struct saved *saved_load(const struct saved_key *c, uint64_t from, uint64_t to, struct err *e);
void saved_free(struct saved *s);

/* Returns the state of the highest node that begins at unit u and ends at to or before it,
 * and its level; the caller owns it. NULL: there is none. */
double *saved_take(struct saved *s, uint64_t u, uint64_t to, uint64_t *level);

/* Effect: digest stands for all that is saved of the partition; zeros if there is
 * nothing. */
int saved_digest(const struct saved_key *c, uint8_t digest[static SHA256_LEN], struct err *e);

/* Effect: removes all that is saved of the partition. */
void saved_discard(const struct saved_key *c);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a rank's steps of judging results that none holds have in common.
 *
 * Convention: private to shards*.c of this room.
 */
#ifndef ENGINE_SLAVE_SHARDS_PRIVATE_H
#define ENGINE_SLAVE_SHARDS_PRIVATE_H

#include "engine/slave/shards.h"

/* Whether this rank reads a result. */
static inline bool shards_is_own(const struct shards *d, size_t i)
{
    return d->results[i].owner == (uint64_t)transport_rank(d->t);
}

/* Effect: the function is bound to the columns that len bytes name, and in that round. call: the
 * master's; s: of others. */
int shards_bind(struct shards *d, const struct slave *s, const struct shards_call *call,
                const char *names, size_t len, struct err *e);

/* With all ranks. Effect: what is compared is with who has it, and the master knows which states are
 * finite. */
int shards_read(struct shards *d, const struct shards_call *call, struct err *e);

#endif

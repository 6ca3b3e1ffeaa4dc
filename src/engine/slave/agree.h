/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the ranks of a slave agree.
 *
 * Convention: collective over the team. -1: the ranks cannot reach each other, and the job
 * is to end.
 */
#ifndef ENGINE_SLAVE_AGREE_H
#define ENGINE_SLAVE_AGREE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/state/reduction.h"
#include "engine/transport/transport.h"

/* Effect: on the leader, why tells of the first failure of any rank, if it has none of its
 * own. */
int agree_failures(struct team *team, struct err *why, struct err *e);

/* The same, and all ranks learn of it; the leader's t has the nodes of all, unless it is
 * NULL. */
int agree(struct team *team, struct reduction *t, struct err *why, struct err *e);

/* Effect: rank 0's bytes are those of all. */
int agree_from_leader(struct team *team, void *bytes, size_t len, struct err *e);

/* Effect: on the leader, *units is the sum of those of all ranks. */
int agree_units(struct team *team, uint64_t *units, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The computation of a slave's units.
 */
#ifndef ENGINE_SLAVE_COMPUTE_H
#define ENGINE_SLAVE_COMPUTE_H

#include "engine/slave/side.h"
#include "engine/state/saved.h"

/* Returns the states of a span: at least 1. */
size_t span_states(const struct span *s);

/* Collective over the team. Effect: on the leader, states are those of the span's ranges; or
 * why tells of the first failure of any rank: ERR_INCOMPLETE when it was asked to halt, and
 * what is computed is saved. -1: the ranks cannot reach each other, and the job is to end. */
int compute(struct slave *s, struct team *team, const struct span *span, double *states,
            struct err *why, struct err *e);

/* Returns what the slave's saved units are of. */
struct saved_key compute_saved_key(const struct slave *s);

#endif

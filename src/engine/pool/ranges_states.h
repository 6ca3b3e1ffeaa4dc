/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The states of ranges that are in: one file of the run that only grows.
 *
 * Convention: private to the pool of ranges; master only.
 */
#ifndef ENGINE_POOL_RANGES_STATES_H
#define ENGINE_POOL_RANGES_STATES_H

#include "engine/pool/range.h"

/* As a pool resumes: opens the file, and takes up the states that the ledger acknowledges. */
int ranges_states_open(struct pool *pool, struct err *e);

/* Effect: what was accepted is durable. */
int ranges_states_commit(struct ranges *w, struct err *e);

/* Effect: the state becomes that of range k, computed by that slave. */
int ranges_accept(struct ranges *w, uint32_t k, int group, const char *name, const double *state,
                  double seconds, struct err *e);

#endif

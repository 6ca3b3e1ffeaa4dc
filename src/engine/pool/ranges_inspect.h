/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspection of ranges: some are computed by a second slave, too.
 *
 * Convention: private to the pool of ranges; master only.
 */
#ifndef ENGINE_POOL_RANGES_INSPECT_H
#define ENGINE_POOL_RANGES_INSPECT_H

#include "engine/pool/range.h"

/* Effect: draws the ranges that are to be inspected once they are in. */
int ranges_draw(struct ranges *w, struct err *e);

/* Effect: compares a second or third computation of a range by a group with the one that
 * stands. */
int ranges_compare(struct ranges *w, uint32_t k, int group, const double *state, double seconds,
                   struct err *e);

/* As a pool inspects: ranges that the filter would reject, and that no second slave has
 * confirmed, are to be computed again. */
int ranges_inspect(struct pool *pool, size_t *more, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The offer of ranges to groups.
 *
 * Convention: private to the pool of ranges; master only.
 */
#ifndef ENGINE_POOL_RANGES_OFFER_H
#define ENGINE_POOL_RANGES_OFFER_H

#include "engine/pool/range.h"

/* As a pool of groups offers: groups that have room get ranges. */
int ranges_offer(struct groups *s, struct err *e);

#endif

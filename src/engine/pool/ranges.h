/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool of a contract without data: groups of ranks compute ranges of its units.
 *
 * Ranges are handed to the slaves that claimed, several at a time, and some are computed again
 * by a second slave.
 *
 * Convention: master only.
 */
#ifndef ENGINE_POOL_RANGES_H
#define ENGINE_POOL_RANGES_H

#include "engine/flow/pool.h"

/* Returns a pool that asks the groups of the job's transport. */
struct pool *ranges_open(struct job *j, struct err *e);

#endif

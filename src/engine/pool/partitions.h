/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool of a contract over data: groups of ranks compute its partitions in turn.
 *
 * Convention: master only.
 */
#ifndef ENGINE_POOL_PARTITIONS_H
#define ENGINE_POOL_PARTITIONS_H

#include "engine/flow/pool.h"

/* Returns a pool that asks the groups of the job's transport. */
struct pool *partitions_open(struct job *j, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pools of ranks that serve a job.
 */
#ifndef ENGINE_POOL_POOL_H
#define ENGINE_POOL_POOL_H

#include "engine/flow/pool.h"

/* A pool_opener: returns the pool that the contract asks for, of partitions of data or of
 * ranges of work. The context is none. */
struct pool *pool_open(struct job *j, void *context, struct err *e);

#endif

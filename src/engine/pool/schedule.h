/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The schedule: the loop in which groups are asked, and answer.
 */
#ifndef ENGINE_POOL_SCHEDULE_H
#define ENGINE_POOL_SCHEDULE_H

#include "engine/pool/groups.h"

/* Master only. Effect: groups are offered what is wanted, and their answers taken, until nothing
 * more can be expected; as an operation of a pool of groups. */
int schedule(struct pool *pool, struct err *e);

#endif

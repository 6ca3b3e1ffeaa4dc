/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses the pool that a contract asks for. */
#include "engine/pool/pool.h"

#include "engine/flow/job.h"
#include "engine/pool/partitions.h"
#include "engine/pool/ranges.h"

struct pool *pool_open(struct job *j, void *context, struct err *e)
{
    (void)context;
    return j->plan->contract->work_units > 0 ? ranges_open(j, e) : partitions_open(j, e);
}

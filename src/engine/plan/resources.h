/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this node has, against what a contract asks for.
 */
#ifndef ENGINE_RESOURCES_H
#define ENGINE_RESOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "contract/contract.h"
#include "ledger/names.h"
#include "util/err.h"

enum { RESOURCES_CORES = 1024 }; /* of a node that can be told apart */

/* What a node has, and what of it this process may use. Plain data: it is sent
 * between like machines as it lies in memory. */
struct resources {
    uint64_t memory;                       /* bytes: the node's, or what the job was given of it */
    int64_t gpus;                          /* that the job was given */
    bool fabric;                           /* there is an InfiniBand adapter or the like */
    bool bound;                            /* this process may not use all cores */
    uint32_t cores;                        /* of the node, as far as this job may use them */
    uint64_t usable[RESOURCES_CORES / 64]; /* bit i: core i may be used by this process */
};

/* Not collective. Effect: looks at this node. */
int resources_see(struct resources *r, struct err *e);

/* Returns the seconds until the batch system ends this job; INFINITY where it does not
 * say. */
double resources_time_left(void);

/* Not collective. Returns 0 when this node has what the contract asks for (and
 * fails if not, naming what is there and what is asked): memory in bytes per slave and
 * GPUs, else ERR_PERMANENT; and time, of which so many seconds are left, else
 * ERR_INCOMPLETE, as another job may have more. */
int resources_check(const struct contract *c, double left, struct err *e);

/* Effect: writes this node's name, as a name. One that is too long: ERR_INPUT. */
int resources_node(char node[static NODE_NAME], struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slave's side of a run: what one process knows, whichever partitions it serves.
 *
 * Convention: private to the slave's verbs.
 */
#ifndef ENGINE_SLAVE_SIDE_H
#define ENGINE_SLAVE_SIDE_H

#include "contract/contract.h"
#include "engine/plan/partition.h"
#include "engine/plan/plan.h"
#include "engine/slave/pace.h"
#include "function/bound.h"
#include "function/host.h"
#include "ledger/names.h"
#include "ledger/fold/runs.h"
#include "util/seal.h"

enum { SLAVE_SKIP_NODES = 2048 }; /* bytes of the names of nodes that are excluded, with NUL */

/* What a slave has claimed, for as long as the run has rounds. */
struct slave_claim {
    uint32_t number; /* of the partition */
    uint64_t items;
    uint8_t salt[SHA256_LEN];   /* opens the commitment */
    uint8_t digest[SHA256_LEN]; /* of the partition, on the leader; zeros without data */
};

struct shards; /* shards.h */

/* A slave's side: one per process, whichever partitions it serves. */
struct slave {
    struct contract *contract; /* NULL: it could not be read, why says how */
    struct err why;
    char *contract_bytes; /* the contract's file, as the master sent it */
    size_t contract_len;
    char location[PLAN_PATH]; /* of the contract's data */
    char ledger[PLAN_PATH];   /* directory, in which the run has its own */
    char run[RUN_HEX + 1];
    struct seal seal; /* of what is saved: the run's, once something was claimed */
    char node[NODE_NAME];
    uint32_t slot;                     /* rank of this process in the job */
    char skip_nodes[SLAVE_SKIP_NODES]; /* names of nodes that are excluded, one a line */
    uint64_t least_rows;               /* of fewer this process computes nothing */
    char no_gpus[120];                 /* why this node has none left for it; or "" */
    struct pace pace;
    struct host host; /* what the function exec needs */
    /* Of the partition that is claimed at present: */
    struct partition *partition; /* NULL: the contract has no data */
    struct bound *bound;
    uint64_t round;             /* that is being computed */
    struct slave_claim claim;   /* of that partition */
    struct slave_claim *claims; /* all that this process has made, one of each partition */
    size_t claims_count;
    enum engine_shard shard; /* whether states stay here, as the master's options say */
    struct shards *shards;   /* what this rank has of the results of others, once it has any */
    double *model;           /* of a round, which the master has not sent with what it asked */
    size_t model_length;
    uint64_t model_round;
};

/* Units that are computed in one go, and how many of them make a state. */
struct span {
    uint64_t first, last; /* units [first, last) */
    uint64_t range;       /* units of a state; UINT64_MAX: all make one */
    uint32_t number;      /* by which the master knows it: of the partition or first range */
    bool again;           /* nothing that was saved counts, and nothing is saved */
};

#endif

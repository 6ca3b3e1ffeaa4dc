/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user asks of a run: the options of the command line, in the engine's words.
 */
#ifndef ENGINE_PLAN_OPTIONS_H
#define ENGINE_PLAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "function/host.h"
#include "ledger/fold/asked.h"
#include "util/err.h"
#include "util/runner.h"

/* Where a contract's data lies: NAME=LOCATION on the command line. */
struct engine_data {
    const char *name, *location;
};

/* How far a run is; for people. */
struct engine_progress {
    size_t slaves, claimed, answered, failed;
};

enum {
    ENGINE_SAVE_EVERY = 30, /* seconds between two saves of units, if the user does not say */
    ENGINE_LEASE = 300,     /* seconds of silence that are waited for */
};

/* Whether the states of slaves stay with the ranks that have them: see "Large results" in DESIGN. */
enum engine_shard {
    ENGINE_SHARD_AUTO = 0, /* where they are large, and it can be done */
    ENGINE_SHARD_YES = 1,
    ENGINE_SHARD_NO = 2,
};

struct engine_options {
    const char *contract; /* path of its file */
    const char *ledger;   /* directory */
    const char *site;     /* name of the site, for a new ledger */
    const struct engine_data *data;
    size_t data_count;
    const char *out;        /* path of the result */
    const char *heartbeat;  /* a file that shows that rank 0 is alive; or NULL */
    int ranks_per_slave;    /* 0: as the contract hints */
    bool force;             /* a file at out or heartbeat is replaced, whosever it is */
    enum disclose disclose; /* what the result has of single slaves; none is said: everything */
    enum engine_shard shard;
    bool keep_last;       /* the states of the last round only */
    uint64_t least_rows;  /* a slave on this node with fewer items declines */
    uint64_t keep_models; /* the model of each so-manyth round; 0: of each */
    bool exclusive;       /* no other node writes to the ledger meanwhile: the user promises it */
    bool stop_rejected;   /* when a result was rejected, the run stops before it is settled */
    bool again;           /* a new run even if one is settled */
    double lease;         /* seconds of silence after which a slave is lost; 0: none */
    double save_every;    /* seconds between two saves of a slave's units; 0: none */
    double time_left;     /* seconds until the job must be over; 0: no limit of the user's */
    const char *const *skip_nodes; /* names of nodes that serve nothing */
    size_t skip_nodes_count;
    struct runner *runner;       /* starts the programs of the function exec; NULL: none are */
    struct host_sandbox sandbox; /* how they are shut in */
    const char *const *pass_env; /* names of variables that they may have of this process's */
    size_t pass_env_count;
    const uint32_t *skip_slaves; /* numbers of slaves that are not asked, from 1 */
    size_t skip_slaves_count;
    /* Of a collector (engine_collect()): the key of the run of centres that is gone on with, which is
     * published: no other is chosen, and whom it asks and what is disclosed stands in the ledger. */
    const char *run;
    const char *key; /* path of the private key that signs the ledger; NULL: this user's */
    void (*progress)(void *context, const struct engine_progress *p); /* every so often */
    void (*warn)(void *context, const char *text);
    void (*tick)(void *context); /* now and then while this process computes */
    /* This rank cannot go on, and others would wait for it for ever: called to end
     * the job after telling why. */
    void (*fatal)(void *context, const struct err *why);
    void *context;
};

#endif

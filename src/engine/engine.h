/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine: runs a contract from publication to settlement, and verifies a
 * result afterwards.
 *
 * Convention: every function says whether it is collective over the transport.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <metaneuron/function.h>
#include <stdbool.h>

#include "contract/contract.h"
#include "engine/result/result.h"
#include "engine/transport/transport.h"
#include "function/search.h"
#include "h5/reader.h"
#include "util/buf.h"
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
    ENGINE_CHECKPOINT = 30, /* seconds between checkpoints, if the user does not say */
    ENGINE_LEASE = 300,     /* seconds of silence that are waited for */
};

struct engine_options {
    const char *contract; /* path of its file */
    const char *ledger;   /* directory */
    const char *site;     /* name of the site, for a new ledger */
    const struct engine_data *data;
    size_t data_count;
    const char *out;       /* path of the result */
    const char *heartbeat; /* a file that shows that rank 0 is alive; or NULL */
    int ranks_per_slave;   /* 0: as the contract hints */
    bool keep_last;        /* the states of the last round only */
    uint64_t keep_models;  /* the model of each so-manyth round; 0: of each */
    bool again;            /* a new run even if one is settled */
    double lease;          /* seconds of silence after which a slave is lost; 0: none */
    double checkpoint;     /* seconds between two checkpoints of a slave's units; 0: none */
    double time_left;      /* seconds until the job must be over; 0: no limit of the user's */
    const char *const *skip_nodes; /* names of nodes that serve nothing */
    size_t skip_nodes_count;
    struct runner *runner;       /* starts the programs of the function exec; NULL: none are */
    bool sandbox;                /* they run without network, and write in their directory only */
    const uint32_t *skip_slaves; /* numbers of slaves that are not asked, from 1 */
    size_t skip_slaves_count;
    void (*progress)(void *context, const struct engine_progress *p); /* every so often */
    void (*warn)(void *context, const char *text);
    void (*tick)(void *context); /* now and then while this process computes */
    /* This rank cannot go on, and others would wait for it for ever: called to end
     * the job after telling why. */
    void (*fatal)(void *context, const struct err *why);
    void *context;
};

/* What became of a run. */
struct engine_report {
    struct result *result;  /* the caller frees it */
    bool shown;             /* it was settled before; nothing was computed */
    bool resumed;           /* results of an earlier start were taken over */
    struct traffic traffic; /* of this start */
    uint64_t emission;      /* hundredths of credits, divided in this settlement */
    uint64_t *credits;      /* of each slave; the caller frees it */
};

/* Collective. On rank 0, effect: runs the contract, and fills *report; on the
 * others: serves until rank 0 is done. */
int engine_run(struct transport *t, struct reader *r, const struct engine_options *o,
               struct engine_report *report, struct err *e);

/* Not collective. Appends to text what a run would do, and every problem that
 * can be seen without computing; *problems is their number. ranks: of the job. */
int engine_dry_run(struct reader *r, const struct engine_options *o, int ranks, struct buf *text,
                   size_t *problems, struct err *e);

/* Not collective. Called with each thing that is wrong, in words. */
typedef void engine_complaint(void *context, const char *text);

/* What a verification came to. */
struct engine_verdict {
    size_t problems;       /* things that are wrong */
    uint64_t unkept;       /* rounds whose states were not kept: not computed again */
    uint64_t recorded;     /* rounds whose models are what a program said: the same */
    struct result *result; /* if it could be read; the caller frees it */
};

/* Not collective. Recomputes filter and aggregate of every round from the states in a
 * result, and compares everything with the ledger; -1 only when it could not look. */
int engine_verify(struct reader *r, const char *path, const char *ledger,
                  engine_complaint *complain, void *context, struct engine_verdict *verdict,
                  struct err *e);

/* Not collective. Effect: checks the contract against the function that it
 * names, and fills in the function's defaults. A function that is not there is
 * ERR_INPUT. */
int engine_complete(struct contract *c, struct err *e);

/* Not collective. Returns the contract's function, if it is here: built in, when the
 * digest says so (then file has an empty path), else from a shared object with one of the
 * digests, of which file tells. Nothing else is loaded. */
const struct function *engine_function(const struct contract *c, struct search_file *file,
                                       struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job: what the master knows of a run that it is working on.
 *
 * Each verb, in the order publish, claim, submit, filter, aggregate, update, settle, fills it
 * further. Where the results come from is not known here: that is the pool's.
 *
 * Convention: master only, private to flow and pools.
 */
#ifndef ENGINE_FLOW_JOB_H
#define ENGINE_FLOW_JOB_H

#include "data/source.h"
#include "engine/flow/pool.h"
#include "engine/flow/report.h"
#include "engine/plan/output.h"
#include "engine/plan/plan.h"
#include "engine/plan/shards.h"
#include "engine/result/result.h"
#include "engine/transport/transport.h"
#include "function/bound.h"
#include "function/host.h"
#include "ledger/ledger.h"
#include "ledger/names.h"
#include "ledger/fold/runs.h"
#include "util/buf.h"
#include "util/seal.h"

struct shards; /* slave/shards.h */

/* Where a partition stands on the master's side. */
enum job_stage {
    JOB_WAITING = 0,   /* not yet offered to a group */
    JOB_OFFERED = 1,   /* a group was asked to claim it */
    JOB_CLAIMED = 2,   /* claimed; the record is being made durable */
    JOB_COMPUTING = 3, /* a group was told to compute it */
    JOB_ANSWERED = 4,  /* its result is submitted */
    JOB_FAILED = 5,    /* declined or lost */
};

struct job_partition {
    enum job_stage stage;
    int group;                  /* the group that serves it */
    bool claimed;               /* in this start of the run, by that group */
    bool declined;              /* in this start, for good */
    uint64_t units_done;        /* as far as its ranks have told */
    uint64_t units_before;      /* of these, what earlier starts of the run had computed */
    uint64_t units;             /* of it; 0: not known */
    uint8_t commit[SHA256_LEN]; /* of the claim */
    enum err_code code;         /* of the failure */
    double since, heard;        /* when it began to compute, and its group's last sign, on
                                   the steady clock; 0: never */
};

struct job {
    const struct plan *plan; /* what was known before the run; the caller's */
    struct transport *transport;
    struct host host; /* what an update by a program needs */
    struct ledger *ledger;
    char site[SITE_NAME];      /* of the ledger's genesis */
    struct run run;            /* as the ledger had it at the start */
    char directory[PLAN_PATH]; /* the run's files, until it is settled */
    struct seal seal;          /* of these files */
    int lock;                  /* of the run, held while it is being worked on */
    int openings;              /* the file of those of claims; -1: not open */
    struct source_stamp stamp; /* of the file that all slaves have rows of … */
    bool watched;              /* … once it was looked at */
    struct bound *bound;       /* once the columns are known */
    size_t columns_count;
    char **columns;
    size_t distrusted;                /* files of the run that were not believed */
    bool columns_saved;               /* their file is there, and sealed */
    struct job_partition *partitions; /* contract->slaves of them */
    uint32_t asked;                   /* the one that a group was asked for last */
    uint8_t meaning[SHA256_LEN];      /* digest of the units of the columns; zeros: not known */
    struct buf notes;                 /* what slaves say of their data, a line each */
    struct result *result;            /* what the verbs fill in */
    enum output_there there;          /* at out, when the run was found */
    char result_digest[DIGEST_TEXT];  /* of its file, once that is written */
    pool_opener *open;                /* makes the pool, of this context */
    void *open_context;
    char (*nodes)[NODE_NAME]; /* of each group's leader, "" of none; see service.c by whose word */
    struct pool *pool;        /* where results come from, once they are gathered */
    bool judged;              /* the filter has decided on what is in */
    bool iterative;           /* the function has a model */
    bool served;              /* the slaves were told to stop */
    double *model;            /* with which the round began */
    uint64_t round;           /* from 1 */
    double round_since;       /* steady clock */
    uint64_t known_rounds;    /* of which the ledger had records at the start */
    struct err trouble;       /* a reason why one of its slaves did nothing */
    struct record *batch;     /* records that wait for the next append */
    size_t batch_count, batch_capacity;
    struct status *status; /* the live view */
    /* Of results that no rank holds (shards.h): */
    enum shards_kind kind;      /* what is dealt */
    uint64_t told;              /* round whose model all ranks have; 0: of none */
    struct shards *shards;      /* what the master has of them */
    double items;               /* of the aggregate */
    double all_items;           /* the same without the filter */
    struct result_arrays apart; /* names and help of arrays that are written in parts */
    struct engine_rank *ranks;  /* what each has sent and used, once the result is written */
    size_t ranks_count;
};

/* Returns a new record of that type in the batch that is appended next. It has the run, once that
 * is published; the caller sets the other fields. NULL: no memory. */
struct record *job_record(struct job *j, const char *type, struct err *e);

/* The same, with a slave and its node, which may be "". */
struct record *job_record_at(struct job *j, const char *type, const char *slave, const char *node,
                             struct err *e);

/* Whether the results are those of centres, in a ledger that others read: no free text stands in its
 * records, and the digests of states are salted. */
bool job_is_collected(const struct job *j);

/* Returns what the result is to have of single slaves. */
enum disclose job_disclose(const struct job *j);

/* Returns what a user does to have a new run. */
const char *job_anew(const struct job *j);

/* Effect: what a record is about to name is kept by the pool. */
int job_keep(struct job *j, enum pool_kept what, const uint8_t digest[static SHA256_LEN],
             const void *data, size_t len, struct err *e);

/* Effect: appends the batch to the ledger; then it is empty. */
int job_commit(struct job *j, struct err *e);

/* Effect: writes the name of a file of the run into path. */
int job_path(const struct job *j, const char *name, char *path, size_t size, struct err *e);

/* Effect: who started the run is warned. */
void job_warn(const struct job *j, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads a sealed file of the run, of at most so many bytes, into *data, which the caller frees.
 * Returns 1; 0 if there is none, or one that is not believed, which is told; or -1. */
int job_read(struct job *j, const char *name, uint64_t most, char **data, size_t *len,
             struct err *e);

/* Effect: the job's run is what the ledger says of its present round. */
int job_find_round(struct job *j, struct err *e);

/* Effect: so many units more of a partition are done, of which some were saved before: never more
 * than it has, whatever its ranks say. */
void job_count(struct job_partition *p, uint64_t units, uint64_t restored);

/* Returns the time that a slave says it has computed for: no more than has passed, unless it
 * computed elsewhere. */
double job_seconds(const struct job *j, double said);

/* Effect: within one process, so many units more are done. */
void job_tick(struct job *j, uint64_t units, uint64_t restored);

/* Effect: the columns are not known any more; and what j holds is free. */
void job_forget_columns(struct job *j);
void job_free(struct job *j);

#endif

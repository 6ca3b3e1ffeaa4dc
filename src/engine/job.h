/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verbs of the flow work on.
 *
 * A slave has a struct slave; the master has a struct job, which each verb, in
 * the order publish, claim, compute, submit, filter, aggregate, settle, fills
 * further. The order of the files is the order of the flow.
 *
 * Convention: private to the engine. Functions say who calls them.
 */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "contract/contract.h"
#include "engine/checkpoint.h"
#include "engine/engine.h"
#include "engine/message.h"
#include "engine/pace.h"
#include "engine/partition.h"
#include "engine/result.h"
#include "engine/status.h"
#include "engine/transport.h"
#include "function/host.h"
#include "ledger/accounts.h"
#include "ledger/ledger.h"
#include "ledger/runs.h"

enum { JOB_PATH = 4096 };

/* What a slave has claimed, for as long as the run has rounds. */
struct slave_claim {
    uint32_t number; /* of the partition */
    uint64_t items;
    uint8_t salt[SHA256_LEN];   /* opens the commitment */
    uint8_t digest[SHA256_LEN]; /* of the partition, on the leader; zeros without data */
};

/* A slave's side: one per process, whichever partitions it serves. */
struct slave {
    struct contract *contract; /* NULL: it could not be read, why says how */
    struct err why;
    char *contract_bytes; /* the contract's file, as the master sent it */
    size_t contract_len;
    char location[JOB_PATH]; /* of the contract's data */
    char ledger[JOB_PATH];   /* directory, in which the run has its own */
    char run[RUN_HEX + 1];
    char node[72];
    uint32_t slot;         /* rank of this process in the job */
    char skip_nodes[2048]; /* names of nodes that are excluded, one a line */
    struct pace pace;
    struct host host; /* what the function exec needs */
    /* Of the partition that is claimed at present: */
    struct partition *partition; /* NULL: the contract has no data */
    struct bound *bound;
    uint64_t round;               /* that is being computed */
    uint8_t saved_as[SHA256_LEN]; /* its name for checkpoints: of the partition and the round */
    struct slave_claim claim;     /* of that partition */
    struct slave_claim *claims;   /* all that this process has made, one of each partition */
    size_t claims_count;
};

/* Units that are computed in one go, and how many of them make a state. */
struct span {
    uint64_t first, last; /* units [first, last) */
    uint64_t range;       /* units of a state; UINT64_MAX: all make one */
    uint32_t number;      /* by which the master knows it: of the partition or first range */
    bool again;           /* nothing that was saved counts, and nothing is saved */
};

/* Returns the states of a span: at least 1. */
size_t span_states(const struct span *s);

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
    uint64_t units;             /* of it; 0: not known */
    uint8_t commit[SHA256_LEN]; /* of the claim */
    enum err_code code;         /* of the failure */
    double since, heard;        /* when it began to compute, and its group's last sign, on
                                   the steady clock; 0: never */
};

struct job {
    const struct engine_options *options;
    struct transport *transport;
    struct host host; /* what an update by a program needs */
    struct contract *contract;
    char *contract_bytes;
    size_t contract_len;
    uint8_t contract_digest[SHA256_LEN]; /* of the bytes */
    char location[JOB_PATH];
    char where[JOB_PATH]; /* the ledger's directory, absolute */
    double end;           /* steady clock: when the job must be over; INFINITY: no limit */
    struct ledger *ledger;
    char site[72];            /* of the ledger's genesis */
    struct run run;           /* as the ledger had it at the start */
    char directory[JOB_PATH]; /* the run's files, until it is settled */
    int lock;                 /* of the run, held while it is being worked on */
    struct bound *bound;      /* once the columns are known */
    size_t columns_count;
    char **columns;
    struct job_partition *partitions;  /* contract->slaves of them */
    uint32_t asked;                    /* the one that a group was asked for last */
    struct result *result;             /* what the verbs fill in */
    uint8_t result_digest[SHA256_LEN]; /* of its file, once that is written */
    struct work *work;                 /* of a contract without data, else NULL */
    bool judged;                       /* the filter has decided on what is in */
    bool iterative;                    /* the function has a model */
    bool served;                       /* the slaves were told to stop */
    double *model;                     /* with which the round began */
    uint64_t round;                    /* from 1 */
    double round_since;                /* steady clock */
    uint64_t known_rounds;             /* of which the ledger had records at the start */
    struct err trouble;                /* the last reason why one of its slaves did nothing */
    struct record *batch;              /* records that wait for the next append */
    size_t batch_count, batch_capacity;
    struct status *status; /* the live view */
};

/* publish.c. Master only. Effect: opens the ledger, finds the run to resume or
 * publishes a new one, locks it, and computes the slaves' weights. */
int publish(struct job *j, struct err *e);

/* Effect: the job's run is what the ledger says of its present round. */
int publish_find_round(struct job *j, struct err *e);

/* Effect: writes the digest of where the data is, by which a run is found again. */
int publish_data(const struct job *j, char text[static DIGEST_TEXT], struct err *e);

/* Returns name: that of slave k (from 0) of a data contract, SITE/DATA/k + 1. */
char *publish_slave_name(const char *site, const struct contract *c, size_t k,
                         char name[static 160]);

/* Effect: the weight P of every slave of the result, from the records before
 * the run's publish record. Also for verify. */
int publish_weights(const struct contract *c, struct ledger *l, const struct run *run,
                    struct result *r, struct err *e);

/* claim.c. Slave: answers MESSAGE_CLAIM, collectively. Master: takes the answer. */
int claim(struct slave *s, struct team *team, const struct message *in, struct message **out,
          struct err *e);
int claim_accept(struct job *j, const struct message *m, struct err *e);

/* Master. Effect: records that this slave has viewed the contract, and claimed it, or
 * declined if there is a why. */
int claim_record(struct job *j, const char *slave, const struct message *m, const struct err *why,
                 struct err *e);

/* Effect: the commitment to items and a partition's digest, under a salt. */
int claim_commitment(const uint8_t salt[static SHA256_LEN], uint64_t items,
                     const uint8_t digest[static SHA256_LEN], uint8_t commit[static SHA256_LEN],
                     struct err *e);

/* Slave, collective over the team. Effect: the partition of in is the one at hand again,
 * as it was claimed; a rank that cannot open it any more is the failure of all, in why. */
int claim_again(struct slave *s, struct team *team, uint32_t number, struct err *why,
                struct err *e);

/* compute.c. Slave, collective over the team. Effect: on the leader, states are those of
 * the span's ranges; or why tells of the first failure of any rank: ERR_INCOMPLETE when it
 * was asked to halt, and what is computed is saved. -1: the ranks cannot reach each other,
 * and the job is to end. */
int compute(struct slave *s, struct team *team, const struct span *span, double *states,
            struct err *why, struct err *e);

/* Effect: says what the slave's checkpoints are of; path has room for the directory. */
int compute_checkpoint(struct slave *s, char path[static JOB_PATH], struct checkpoint *c,
                       struct err *e);

/* Slave, collective over the team. Effect: on the leader, why tells of the first
 * failure of any rank, if it has none of its own. */
int compute_failures(struct team *team, struct err *why, struct err *e);

/* The same, and all ranks learn of it. */
int compute_agree(struct team *team, struct err *why, struct err *e);

/* Effect: rank 0's bytes are those of all. */
int compute_from_leader(struct team *team, void *bytes, size_t len, struct err *e);

/* compute_together.c. Effect: pushes the units of a span that all ranks compute together
 * into the tree of rank 0. why and -1 as in compute(). */
int compute_together(struct slave *s, struct team *team, const struct checkpoint *c,
                     const struct span *span, struct tree *t, struct err *why, struct err *e);

/* submit.c. Slave: answers MESSAGE_COMPUTE. Master: takes the answer; and takes
 * up again, from the run's directory, what an earlier start had submitted. */
int submit(struct slave *s, struct team *team, const struct message *in, struct message **out,
           struct err *e);
int submit_accept(struct job *j, const struct message *m, struct err *e);
int submit_record(struct job *j, uint32_t k, const uint8_t digest[static SHA256_LEN],
                  struct err *e);
int submit_lost_record(struct job *j, const char *slave, const char *node, const char *reason,
                       struct err *e);
int submit_withdrawn(struct job *j, const struct message *m, struct err *e);
int submit_lost(struct job *j, uint32_t partition, enum err_code code, const char *reason,
                struct err *e);
int submit_resume(struct job *j, struct err *e);

/* exclude.c. Master only. Effect: the slaves that are not to be asked, and have not
 * answered before, count as lost. */
int exclude(struct job *j, struct err *e);

/* filter.c. Effect: features, scores and decisions into the result; b is the
 * contract's function. filter(): master only, and into the ledger, where a run
 * that was interrupted after that has them already. */
int filter_results(const struct contract *c, struct bound *b, struct result *r, struct err *e);
int filter(struct job *j, struct err *e);

/* Master only. Effect: the same without records, once, until something else is in. */
int filter_judge(struct job *j, struct err *e);

/* aggregate.c. Effect: the aggregate of the accepted results. aggregate(): master
 * only, and a record; a run that was interrupted after that must find the same again. */
int aggregate_results(struct bound *b, struct result *r, struct err *e);
int aggregate(struct job *j, struct err *e);

/* Effect: adds the finished arrays of a merged state. */
int aggregate_arrays(struct bound *b, const double *state, struct result_arrays *arrays,
                     struct err *e);

/* Effect: the finished arrays of the aggregate, and of what it would be with all finite
 * results, for comparison. */
int aggregate_finish(struct bound *b, struct result *r, struct err *e);

/* update.c. Master only. Effect: the round's model is there for the slaves, once the
 * columns are known. */
int update_begin(struct job *j, struct err *e);

/* Effect: the model that the round's aggregate leads to is durable, and a record. */
int update(struct job *j, struct err *e);

/* Effect: the next round begins: everybody who has claimed is to compute once more. */
int update_next(struct job *j, struct err *e);

/* Returns whether this process or the job is to end, so that an update is not waited for. */
bool update_halted(const struct job *j);

/* Returns whether the round is the last one, whatever it comes to; or was it. */
bool update_is_last(const struct job *j);
bool update_is_over(const struct job *j);

/* Who is settled with: a slave with its part of a result. */
struct party {
    char name[160];
    uint64_t items; /* that earn history and credits */
    bool rejected;
    size_t entry; /* its first entry in the result; SIZE_MAX: none is left */
};

/* settle.c. Effect: *list becomes the parties of a result, in the order of their entries:
 * its slaves that answered; without data each once, with what others confirmed, and those
 * that were found out, whom the ledger knows. The caller frees it. */
int settle_parties(const struct result *r, const struct run *run, struct party **list,
                   size_t *count, struct err *e);

/* Master only. Effect: divides credits, records each slave's share, and
 * tells it in *out. */
int settle(struct job *j, struct engine_report *out, struct err *e);

/* job.c. Adds a record to the batch; the caller sets its fields. NULL: no memory. */
struct record *job_record(struct job *j, const char *type, struct err *e);

/* Effect: appends the batch to the ledger; then it is empty. */
int job_commit(struct job *j, struct err *e);

/* Effect: learns the columns, binds the function to them, and checks the
 * contract's limits against it. Columns that differ from those that are known
 * already: ERR_INPUT. */
int job_set_columns(struct job *j, const char *const *names, size_t count, struct err *e);

/* Effect: writes the name of a file of the run into path. */
int job_path(const struct job *j, const char *name, char *path, size_t size, struct err *e);
void job_free(struct job *j);

/* prepare.c. Not collective. Effect: reads the contract, and everything that can
 * be wrong before anyone is asked. */
int engine_prepare(struct job *j, struct reader *r, struct err *e);

/* Fails when an order of ranks per slave cannot be met by a job of that size. */
int engine_check_ranks(const struct engine_options *o, int size, struct err *e);

/* service.c. Collective: rank 0 begins, with one broadcast, and ends; the others
 * serve in between. stop: there is nothing to serve. Ends once, however often it is called. */
int service_begin(struct job *j, bool stop, struct err *e);
int service_of_slaves(struct transport *t, struct reader *r, const struct engine_options *o,
                      struct err *e);
void service_end(struct job *j);

/* Within one process: rank 0 is the slaves too; s is kept by the caller. */
int service_here(struct job *j, struct reader *r, struct slave *s, struct err *e);

/* Returns the number of ranks per slave that the job's ranks allow. */
int service_ranks(const struct engine_options *o, const struct contract *c, int size);

/* provenance.c. Master only. Effect: the result says where it comes from. */
int provenance_set(struct job *j, struct err *e);

/* schedule.c. Master only. Effect: offers every partition that has not answered to
 * the groups in turn, until each has answered or failed. */
int schedule(struct job *j, struct err *e);

/* Effect: within one process, so many units more are done. */
void schedule_tick(struct job *j, uint64_t units);

/* slave.c. The handler that every slave's rank serves with. */
int slave_handle(void *context, struct team *team, const struct message *in, struct message **out,
                 struct err *e);
void slave_free(struct slave *s);

/* bind.c. Effect: sets what rounds the function has with the contract's parameters. */
int bind_rounds(const struct contract *c, const struct function *f, enum function_rounds *rounds,
                struct err *e);

/* Effect: the function finds in h what programs of it need; who names the file that
 * keeps what they print. */
void bind_host(struct bound *b, struct host *h, const char *ledger, const char *run,
               const char *who);

/* Returns the contract's function bound to these columns, once the
 * contract's limits fit it. */
struct bound *bind_function(const struct contract *c, const char *const *columns, size_t count,
                            struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A centre in a federation: its verbs, in the order in which a run goes through them.
 *
 * Convention: each verb reads what was said (the fold), looks at the clock, and does one thing; it
 * can be killed anywhere, and given again. ERR_INCOMPLETE (75): something is not there yet;
 * ERR_REFUSED (77): the policy denies it, and the text begins with the rule's name. Verbs that look
 * only take a centre that is open for reading.
 */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "engine/flow/report.h"
#include "engine/plan/options.h"
#include "h5/reader.h"
#include "site/fold/federation.h"
#include "site/mirror/sync.h"
#include "site/policy/rules.h"

struct site {
    struct house house;
    struct federation fed;
    const struct engine_options *base; /* the caller's: how programs of others are run, and whom to
                                          warn; the verbs set what is of a run */
    struct reader *reader; /* the caller's: HDF5 from elsewhere is read in its sandbox */
};

/* Effect: opens the centre in that directory, and folds what was said. The caller closes it, also
 * after a failure. */
int site_open(struct site *s, const char *directory, bool change, const struct engine_options *base,
              struct reader *reader, struct err *e);
void site_close(struct site *s);

/* Effect: what was said since is folded in. Pointers into s->fed are of no use any more. */
int site_look_again(struct site *s, struct err *e);

/* init.c. Effect: makes a centre with a policy that denies everything, and publishes its identity. */
int site_init(const char *directory, const struct house_plan *plan, bool exclusive,
              struct identity *made, struct err *e);

/* Effect: reads the centre's own newest identity. */
int site_identity(struct site *s, struct identity *i, struct err *e);

/* Effect: a new key signs from now on, and a new identity says so. */
int site_rotate(struct site *s, struct identity *i, struct err *e);

/* data.c. Effect: data of that name is at that location, and the table there can be read. */
int site_data_add(struct site *s, const char *name, const char *location, struct err *e);

/* Returns the location of that data, which the caller frees; NULL with ERR_OPEN: there is none. */
char *site_data(const struct site *s, const char *name, struct err *e);

/* Effect: the data is recalled: nothing begins with it, its running jobs are cancelled, and what
 * was computed with it is listed by the caller, from the fold. */
int site_data_recall(struct site *s, const char *name, struct err *e);

/* policy.c. Effect: policy.yaml, which is valid, is in force from now on. */
int site_policy_accept(struct site *s, struct err *e);

/* What a run is to be. */
struct site_publication {
    const char *contract;     /* path */
    const char *const *sites; /* whom it asks, in any order */
    size_t sites_count;
    uint64_t min; /* accepted results that a round needs; 0: all, of more than 5 two thirds */
    double claims, deadline; /* seconds: for claims, and for the results of each round */
    enum disclose disclose;
    const char *const *auditors; /* recipients who can read the results, too */
    size_t auditors_count;
    bool again; /* a new run, also if one of this contract is open */
};

/* publish.c. Effect: the contract is published; run is its key, or that of the run of this contract
 * that is open already. One that does not fit a federation, and a site that is no peer: an error. */
int site_publish(struct site *s, const struct site_publication *p, char run[static RUN_HEX + 1],
                 struct err *e);

/* What a run asks of this centre, looked at. */
struct site_case {
    struct fed_run *run;     /* of s->fed */
    struct fed_party *party; /* this centre in it */
    char *bytes;             /* the contract's file */
    size_t len;
    struct contract *contract; /* NULL: it was not opened, as rules is NULL */
    struct rules *rules;       /* in force; NULL: denied says why they are not even asked */
    struct err denied;         /* "RULE: …" */
    char *location;            /* of the data; NULL: this centre has none of that name */
    struct snapshot *snapshot;
    struct question q;
    struct bound *bound; /* the function, bound to the contract's columns */
    uint64_t items;
    uint8_t asked[SHA256_LEN];
};

/* For what a run is looked at. What acts by itself opens a contract only of whom the policy lets ask;
 * what shows one to a person, who has named the run, opens it whoever has published it. */
enum site_look {
    SITE_ACTS = 0,
    SITE_ACTS_DATA = 1, /* with what the data says, which is read once */
    SITE_LOOKS = 2,
    SITE_LOOKS_DATA = 3,
};

/* consider.c. Effect: *c is filled in as far as the checks get. The caller frees it, also after a
 * failure. */
int site_consider(struct site *s, const char *run, enum site_look look, struct site_case *c,
                  struct err *e);
void site_case_free(struct site_case *c);

/* Effect: digest is that of this centre's data, as a claim commits to it. */
int site_case_digest(const struct site_case *c, uint8_t digest[static SHA256_LEN], struct err *e);

/* Returns rule: the name with which the text of a denial begins, where rules could not be asked. */
const char *site_case_rule(const struct site_case *c, char rule[static RULES_NAME]);

/* Effect: a denial is kept here, by its name; one that tells of the data costs a question. */
void site_keep_denial(struct site *s, const struct site_case *c, const struct rules_finding *f);

/* Effect: the rules of a stage are asked, and each finding is told. Spends and records nothing. */
int site_try(struct site *s, struct site_case *c, enum rules_stage stage, rules_tell *tell,
             void *context, struct err *e);

/* answer.c. Effect: a person says yes; with quorum by a signature (path), which is kept:
 * ERR_INCOMPLETE until there are enough. */
int site_approve(struct site *s, const char *run, const char *signature, struct err *e);

/* Effect: a person says no. */
int site_refuse(struct site *s, const char *run, struct err *e);

/* Effect: that a rule denies the run is said, by its name, or by none if it tells of the data. */
int site_say_refuse(struct site *s, const char *run, const char *rule, struct err *e);

/* Effect: after all checks this centre has claimed the run. */
int site_claim(struct site *s, const char *run, struct err *e);

/* Effect: the claim is taken back, as long as nothing was submitted. */
int site_withdraw(struct site *s, const char *run, struct err *e);

/* A round that this centre is to compute. */
struct site_part {
    char run[RUN_HEX + 1];
    uint64_t round;
    char contract[PATH_MAX], out[PATH_MAX], ledger[PATH_MAX], job[PATH_MAX]; /* paths */
    char *location;                                                          /* of the data */
    char data[TEXT_NAME + 1];                                                /* its name */
    double *model; /* of the round; NULL: the function has none */
    size_t model_length;
    struct rules_limits limits; /* of the policy */
    bool computed;              /* its result is there */
};

/* part.c. Effect: *c and *p are what this centre is to compute in the present round, with all facts
 * that the rules look at up to RULES_COMPUTE, which are not asked; the caller frees both, also after
 * a failure. ERR_INCOMPLETE: there is no roster yet, or the round was submitted. */
int site_find_part(struct site *s, const char *run, struct site_case *c, struct site_part *p,
                   struct err *e);

/* Whether this centre's part of a round is computed: its result is there, and its own ledger has settled
 * with that very file. What was cut off between the two is gone on with by computing again. */
bool site_part_is_computed(const struct site *s, const char *run, uint64_t round);

/* Returns the contract of a part, which is this run's alone, as its nonce is the run's key; the
 * caller destroys it. */
struct contract *site_part_contract(const struct site_case *c, const struct site_part *p,
                                    struct err *e);

/* Effect: after all checks the part of the present round is prepared in the house, to be computed
 * with run or launch, unless it is computed already. */
int site_prepare(struct site *s, const char *run, struct site_part *p, struct err *e);
void site_part_free(struct site_part *p);

/* How a part is started as a job. */
struct site_program {
    const char *program; /* metaneuron */
    const char *script;  /* slurm/metaneuron.sbatch */
};

/* What is known of a part's job. */
enum site_job {
    SITE_JOB_NONE = 0,    /* it has none, or that is over */
    SITE_JOB_ALIVE = 1,   /* it waits or runs */
    SITE_JOB_UNKNOWN = 2, /* Slurm does not say */
};

/* job.c. Effect: the part is submitted to this centre's own cluster, unless a job of it is alive;
 * id is the job's, as sbatch says it. */
int site_start_job(struct site *s, const struct site_part *p, const struct site_program *how,
                   char id[static 64], struct err *e);

/* Returns what became of the job of a round of a run. */
enum site_job site_job_state(struct site *s, const char *run, uint64_t round);

/* Effect: it is cancelled, if it is alive. */
void site_job_cancel(struct site *s, const char *run, uint64_t round);

/* Returns how many jobs of this centre's other runs are alive. */
uint64_t site_jobs_alive(struct site *s, const char *but);

/* What would leave. */
struct site_review {
    struct site_case c;
    struct site_part part;
    double *state, *values, *errors;
    unsigned char *counts; /* or NULL */
    char **feature_names;
    bool *has_feature; /* which of them the round has */
    size_t length, features;
    uint64_t items;
    double seconds;
    uint8_t claim_salt[SHA256_LEN], digest[SHA256_LEN];
};

/* review.c. Effect: looks at the computed part and asks all rules up to release, which are told. */
int site_review(struct site *s, const char *run, bool released, struct site_review *r,
                rules_tell *tell, void *context, struct err *e);
void site_review_free(struct site_review *r);

/* submit.c. Effect: after all checks the result of the present round is sealed, and said. released:
 * a person has looked at it. */
int site_submit(struct site *s, const char *run, bool released, struct err *e);

/* What collecting came to. */
struct site_collected {
    struct engine_report report; /* settled: the caller frees it as that of a run */
    char out[PATH_MAX];          /* … and the published result is there */
    const char *hopeless;        /* the code with which the run may be closed, as it leads to no
                                    answer; or NULL */
};

/* collect.c. Effect: as a collector goes on with a run as far as what was delivered allows:
 * ERR_INCOMPLETE says for whom and until when it waits. */
int site_collect(struct site *s, const char *run, struct site_collected *c, struct err *e);

/* Effect: results of a run of this centre's that came too late are said to be so. */
int site_say_late(struct site *s, const struct fed_run *run, struct err *e);

/* Effect: ends a run that leads to no answer. */
int site_close_run(struct site *s, const char *run, const char *code, struct err *e);

/* What comes next of a run for this centre. */
enum site_next {
    SITE_NOTHING = 0,
    SITE_APPROVE = 1, /* a person is to approve or refuse */
    SITE_CLAIM = 2,
    SITE_ROSTER = 3, /* wait for the roster */
    SITE_COMPUTE = 4,
    SITE_JOB = 5,     /* wait for the job */
    SITE_RELEASE = 6, /* a person is to review and submit */
    SITE_SUBMIT = 7,
    SITE_OTHERS = 8,  /* wait for the others, or the collector */
    SITE_COLLECT = 9, /* as the collector */
    SITE_DENIED = 10, /* the policy denies it: a person changes it or refuses */
    SITE_FETCH = 11,  /* its result can be fetched and verified */
};

struct site_item {
    const struct fed_run *run;
    enum site_next next;
    char text[ERR_TEXT]; /* why, or what is waited for */
    int64_t until_us;    /* 0: nothing is due at a time */
};

/* next.c. Effect: *item is what comes next of a run for this centre; SITE_NOTHING: it need not do
 * anything any more. */
int site_next(struct site *s, const struct fed_run *run, struct site_item *item, struct err *e);

/* fetch.c. Effect: the published result of a settled run is in the house; out is its path. */
int site_fetch(struct site *s, const char *run, char out[static PATH_MAX], struct err *e);

/* Called with what was done or left, for each run, in a sentence. */
typedef void site_tell(void *context, const char *run, const char *text);

/* Called to compute a part in this process: 0, or -1. */
typedef int site_compute(void *context, struct site *s, const struct site_part *p, struct err *e);

/* step.c. Effect: does whatever is due and allowed, without a person: sync, claims, computations,
 * submissions, collecting, and a heartbeat if nothing was said for a day. Parts are computed as
 * jobs of this centre's cluster; without one, or with local not NULL, by that. */
int site_step(struct site *s, const struct site_program *how, site_compute *local, site_tell *tell,
              void *context, struct err *e);

#endif

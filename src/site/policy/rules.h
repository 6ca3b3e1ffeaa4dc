/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A centre's policy: what it lets others compute over its data, and what may leave.
 *
 * It is strict YAML, and denies by default: a file that is missing, damaged, expired, or not the one
 * that was accepted last, denies everything. FORMAT of this layer has its keys. A rule's name is its
 * dotted path there: data.wdbc.rows-min.
 */
#ifndef SITE_POLICY_RULES_H
#define SITE_POLICY_RULES_H

#include "contract/contract.h"
#include "site/fold/federation.h"
#include "util/buf.h"

enum {
    RULES_NAME = 192,     /* bytes of a rule's name, with its NUL */
    RULES_TEXT = 512,     /* of a sentence */
    RULES_ROWS = 3,       /* the fewest rows that any policy can allow */
    RULES_MOST = 1 << 20, /* bytes of the file */
};

struct rules;

/* Returns the policy in the bytes of a file, or NULL: ERR_INPUT names line, key and what is wrong.
 * path is for errors. */
struct rules *rules_read(const char *path, const char *data, size_t len, struct err *e);
void rules_free(struct rules *r);

/* Returns the policy in force: policy.yaml of the house, if its digest is the last policy record's
 * and it has not expired. Else NULL, and ERR_REFUSED says which of these rules denies all
 * ("policy" or "expires"), and what would change it. */
struct rules *rules_in_force(const struct house *h, const struct federation *f, int64_t now,
                             struct err *e);

/* How far a centre has come when the rules are asked: each stage asks all of those before, too. */
enum rules_stage {
    RULES_READ = 1,    /* before the contract is read (it may be NULL): whose it is */
    RULES_CLAIM = 2,   /* before it claims */
    RULES_COMPUTE = 3, /* before a round is computed: the roster, the model, the cluster */
    RULES_SUBMIT = 4,  /* before the numbers leave */
};

/* All facts that rules look at. What is not known yet at a stage is not looked at. */
struct question {
    const struct house *house;
    const struct federation *federation;
    const struct fed_run *run;
    const struct contract *contract; /* in the file whose digest the run names */
    int64_t now;                     /* seconds since 1970, UTC */
    size_t state_length, features;   /* of the bound function: numbers that leave */
    bool recalled;                   /* the data was */
    bool known_data;                 /* this centre has data of that name */
    uint64_t rows, left_out;         /* rows that are kept, and those that a condition leaves out */
    uint8_t snapshot[SHA256_LEN];    /* digest of the data */
    uint64_t differs;                /* rows by which it differs from the nearest earlier
                                            snapshot; UINT64_MAX: there is none, or it is the same */
    uint64_t asked;                  /* distinct questions of that author about it in the
                                            policy's span, with this one; 0: it was asked before,
                                            and costs nothing (questions_count()) */
    size_t approvals;                /* valid signatures of distinct approvers */
    bool person;                     /* somebody here has said yes, without a signature */
    /* RULES_COMPUTE */
    uint64_t running;      /* other computations of this centre that are under way */
    uint64_t nodes, cores; /* of the job; 0: not known yet */
    const char *cluster;   /* on which it is to be computed; "": on none */
    bool on_roster, sandboxed;
    const double *model; /* of the round; NULL: the function has none */
    size_t model_length;
    bool replayed;       /* it is the first one, as the contract or its function has
                                            it, or what update() makes of the published aggregate */
    bool model_approved; /* or somebody here has said yes to this very model */
    /* RULES_SUBMIT */
    const double *state;         /* state_length numbers */
    const unsigned char *counts; /* which of them are counts: 1; NULL: not declared */
    const double *values;        /* features */
    const char *const *feature_names;
    const bool *has_feature; /* which of them the round has; NULL: all */
    uint64_t claimed;        /* items of the claim */
    bool opens;              /* the data is the one that was claimed */
    bool released;           /* somebody has said that they may leave */
};

/* What a rule finds. */
struct rules_finding {
    char rule[RULES_NAME];
    bool allowed;
    bool of_data;            /* what it finds follows from the data: others are told none */
    char text[RULES_TEXT];   /* what was found, in a sentence without its full stop */
    char change[RULES_TEXT]; /* denied: what would change it */
};

/* Called for each rule in turn; non-zero ends it, which is then returned. */
typedef int rules_tell(void *context, const struct rules_finding *f, struct err *e);

/* Goes through the rules of a stage, in the order of the checks, the cheap before the dear. One
 * that has nothing to look at, as no place of the policy fits, is left out. Without a policy (NULL)
 * there is one rule, which denies. */
int rules_go(const struct rules *r, enum rules_stage stage, const struct question *q,
             rules_tell *tell, void *context, struct err *e);

/* Returns 0, or -1 with ERR_REFUSED for the first rule that denies: "RULE: text; change". *first
 * (may be NULL) is that finding. */
int rules_check(const struct rules *r, enum rules_stage stage, const struct question *q,
                struct rules_finding *first, struct err *e);

/* Returns the name of rule i, in that order, or NULL: data.*.rows-min, where * is what is looked at. */
const char *rules_name(size_t i);

/* Whether the policy lets this contract begin, or its result leave, without a person; rule gets
 * the name of the rule that says so, or that a person has to. */
bool rules_starts(const struct rules *r, const struct question *q, char rule[static RULES_NAME]);
bool rules_releases(const struct rules *r, const struct question *q);

/* What jobs are given; 0: the policy says nothing, and then denies. */
struct rules_limits {
    uint64_t nodes, cores, memory; /* memory: bytes */
    double time;                   /* seconds */
    uint64_t running;
    bool sandbox; /* of programs and functions of others */
    char cluster[HOUSE_CLUSTER];
};
void rules_limits(const struct rules *r, struct rules_limits *l);

/* Returns when it ends, in seconds since 1970: the first that it does not hold. */
int64_t rules_expires(const struct rules *r);

/* Returns how many signatures of people are needed; *keys gets the file of their keys, in the
 * house. */
size_t rules_quorum(const struct rules *r, const char **keys);

/* Appends the policy of a new centre, which denies everything and says what may stand in it. cluster:
 * where jobs run, "" on none; expires: a time of the last day on which it holds, in seconds. */
void rules_template(struct buf *b, const char *cluster, int64_t expires);

/* The span in which questions about that data are counted, in seconds; 0: the policy says
 * none. */
double rules_span(const struct rules *r, const char *data);

#endif

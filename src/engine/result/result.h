/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A result: what a run found, in memory and as result.h5.
 *
 * FORMAT in this directory gives the file. The same struct is filled by the
 * verbs of a run, read back by verify, and printed by the command line.
 *
 * Convention: arrays over slaves have one entry per partition of the contract,
 * in order, whether it answered or not. Of a contract without data they have one per
 * range of its units, SLAVE#k: a slave may have computed several.
 */
#ifndef ENGINE_RESULT_H
#define ENGINE_RESULT_H

#include <metaneuron/function.h>

#include <stdbool.h>

#include "contract/contract.h"
#include "h5/reader.h"
#include "h5/slabs.h"
#include "ledger/record.h"
#include "ledger/fold/asked.h"
#include "ledger/fold/history.h"
#include "ledger/fold/share.h"
#include "stats/filter.h"
#include "util/err.h"

/* Doubles in one array of a result, at most: more are not read. */
#define RESULT_DOUBLES 0x1p31

/* Bytes of its file, at most. */
#define RESULT_FILE_MOST (UINT64_C(16) << 30)

enum { RESULT_DECISION = 512 }; /* bytes of a decision in words, with its NUL */

/* A named array of the answer. */
struct result_array {
    char *name, *help;
    size_t rows, columns;
    double *values;                     /* rows x columns, row-major */
    char **row_labels, **column_labels; /* or NULL */
};

struct result_arrays {
    struct result_array *list;
    size_t count;
};

/* A robust estimate of the features, beside the merge. */
struct result_robust {
    char *method;     /* "": none was asked for */
    double share;     /* of the results that may be wrong */
    bool dealt;       /* no rank has all of it */
    double *features; /* d; NULL: there is none, … */
    char *why;        /* … for that reason */
};

/* What slaves say has happened to their rows (preparation.h). */
struct result_preparation {
    size_t counts;  /* N; 0: nobody has said anything */
    char **names;   /* N: what is counted */
    uint64_t *said; /* S x N; zeros of one that has said nothing */
};

struct result_slave {
    char *name;                      /* SITE/DATA/k, or SITE/NODE/SLOT#k */
    char *node;                      /* host name, or "" */
    bool answered;                   /* it submitted a state */
    char *trouble;                   /* why it did not: declined or lost; or "" */
    char *objection;                 /* why the master rejected it before the filter; or "" */
    bool confirmed;                  /* a second slave has found the same */
    uint64_t items;                  /* that its claim counted */
    double seconds;                  /* of computing, wall time */
    double weight;                   /* P, from its history */
    double share;                    /* w; 0 if it did not answer */
    struct filter_decision decision; /* of a file: rejected and score only */
    char why[RESULT_DECISION];       /* the decision in words, as in the ledger */
    struct history_earlier earlier;  /* of one that was rejected, in a run; not in the file */
    /* Of one whose state is dealt, as the result has none: */
    uint8_t state[SHA256_LEN]; /* its digest */
    double counted;            /* its first number */
    bool unfit;                /* one of its numbers is not finite */
};

/* What no rank has of a result, so that there is nothing of it here. */
struct result_dealt {
    bool states;    /* S x m */
    bool features;  /* and their names, errors and centre: d, and S x d */
    bool aggregate; /* m, and the arrays with a row for each of its numbers */
};

/* What of a past round stands in files of the run's directory, and is not here. */
struct result_filed {
    bool aggregate, model;
    uint8_t aggregate_digest[SHA256_LEN], model_digest[SHA256_LEN];
};

struct result {
    char run[RUN_HEX + 1];   /* the run's key */
    char *origin;            /* of the ledger */
    char id[SHA256_HEX + 1]; /* of the contract */
    char *title;
    unsigned char *contract; /* the contract's file */
    size_t contract_len;
    char *function;           /* its code digest */
    char *method;             /* of the filter */
    char *cut;                /* that its threshold is found by, or "": a fixed one, or none … */
    double target_fpr;        /* … for so many rounds with a false rejection */
    char *started, *finished; /* ISO 8601, UTC */
    char *version;            /* of this program, and of its libraries */
    char *job;                /* the batch system's job, or "" */
    char *notes;              /* what slaves said of their data, a line each; NULL: nothing;
                                     not in the file */
    int64_t ranks, ranks_per_slave;
    double threshold;
    size_t slaves, length, features; /* S, m, d */
    size_t columns_count;
    char **columns;             /* names of the data's columns */
    struct result_slave *slave; /* S */
    enum disclose disclose;     /* what its file has of single slaves, of the next three lines, and
                                     of what tells of them: DISCLOSE_STATES: everything */
    struct result_dealt dealt;  /* nothing: all is here */
    bool forgotten;             /* its states are not to be in the file, though they are dealt */
    bool coded;                 /* its file has words for reasons, and no scores */
    double *states;             /* S x m; zeros where there is none; NULL: not in the file */
    uint8_t *salts;             /* S x SHA256_LEN, of their digests; NULL: those have none */
    double *values, *errors;    /* S x d: features and standard errors */
    char **feature_names;       /* d */
    double *centre;             /* d: medians that deviations are from */
    double *aggregate;          /* m: the accepted states, merged */
    uint64_t part;              /* 0: of a whole contract; else of a centre's part of this round */
    uint64_t round;             /* from 1: which the arrays above are of */
    double *start;              /* model_length: the model of round 1; NULL: none */
    double *model;              /* that this round led to; NULL: none, or not kept */
    size_t model_length;        /* 0: not iterative */
    struct result_filed filed;  /* where states are dealt */
    bool converged;             /* the function said so after this round */
    struct result **past;       /* the rounds before, of which the heads are empty */
    size_t past_count;
    struct result_arrays accepted;         /* its finished arrays */
    struct result_arrays all;              /* the same without the filter, for comparison */
    struct result_robust robust;           /* of the last round */
    struct result_preparation preparation; /* of the last round's result, for all */
};

/* Returns an empty result for that many slaves. */
struct result *result_create(size_t slaves, struct err *e);
void result_free(struct result *r);

/* Effect: makes room for states and features, once the lengths are known; in place
 * of any that there was. For what is dealt there is none. */
int result_size(struct result *r, size_t length, size_t features, struct err *e);

/* Effect: there is room for the salts of the states' digests, in this round and those after it. */
int result_salt(struct result *r, struct err *e);

/* Whether its file has no states, and so nothing that they could be told from. */
bool result_is_stateless(const struct result *r);

/* Returns the result of the round after r, which it takes over as a past one; NULL leaves r
 * as it was. */
struct result *result_next(struct result *r, struct err *e);

/* Effect: makes room for models of that length, the first of which is start. */
int result_set_start(struct result *r, const double *start, size_t length, struct err *e);

/* Effect: the round led to this model. */
int result_set_model(struct result *r, const double *model, struct err *e);

/* Effect: of the rounds before r, states are not kept if that is asked for, and of models
 * only each so-manyth, and the last. Called for each r that result_next() returns. */
void result_forget(struct result *r, bool states, uint64_t models);

/* Returns round i, from 0: one of the past, or r itself. */
const struct result *result_round(const struct result *r, size_t i);

/* Whether the states of the round are to be in the file. */
bool result_has_states(const struct result *r);

/* Whether the model that round i, from 0, led to is in the file. Without states that has the last one
 * only: between two of them stands what was accepted in the round, and where that is all but one
 * slave in one round, and all in the next, they tell of that one. */
bool result_has_model(const struct result *r, size_t i);

/* Writes what is dealt into result.h5, which is open. */
typedef int result_fill(struct slabs *s, void *context, struct err *e);

/* Returns all that result.h5 has, object by object; the caller destroys it. */
struct flat *result_document(const struct result *r, struct err *e);

/* Effect: writes that as result.h5, atomically. */
int result_write(const struct result *r, const char *path, struct err *e);

/* The same of one that is dealt. */
int result_write_sharded(const struct result *r, const char *path, result_fill *fill, void *context,
                         struct err *e);

/* Returns the result in the len bytes of a file, which are not trusted; name is
 * for errors. It has the slaves and rounds of the contract in it, and all of its values lie
 * in the file: so it takes memory in proportion to that, and not to what it declares. */
struct result *result_read(struct reader *reader, const char *name, const void *bytes, size_t len,
                           struct err *e);

/* The same in two steps: what the file has, object by object, whether a result has it or not;
 * and the result in that. */
struct flat *result_read_document(struct reader *reader, const char *name, const void *bytes,
                                  size_t len, struct err *e);
struct result *result_of_document(struct reader *reader, const char *name, const struct flat *f,
                                  struct err *e);

/* Effect: no arrays are left. */
void result_free_arrays(struct result_arrays *a);

/* Effect: keeps of the arrays those with one value: what a past round is told of by. */
void result_keep_scalars(struct result_arrays *a);

/* Effect: counts the slaves that answered, and those of them that were rejected. */
void result_count(const struct result *r, size_t *answered, size_t *rejected);

/* Effect: sets *s to how much of the data is in the answer, as of the last round. */
void result_share(const struct result *r, struct share *s);

/* Returns the array of that name, or NULL. */
const struct result_array *result_find(const struct result_arrays *a, const char *name);

/* Effect: adds a copy of an array. */
int result_add(struct result_arrays *a, const struct function_array *array, struct err *e);

/* Effect: replaces *text by a copy of value. */
int result_set(char **text, const char *value, struct err *e);

#endif

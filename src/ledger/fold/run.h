/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run: what the ledger says of one execution of a contract, as a fold.
 */
#ifndef LEDGER_FOLD_RUN_H
#define LEDGER_FOLD_RUN_H

#include "ledger/fold/asked.h"
#include "ledger/fold/reason.h"
#include "ledger/record.h"
#include "util/lookup.h"

/* In place of the number of a round: all of them. */
#define RUN_EVERY_ROUND UINT64_MAX

/* The last thing that the ledger says of a slave. */
enum run_last {
    RUN_NOTHING = 0, /* of a kind that is not told apart */
    RUN_VIEWED = 1,
    RUN_DECLINED = 2,
    RUN_CLAIMED = 3,
    RUN_SUBMITTED = 4,
    RUN_LOST = 5,
    RUN_FILTERED = 6,
    RUN_SETTLED = 7,
};

/* What the ledger says of one slave of a run; the last record of a kind wins. */
struct run_slave {
    enum run_last last;
    int64_t last_us;   /* time of that record */
    uint64_t attempts; /* attempt records, which do not count as the last thing */
    char *name;        /* SITE/DATA/k, SITE/NODE/SLOT, or SITE/NODE/SLOT#k for its range k */
    bool claimed, submitted, filtered, settled;
    uint64_t items;            /* of the claim */
    char *commit;              /* of the claim, as written */
    bool withdrawn;            /* since it claimed last */
    uint8_t saved[SHA256_LEN]; /* withdrawn: digest of its saved units */
    char *node;                /* of the last claim, decline or loss, or NULL */
    char *copy;                /* digest of its copy of the contract, as written */
    uint8_t state[SHA256_LEN]; /* digest of the submitted state */
    uint64_t submitted_items;
    double seconds;          /* of the submission */
    double score, threshold; /* of the filter; NaN where it says so */
    double weight, share;    /* P and w */
    char *method;            /* of the filter, as written */
    char *decision, *why;    /* likewise */
    uint64_t settled_items;  /* that earned history */
    uint64_t credits;        /* settled, hundredths */
    bool earned;             /* settled as accepted */
    bool confirmed, differs; /* another slave found the same; or last something else */
    bool wrong;              /* a slave: a third one settled it */
    char *trouble;           /* last decline or lost: its reason as a text, or NULL */
    enum reason declined;    /* a decline that has a word: what that text was made from */
};

struct run {
    char key[RUN_HEX + 1]; /* first hex digits of the publish record's sum */
    uint64_t seq;          /* of the publish record */
    int64_t time_us;       /* of it */
    int64_t last_us;       /* of the run's last record */
    uint64_t wanted;       /* slaves that were asked for */
    char *function;        /* and where its code comes from, as written */
    char *contract;        /* its id, 64 hex digits */
    char *file;            /* digest of the contract's file, as written */
    char *data;            /* digest of where the data was, as written */
    uint64_t rounds;       /* that were asked for at most */
    uint64_t last_round;   /* the highest that any record has */
    bool aggregated, settled;
    bool updated, converged;   /* there is a model that the round led to; it is the last */
    uint8_t model[SHA256_LEN]; /* its digest */
    uint8_t state[SHA256_LEN]; /* digest of the aggregate */
    uint64_t accepted, items;  /* of the aggregate record */
    char *result;              /* digest of the result's file, from settle, as written */
    uint64_t attempts;         /* of a supervisor, that were recorded */
    char *cluster, *job;       /* of the last job record, or NULL */
    bool pruned;               /* its files were removed: nobody goes on with it */
    struct asked asked;        /* of a run of centres: whom it asks */
    char *closed;              /* of one that ended without an answer: the code, or NULL */
    bool results_differ;       /* the settle records do not name one result */
    struct run_slave *slaves;  /* in order of first appearance */
    size_t count, capacity;
    struct lookup names; /* where each stands among them */
};

/* Effect: *run, which is freed before, is the one that a publish record begins. */
int run_begin(struct run *run, const struct record *r, struct err *e);

/* Effect: folds in a record of this run, if it is of that round or has none. Types that are
 * unknown count only as the run's last record. */
int run_fold(struct run *run, const struct record *r, uint64_t round, struct err *e);

/* Fails when the slave of a record, which has one, has a name that does not fit. */
int run_check_slave(const struct record *r, struct err *e);

/* Effect: what was folded of a round is forgotten, as of one that has no records yet. */
void runs_forget_round(struct run *run);
void runs_free(struct run *run);

/* Returns the bytes of the slave's name at the beginning of a name that a record has: all
 * of it, or of SLAVE#k what stands before the #. */
size_t runs_slave_length(const char *name);

/* Returns k of SITE/DATA/k, or of SITE/NODE/SLOT#k: a partition's or a range's number, from 1; 0
 * if the name, which may be NULL, has none. */
uint64_t runs_partition(const char *name);
uint64_t runs_range(const char *name);

/* Returns the number of the run's partition whose slave has that name, from 1; 0: none has. Of a run
 * of centres it is the number of the centre. */
uint64_t run_place(const struct run *run, const char *name);

/* Returns the slave of that name, or NULL. */
struct run_slave *runs_slave(const struct run *run, const char *name);

#endif

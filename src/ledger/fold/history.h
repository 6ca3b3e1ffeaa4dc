/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * History for people: what each slave has computed in which run, and sums of it by slave, node and
 * account, as a fold over the records.
 *
 * What a node or an account has is that of the submissions that were recorded while the slave's
 * last claim named that node, or the run's last job record that account; "-" where there was none.
 */
#ifndef LEDGER_FOLD_HISTORY_H
#define LEDGER_FOLD_HISTORY_H

#include "ledger/ledger.h"
#include "util/lookup.h"

/* What a slave has computed in one run. */
struct history_work {
    char run[RUN_HEX + 1];
    size_t slave;       /* in the sums by slave */
    size_t node;        /* of its last claim, in the sums by node */
    int64_t time_us;    /* of the record that settled it, or else of the last that names it */
    uint64_t items;     /* as settled; else as claimed or submitted last */
    uint64_t credits;   /* hundredths */
    double seconds;     /* of all that it has submitted */
    char *why;          /* of the last filter record that rejected it, or NULL */
    uint64_t submitted; /* results */
    bool settled, rejected;
    uint64_t order; /* settled: how many of this slave were before */
};

/* Sums, by one name. */
struct history_sum {
    char *name;
    uint64_t runs;      /* in which it has submitted */
    uint64_t submitted; /* results, of rounds and ranges each */
    uint64_t rejected;  /* of them, by the filter */
    uint64_t declined, lost;
    uint64_t settled; /* computations: of a slave in a run */
    uint64_t refused; /* of them, settled as rejected */
    double seconds;   /* of compute time */
    int64_t last_us;  /* of the last record that is of it */
};

struct history_sums {
    struct history_sum *list; /* in order of first appearance */
    size_t count, capacity;
    struct lookup names;
};

/* What was settled of a slave, and of all slaves on a node, before. */
struct history_earlier {
    bool known;                 /* it was looked up */
    uint64_t settled, rejected; /* computations of the slave, and how many of them were rejected */
    uint64_t node_settled, node_rejected;
};

struct history {
    struct history_work *work; /* in order of first appearance */
    size_t count, capacity;
    struct history_sums slaves, nodes, accounts;
};

/* Effect: fills *h from all records with a number less than before. */
int history_fold(struct ledger *l, uint64_t before, struct history *h, struct err *e);
void history_free(struct history *h);

/* Returns the sums of that name, or NULL. */
const struct history_sum *history_find(const struct history_sums *sums, const char *name);

/* Effect: *x is what was settled of a slave, or of the slave of a range, and of the node; "" is none. */
void history_earlier(const struct history *h, const char *slave, const char *node,
                     struct history_earlier *x);

/* Effect: *before is the number of the first record of the first batch that is not over at that
 * time, or UINT64_MAX: the ledger as it was then. */
int history_until(struct ledger *l, int64_t time_us, uint64_t *before, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts: who has computed what, and earned what, as a fold over the records.
 *
 * A slave's account begins with its first submit or settle record; the founding
 * site's with genesis. The fold checks what it adds up: the settle records of a
 * run are one batch; one that emits more, or divides otherwise, than the rules
 * say, and a run that is settled twice, are ERR_INPUT. A record that counts more than
 * one may is none: it counts as the most that is allowed, and is told of in odd.
 */
#ifndef LEDGER_FOLD_ACCOUNTS_H
#define LEDGER_FOLD_ACCOUNTS_H

#include "ledger/ledger.h"
#include "util/lookup.h"

/* Items of an account, at most: what JSON can say. */
#define ACCOUNT_ITEMS ((uint64_t)INT64_MAX)

/* One settled computation, in the order of the records. */
struct account_event {
    double items;    /* s_i */
    int64_t time_us; /* of the settle record */
    bool rejected;
};

struct account {
    char *name;       /* SITE/DATA/k, or a site */
    uint64_t credits; /* hundredths */
    uint64_t items;   /* of accepted computations; ACCOUNT_ITEMS: that or more */
    uint64_t rejections;
    double seconds; /* of compute time, accepted or not */
    struct account_event *events;
    size_t events_count, events_capacity;
};

/* Invariant: supply is left plus the credits of all accounts. */

struct accounts {
    struct account *list; /* in order of first appearance */
    size_t count, capacity;
    struct lookup names; /* where each stands in the list */
    uint64_t supply;     /* hundredths, from genesis */
    uint64_t left;       /* hundredths that may still be emitted */
    uint64_t rate[2];    /* numerator and denominator, from genesis */
    struct err odd;      /* the first record that counts what none may, or leads to too much */
};

/* Effect: fills *a from all records with a number less than before. */
int accounts_fold(struct ledger *l, uint64_t before, struct accounts *a, struct err *e);

/* Fails when that many more items cannot be counted for that slave: before they are recorded,
 * as no fold may fail on what was. */
int accounts_check_items(const struct accounts *a, const char *slave, uint64_t items,
                         struct err *e);
void accounts_free(struct accounts *a);

/* Returns the account of that name, or NULL. */
const struct account *accounts_find(const struct accounts *a, const char *name);

#endif

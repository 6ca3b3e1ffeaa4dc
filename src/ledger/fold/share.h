/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A share: how much of the data is in an answer.
 *
 * Convention: items are those that slaves have claimed (without data: units).
 */
#ifndef LEDGER_FOLD_SHARE_H
#define LEDGER_FOLD_SHARE_H

#include "ledger/fold/run.h"

/* Of all items, so many that are rejected are more than a person should let pass: it is said where a
 * run ends. */
#define SHARE_REJECTED_MUCH 0.1

struct share {
    uint64_t in;       /* items of the results that were accepted */
    uint64_t known;    /* items that were claimed, whatever became of them */
    uint64_t rejected; /* of them, those of results that were rejected */
    uint64_t slaves;   /* partitions or ranges of the contract */
    uint64_t unknown;  /* of them, those of which no claim says how many items they have */
};

/* Effect: counts one partition or range. 0 items: not known how many, unless trouble, why it did
 * not answer, says that there are none; it may be NULL. */
void share_add(struct share *s, uint64_t items, bool accepted, const char *trouble);

/* Effect: these items, which were counted, are those of a result that was rejected. */
void share_reject(struct share *s, uint64_t items);

/* Effect: sets *s to what the ledger says of a run that has an aggregate. */
void share_of_run(struct share *s, const struct run *run);

/* Returns in as a fraction of all items, 0 to 1, where what is not known has the average of
 * what is. */
double share_fraction(const struct share *s);

/* The same of what was rejected. */
double share_rejected(const struct share *s);

/* Fails with ERR_SHARE if that is less than least. */
int share_check(const struct share *s, double least, struct err *e);

/* Returns the fraction in percent, never more than it is. */
double share_percent(double fraction);

/* The same, never less than it is. */
double share_percent_up(double fraction);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence of an audit: receipts of what a collector and a centre have said, which contradict each
 * other or the rules; FORMAT of this layer has the file.
 *
 * Where something is missing, the collector's records stand there without a gap from the run's
 * publication to the aggregate, so that a third party sees that they are all.
 *
 * Convention: what is checked is hostile. Nothing else is needed for it but the keys of both logs.
 */
#ifndef SITE_AUDIT_PROOF_H
#define SITE_AUDIT_PROOF_H

#include "ledger/proof/policy.h"
#include "ledger/trust/kept.h"
#include "site/house/house.h"

enum { PROOF_MOST = 1 << 25 }; /* bytes of a file of evidence */

/* What is proved. */
enum proof_kind {
    PROOF_AGGREGATES = 0, /* two aggregates, or two models, of one round */
    PROOF_CLAIM = 1,      /* a claim that the centre has not made */
    PROOF_SUBMIT = 2,     /* a result that the centre has not submitted */
    PROOF_LATE = 3,       /* a result counts that was not heard in time */
    PROOF_LEFT_OUT = 4,   /* a result does not count that was there in time */
    PROOF_KINDS = 5,
};

/* Returns the word of a kind. */
const char *proof_word(enum proof_kind kind);

/* A file of evidence in the making. */
struct proof {
    struct buf bytes;
};

void proof_begin(struct proof *p, enum proof_kind kind, const char *run, const char *site,
                 uint64_t round);

/* Effect: appends the records of a log from one number to another, each with its receipt by that
 * checkpoint; with NULL by the log's newest. ERR_INCOMPLETE: that does not cover them yet. */
int proof_records(struct proof *p, struct ledger *l, uint64_t from, uint64_t to,
                  const struct kept *by, struct err *e);

/* Effect: appends a roster's file. */
void proof_file(struct proof *p, const char *data, size_t len);

/* What a file of evidence proves. */
struct proof_found {
    enum proof_kind kind;
    char run[RUN_HEX + 1], collector[HOUSE_NAME], site[HOUSE_NAME];
    uint64_t round;
    char text[512]; /* in a sentence */
};

/* audit_check.c. Returns 0 if the file proves what it says: each record is in a log that one of the
 * policy's logs' keys has signed, and together they contradict each other; else -1, ERR_INPUT or
 * ERR_VERIFY. Cosignatures are checked with the keys of the policy's logs. */
int proof_check(const char *data, size_t len, const struct policy *policy, struct proof_found *f,
                struct err *e);

#endif

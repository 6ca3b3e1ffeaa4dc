/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of checking evidence: the records of a file, each proved to be in a log, and what they
 * prove together. Private to audit_check.c and audit_judge.c.
 */
#ifndef SITE_AUDIT_JUDGE_H
#define SITE_AUDIT_JUDGE_H

#include "ledger/record.h"
#include "site/audit/proof.h"
#include "site/roster.h"

/* A record that is proved to be in a log. */
struct proved {
    struct record record;
    struct checkpoint by;
    const char *note; /* of that checkpoint, in the file's bytes */
    size_t note_len;
};

/* A file of evidence that is checked. */
struct checking {
    const struct policy *policy;
    struct proof_found *f;
    struct proved *list;
    size_t count, capacity;
    char collector[NOTE_NAME]; /* the origin of its log */
    int64_t claims_us, deadline_us;
    struct roster roster;
    uint8_t roster_digest[SHA256_LEN];
    bool has_roster;
};

/* Effect: says why the file proves nothing. Returns -1. */
int judge_not_proved(struct err *e, const char *why);

/* Whether a log is that of a centre: metaneuron/NAME/…. */
bool judge_is_of(const char *origin, const char *site);

/* audit_judge.c. Returns 0 if the records prove what the file says, and the text says how; else -1. */
int judge_proof(struct checking *c, struct err *e);

#endif

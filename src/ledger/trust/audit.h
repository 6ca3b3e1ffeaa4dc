/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Verifies a ledger: every byte of it, and against all that is known of it from elsewhere.
 *
 * Those are the checkpoints that it keeps, what this user has seen of it, checkpoints that are
 * given, and a trust policy, which says whose signatures are believed. Nothing is changed but
 * what this user has seen, and that only if all is well.
 */
#ifndef LEDGER_TRUST_AUDIT_H
#define LEDGER_TRUST_AUDIT_H

#include "ledger/fold/keys.h"
#include "ledger/proof/policy.h"

/* What it is compared with. */
struct audit_known {
    const struct policy *policy; /* NULL: none */
    const char *const *files;    /* checkpoints that were kept elsewhere … */
    size_t count;                /* … and how many */
    bool has_key;                /* a checkpoint must be signed with this key, which counts from
                                    where the log adds it, whoever has signed that: */
    uint8_t key[KEY_PUBLIC_LEN];
};

/* What was found. */
struct audit {
    struct chain_state state; /* of the log */
    struct keys keys;         /* who may sign, and who is confirmed */
    size_t checkpoints;       /* that the ledger keeps, all of which are good */
    uint64_t covered;         /* records up to the newest of them; 0: it is not signed */
    char who[TEXT_NAME + 1];  /* who signed that */
    uint64_t seen;            /* size of what this user had seen, and it is as it was; 0: nothing */
    uint64_t given;           /* the same of the largest of the files */
    uint64_t keyed;           /* records that the key covers */
    size_t cosigned;          /* lines of peers beside that, of which a policy says what they are
                                 worth */
    uint64_t believed;        /* records that the policy believes … */
    struct policy_verdict verdict; /* … and what it found there */
};

/* Returns 0, or -1: ERR_VERIFY names what is wrong first. The audit is filled in as far as it got;
 * the caller frees it, whatever comes of it. */
int audit_ledger(const char *directory, const struct audit_known *known, struct audit *a,
                 struct err *e);
void audit_free(struct audit *a);

#endif

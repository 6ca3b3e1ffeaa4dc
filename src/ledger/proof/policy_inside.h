/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a trust policy. Private to this room.
 */
#ifndef LEDGER_PROOF_POLICY_INSIDE_H
#define LEDGER_PROOF_POLICY_INSIDE_H

#include "ledger/proof/policy.h"

enum {
    POLICY_LOGS = 256,      /* at most */
    POLICY_WITNESSES = 256, /* at most */
    POLICY_GROUPS = 256,    /* at most */
    POLICY_NONE = -1,       /* no party */
};

/* A witness or a group: what has a name. */
struct policy_party {
    char *name;
    struct note_key key; /* of a witness; kind 0: a group */
    int group;           /* the only one that it is a member of, or POLICY_NONE */
    size_t members;      /* of a group */
    size_t least;        /* of these have to cosign: 1 … members */
};

/* Invariants:
 * 1. A group stands behind its members, so that whoever goes through the parties once has seen a
 *    group's members before it.
 * 2. A party is a member of one group at most: the parties below the quorum are a tree. */
struct policy {
    struct note_key logs[POLICY_LOGS];
    size_t log_count;
    struct policy_party parties[POLICY_WITNESSES + POLICY_GROUPS];
    size_t witness_count, group_count; /* of the parties */
    int quorum;                        /* a party, or POLICY_NONE: no cosignatures are needed */
    bool has_quorum;
};

static inline size_t count_parties(const struct policy *p)
{
    return p->witness_count + p->group_count;
}

#endif

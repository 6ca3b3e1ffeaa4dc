/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trust policy, and what it believes. */
#include "ledger/proof/policy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/policy_inside.h"

enum { PARTIES = POLICY_WITNESSES + POLICY_GROUPS };

void policy_free(struct policy *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < PARTIES; i++)
        free(p->parties[i].name);
    free(p);
}

size_t policy_logs(const struct policy *p)
{
    return p->log_count;
}

size_t policy_witnesses(const struct policy *p)
{
    return p->witness_count;
}

const struct note_key *policy_log(const struct policy *p, size_t i)
{
    return &p->logs[i];
}

const struct note_key *policy_witness(const struct policy *p, size_t i, const char **name)
{
    const struct policy_party *party = p->parties;

    for (;; party++)
        if (party->key.kind && i-- == 0)
            break;
    if (name)
        *name = party->name;
    return &party->key;
}

static int compare(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* The fewest witnesses that the quorum can be reached with: of a group those of its members that
 * need the fewest. */
static size_t fewest(const struct policy *p)
{
    size_t need[PARTIES], of[PARTIES];

    if (p->quorum == POLICY_NONE)
        return 0;
    for (size_t i = 0; i < count_parties(p); i++) {
        const struct policy_party *party = &p->parties[i];
        size_t n = 0;
        need[i] = 1;
        if (party->key.kind)
            continue;
        for (size_t k = 0; k < i; k++)
            if (p->parties[k].group == (int)i)
                of[n++] = need[k];
        qsort(of, n, sizeof of[0], compare);
        need[i] = 0;
        for (size_t k = 0; k < party->least; k++)
            need[i] += of[k];
    }
    return need[p->quorum];
}

/* One of the logs' keys has signed, the one that is called as the log is; no other's signature is
 * wrong. */
static int check_logs(const struct policy *p, const struct note *n, struct policy_verdict *v,
                      struct err *e)
{
    const struct note_key *signer = NULL, *other = NULL;

    for (size_t i = 0; i < p->log_count; i++) {
        int signed_by = note_check(n, &p->logs[i], NULL, e);
        if (signed_by < 0)
            return -1;
        if (signed_by == 0)
            continue;
        if (strcmp(p->logs[i].name, v->checkpoint.origin) != 0)
            other = &p->logs[i];
        else if (!signer)
            signer = &p->logs[i];
    }
    if (!signer && other)
        return err_set(e, ERR_VERIFY, "the checkpoint is of %s, and %s has signed it",
                       v->checkpoint.origin, other->name);
    if (!signer)
        return err_set(e, ERR_VERIFY, "no log of the trust policy has signed the checkpoint of %s",
                       v->checkpoint.origin);
    v->log = *signer;
    return 0;
}

/* Sets which witnesses have cosigned. */
static int check_witnesses(const struct policy *p, const struct note *n, bool *cosigned,
                           struct policy_verdict *v, struct err *e)
{
    for (size_t i = 0; i < count_parties(p); i++) {
        const struct policy_party *party = &p->parties[i];
        uint64_t time = 0;
        int rc = party->key.kind ? note_check(n, &party->key, &time, e) : 0;
        if (rc < 0)
            return -1;
        cosigned[i] = rc > 0;
        v->cosigned += cosigned[i];
        if (cosigned[i] && time > v->last)
            v->last = time;
    }
    return 0;
}

/* Completes cosigned[] with the groups that have cosigned. Returns whether the quorum has. */
static bool reached(const struct policy *p, bool *cosigned)
{
    size_t members[PARTIES] = {0}; /* of each group, that have */

    for (size_t i = 0; i < count_parties(p); i++) {
        const struct policy_party *party = &p->parties[i];
        if (!party->key.kind)
            cosigned[i] = members[i] >= party->least;
        if (cosigned[i] && party->group != POLICY_NONE)
            members[party->group]++;
    }
    return p->quorum == POLICY_NONE || cosigned[p->quorum];
}

static bool is_below_quorum(const struct policy *p, int i)
{
    while (i != POLICY_NONE && i != p->quorum)
        i = p->parties[i].group;
    return i != POLICY_NONE;
}

/* Names the quorum's witnesses that have not cosigned. */
static int not_reached(const struct policy *p, const bool *cosigned, const struct policy_verdict *v,
                       struct err *e)
{
    struct buf missing = {0};

    for (size_t i = 0; i < count_parties(p); i++)
        if (p->parties[i].key.kind && !cosigned[i] && is_below_quorum(p, (int)i))
            buf_addf(&missing, "%s%s", missing.len ? ", " : "", p->parties[i].name);
    err_set(
        e, ERR_VERIFY,
        "the checkpoint of %s has %zu valid cosignature%s, and quorum '%s' is not reached, which "
        "needs %zu or more; not cosigned by %s",
        v->checkpoint.origin, v->cosigned, v->cosigned == 1 ? "" : "s", p->parties[p->quorum].name,
        v->needed, missing.data ? missing.data : "");
    buf_free(&missing);
    return -1;
}

int policy_check(const struct policy *p, const struct note *n, struct policy_verdict *v,
                 struct err *e)
{
    bool cosigned[PARTIES] = {0};
    struct policy_verdict found = {.needed = fewest(p)};

    *v = (struct policy_verdict){.needed = found.needed};
    if (checkpoint_read(&found.checkpoint, n, e) < 0 || check_logs(p, n, &found, e) < 0 ||
        check_witnesses(p, n, cosigned, &found, e) < 0)
        return -1;
    if (!reached(p, cosigned))
        return not_reached(p, cosigned, &found, e);
    *v = found;
    return 0;
}

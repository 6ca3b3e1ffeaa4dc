/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trust policy, to the letter of c2sp.org/tlog-policy: whose checkpoints are believed.
 *
 * It names logs by their keys, witnesses (here: peers that cosign), groups of these, and one
 * quorum. A checkpoint is believed if one of the logs' keys has signed it and the quorum has
 * cosigned it. Not to be confused with a site's policy.
 */
#ifndef LEDGER_PROOF_POLICY_H
#define LEDGER_PROOF_POLICY_H

#include "ledger/proof/checkpoint.h"

enum { POLICY_MOST = 1 << 20 }; /* bytes of a policy */

struct policy;

/* What a policy found in a note. */
struct policy_verdict {
    struct checkpoint checkpoint;
    struct note_key log; /* that signed */
    size_t cosigned;     /* valid cosignatures of its witnesses */
    size_t needed;       /* 0: quorum none */
    uint64_t last;       /* newest time of these, seconds since 1970 */
};

/* Returns the policy, or NULL: ERR_INPUT names the line. path is for errors. */
struct policy *policy_read(const char *path, const char *data, size_t len, struct err *e);
void policy_free(struct policy *p);

/* Returns how many keys of logs and witnesses it has, and each: for cosignatures that are kept
 * beside a checkpoint. Of a log name is its key's. */
size_t policy_logs(const struct policy *p);
size_t policy_witnesses(const struct policy *p);
const struct note_key *policy_log(const struct policy *p, size_t i);
const struct note_key *policy_witness(const struct policy *p, size_t i, const char **name);

/* Returns 0 if the note is a checkpoint that is believed, else -1: ERR_INPUT if it is none,
 * ERR_VERIFY if it is not believed, in words that say what is missing; v->needed is set all the
 * same. */
int policy_check(const struct policy *p, const struct note *n, struct policy_verdict *v,
                 struct err *e);

#endif

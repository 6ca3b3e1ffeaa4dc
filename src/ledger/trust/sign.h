/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signs a ledger as it stands: makes its next checkpoint.
 */
#ifndef LEDGER_TRUST_SIGN_H
#define LEDGER_TRUST_SIGN_H

#include "ledger/fold/keys.h"
#include "ledger/proof/checkpoint.h"

struct sign_report {
    struct checkpoint c;     /* the newest one, after it */
    char who[TEXT_NAME + 1]; /* whose key it is */
    bool signed_already;     /* with this key, at this size: nothing was written */
    size_t keys;             /* that came or went since the checkpoint before */
};

/* Effect: a checkpoint of all records, signed with that key, is in the directory, and this user
 * has seen it. It is not signed, and nothing is changed, if
 *  - the key is not in force, or keys came or went since the last checkpoint, more
 *    than accept: ERR_REFUSED;
 *  - the log does not continue what was signed before, or what this user has seen: ERR_VERIFY. */
int sign_ledger(struct ledger *l, const struct key *key, size_t accept, struct sign_report *r,
                struct err *e);

/* The same with this user's own key (util/key.h), if there is one: else ERR_REFUSED. */
int sign_as_site(struct ledger *l, struct err *e);

/* Returns 0 if that key would be in force in the ledger of a directory, as it is in one that is not
 * there yet; else -1: ERR_REFUSED says why not. */
int sign_could(const char *directory, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes who may sign a ledger. */
#include "ledger/trust/change.h"

#include <inttypes.h>

#include "ledger/trust/kept.h"

/* Effect: k is as the change would leave it; k->odd says why, if it counts for nothing. */
static int follow(struct ledger *l, const struct record *change, struct keys *k, struct err *e)
{
    struct record next = *change;

    next.seq = ledger_state(l)->count;
    err_clear(&k->odd);
    return keys_visit(&next, k, e);
}

/* A record that no fold takes would be in the ledger for ever. */
static int check(struct ledger *l, const struct record *change, struct err *e)
{
    struct keys k;

    if (keys_fold(l, &k, e) < 0)
        return -1;
    int rc = follow(l, change, &k, e);
    if (k.odd.code != ERR_NONE)
        rc = err_set(e, k.odd.code, "%s: nothing is recorded, see metaneuron ledger keys: %s",
                     ledger_directory(l), k.odd.text);
    keys_free(&k);
    return rc;
}

/* Returns 1 if the change takes back one that no checkpoint covers, 0, or -1. */
static int takes_back(struct ledger *l, const struct record *change, struct err *e)
{
    struct keys k;
    struct kept newest;
    bool whole;
    int had = kept_read_newest(&newest, ledger_directory(l), &whole, e);
    uint64_t since = had == 1 ? newest.c.size : 0;

    if (had == 1)
        kept_free(&newest);
    if (had < 0 || keys_fold(l, &k, e) < 0)
        return -1;
    size_t before = keys_changed(&k, since, NULL);
    int rc = follow(l, change, &k, e);
    if (rc == 0)
        rc = keys_changed(&k, since, NULL) < before;
    keys_free(&k);
    return rc;
}

int change_keys(struct ledger *l, const struct key *key, struct record *change,
                struct sign_report *r, struct err *e)
{
    int back = takes_back(l, change, e), rc = back < 0 ? -1 : 0;

    if (rc == 0 && !back)
        rc = sign_ledger(l, key, 0, r, e);
    if (rc == 0)
        rc = check(l, change, e);
    if (rc == 0)
        rc = ledger_append(l, change, 1, ledger_state(l)->head, e);
    if (rc == 0 && sign_ledger(l, key, !back, r, e) < 0)
        rc = err_context(e, "record %" PRIu64 " is in the ledger, and not signed yet",
                         ledger_state(l)->count - 1);
    return rc;
}

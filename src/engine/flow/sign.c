/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs the ledger once a run is settled. */
#include "engine/flow/sign.h"

#include "ledger/trust/sign.h"
#include "util/key.h"
#include "util/place.h"

/* With the key that was given, which is there; or this user's. */
static int sign_with(struct job *j, struct err *why)
{
    const char *path = j->plan->options->key;
    struct sign_report report = {0};

    if (!path)
        return sign_as_site(j->ledger, why);
    if (!file_exists(path))
        return err_set(why, ERR_OPEN, "%s: there is no key", path);
    struct key *key = key_open(path, why);
    int rc = key ? sign_ledger(j->ledger, key, 0, &report, why) : -1;
    key_close(key);
    return rc;
}

void sign(struct job *j)
{
    struct err why = {0};

    if (sign_with(j, &why) < 0)
        job_warn(j, "settled, but not signed: %s", why.text);
}

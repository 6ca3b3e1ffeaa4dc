/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs the ledger once a run is settled. */
#include "engine/flow/sign.h"

#include "ledger/trust/sign.h"

/* The key was made when the ledger was opened, if there was none. */
static int sign_with_key(struct job *j, struct err *e)
{
    char path[PATH_MAX];
    struct sign_report r;
    struct key *key = key_site_path(path, e) < 0 ? NULL : key_open(path, e);
    int rc = key ? sign_ledger(j->ledger, key, 0, &r, e) : -1;

    key_close(key);
    return rc;
}

void sign(struct job *j)
{
    struct err why = {0};

    if (sign_with_key(j, &why) < 0)
        job_warn(j, "settled, but not signed: %s", why.text);
}

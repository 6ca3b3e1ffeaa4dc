/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs the ledger once a run is settled. */
#include "engine/flow/sign.h"

#include "ledger/trust/sign.h"

void sign(struct job *j)
{
    struct err why = {0};

    if (sign_as_site(j->ledger, &why) < 0)
        job_warn(j, "settled, but not signed: %s", why.text);
}

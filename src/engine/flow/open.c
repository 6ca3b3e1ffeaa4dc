/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the ledger that a run is recorded in. */
#include "engine/flow/open.h"

#include <inttypes.h>
#include <limits.h>

#include "util/key.h"
#include "util/owner.h"

/* Says what opening the ledger has changed in it. */
static void tell_changes(const struct job *j)
{
    bool group = owner_is_groups(j->plan->options->ledger);

    if (ledger_repaired(j->ledger))
        job_warn(j,
                 "the ledger's last %" PRIu64 " bytes were an interrupted write; they were moved "
                 "to torn/",
                 ledger_repaired(j->ledger));
    if (ledger_tightened(j->ledger))
        job_warn(j,
                 "%zu files and directories of the ledger had other modes, as earlier versions "
                 "made them: from now on %s may use them (%s)",
                 ledger_tightened(j->ledger), group ? "its group alone" : "you alone",
                 group ? "0660 and 2770"
                       : "0600 and 0700; for a group: chgrp GROUP DIR && chmod 2770 DIR");
}

/* Effect: opens the ledger of a run that is published, which is there. */
static int open_known(struct job *j, struct err *e)
{
    j->ledger = ledger_open_alone(j->plan->options->ledger, NULL, j->plan->options->exclusive, e);
    if (!j->ledger)
        return -1;
    tell_changes(j);
    return 0;
}

/* Effect: opens the ledger with the site's key, which is made at first use. */
int open_ledger(struct job *j, struct err *e)
{
    char path[PATH_MAX];
    uint8_t public[KEY_PUBLIC_LEN];
    struct key *key = NULL;

    if (job_is_collected(j))
        return open_known(j, e);
    if (key_site_path(path, e) < 0)
        return -1;
    if (!(key = key_open(path, e)))
        return err_context(e, "the site's key, which is kept where XDG_CONFIG_HOME or HOME says");
    key_public(key, public);
    key_close(key);
    const struct ledger_genesis genesis = {j->plan->options->site, public};
    j->ledger =
        ledger_open_alone(j->plan->options->ledger, &genesis, j->plan->options->exclusive, e);
    if (!j->ledger)
        return -1;
    tell_changes(j);
    return 0;
}

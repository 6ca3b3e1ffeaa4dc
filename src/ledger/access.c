/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps others from a ledger's files. */
#include "ledger/access.h"

#include <stdbool.h>
#include <string.h>

#include "ledger/ledger.h"
#include "util/directory.h"
#include "util/place.h"
#include "util/tighten.h"

static const char *const names[] = {"lock",     "key.pub",  "runs",       "torn",
                                    "openings", "logs",     "checkpoint", "checkpoints",
                                    "peers",    "snapshot", "log",        NULL};

bool ledger_has_name(const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int visit(void *context, const char *name, struct err *e)
{
    bool *foreign = context;

    (void)e;
    *foreign |= !ledger_has_name(name) && name[0] != '.' && !strstr(name, ".tmp-");
    return 0;
}

int access_tighten(struct ledger *l, struct err *e)
{
    bool foreign = false, begun = file_exists(l->log);
    size_t count = 0;

    /* A directory that holds something else as well may be meant for others. */
    if (file_each(l->directory, "", visit, &foreign, e) < 0)
        return -1;
    /* The log comes last: if it is as it should be, all is. */
    if (tighten_is_due(l->log))
        for (size_t i = 0; names[i]; i++)
            tighten_tree(l->directory, names[i], &count);
    if (!foreign)
        tighten_directory(l->directory, &count);
    l->tightened = begun ? count : 0;
    return 0;
}

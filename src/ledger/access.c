/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps others from a ledger's files. */
#include "ledger/access.h"

#include <stdbool.h>
#include <string.h>

#include "ledger/ledger.h"
#include "util/directory.h"
#include "util/filesystem.h"
#include "util/lock.h"
#include "util/place.h"
#include "util/probe.h"
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

int access_check_nodes(const char *directory, bool alone, struct err *e)
{
    char existing[PATH_MAX];
    struct filesystem f;

    if (alone)
        return 0;
    if (probe_existing(directory, existing, sizeof existing, e) < 0)
        return -1;
    filesystem_see(existing, &f);
    if (filesystem_excludes(&f))
        return 0;
    return err_set(e, ERR_REFUSED,
                   "%s: is on %s. A job on another node could write to this ledger at the same "
                   "time, and both would damage it: keep it on a file system with locks between "
                   "nodes, or give --exclusive, by which you promise that until this command ends "
                   "no other node writes to it",
                   directory, f.words);
}

int ledger_lock(const struct ledger *l, int fd, const char *path, struct err *e)
{
    return l->alone && file_has_no_locks(fd) ? 0 : file_lock(fd, path, e);
}

int ledger_try_lock(const struct ledger *l, int fd, const char *path, bool *taken, struct err *e)
{
    *taken = l->alone && file_has_no_locks(fd);
    return *taken ? 0 : file_try_lock(fd, path, taken, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a ledger could be written to, found out without doing so. */
#include <limits.h>
#include <stdio.h>

#include "ledger/access.h"
#include "ledger/ledger.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/probe.h"

/* Whether files can be made in a directory that is there. */
static int try_directory(const char *path, struct err *e)
{
    char name[PATH_MAX];

    return owner_admit_directory(path, e) < 0 || paths_join(name, sizeof name, path, "x", e) < 0
               ? -1
               : file_can_make(name, e);
}

/* What is not there will be made. */
static int try_one(const char *directory, const char *name, struct err *e)
{
    char path[PATH_MAX];

    if (paths_join(path, sizeof path, directory, name, e) < 0)
        return -1;
    return !file_is_taken(path)      ? 0
           : file_is_directory(path) ? try_directory(path, e)
                                     : file_try_rw(path, e);
}

static int try_run(const char *directory, const char *run, struct err *e)
{
    char place[64], lock[64];

    if (!run || !run[0])
        return 0;
    snprintf(place, sizeof place, "runs/%.40s", run);
    snprintf(lock, sizeof lock, "runs/%.40s/lock", run);
    return try_one(directory, place, e) < 0 ? -1 : try_one(directory, lock, e);
}

int ledger_try(const char *directory, const char *run, bool alone, struct err *e)
{
    static const char *const names[] = {"lock",     "log",  "runs",       "runs/lock",
                                        "openings", "logs", "checkpoints"};
    char existing[PATH_MAX], name[PATH_MAX];

    if (probe_existing(directory, existing, sizeof existing, e) < 0 ||
        access_check_nodes(directory, alone, e) < 0 ||
        paths_join(name, sizeof name, existing, "x", e) < 0)
        return -1;
    if (file_exists(directory) && owner_admit_place(directory, e) < 0)
        return -1;
    if (file_can_make(name, e) < 0)
        return -1;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (try_one(directory, names[i], e) < 0)
            return -1;
    return try_run(directory, run, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The place where a program begins, and where it writes. */
#include "function/exec/exec.h"

#include <string.h>

#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"

int exec_place_make(const struct host *host, struct exec_place *p, struct err *e)
{
    const struct host_sandbox *s = &host->sandbox;
    char reached[PATH_MAX];

    if (file_make_scratch(p->directory, sizeof p->directory, e) < 0)
        return -1;
    if (!s->on) {
        memcpy(p->reached, p->directory, sizeof p->reached);
        return 0;
    }
    if (runner_space(host->runner, p->directory, exec_sandbox_space(host), s->user, s->group,
                     reached, e) == 0) {
        if (paths_join(p->reached, sizeof p->reached, reached, RUNNER_WORK, e) == 0)
            return 0;
        runner_space_end(host->runner, p->directory);
    }
    file_remove_tree(p->directory);
    return -1;
}

void exec_place_leave(const struct host *host, const struct exec_place *p)
{
    if (host->sandbox.on)
        runner_space_end(host->runner, p->directory);
    file_remove_tree(p->directory);
}

int exec_place_stay(const struct host *host, const char key[static SHA256_HEX + 1], struct err *e)
{
    struct runner_stay *s = runner_stay(host->runner);
    struct exec_place place;

    runner_end(host->runner);
    if (exec_place_make(host, &place, e) < 0)
        return -1;
    memcpy(s->key, key, sizeof s->key);
    memcpy(s->directory, place.directory, sizeof s->directory);
    memcpy(s->reached, place.reached, sizeof s->reached);
    s->space = host->sandbox.on;
    return 0;
}

int exec_place_give(const struct host *host, const char *path, struct err *e)
{
    const struct host_sandbox *s = &host->sandbox;

    return s->on && s->user ? owner_give(path, s->user, s->group, e) : 0;
}

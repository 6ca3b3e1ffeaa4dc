/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether programs can be shut in on this node. */
#include "function/exec/exec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Root is root on the host, too, whatever bubblewrap takes from it. */
static int check_user(const struct host *host, struct err *e)
{
    if (geteuid() != 0 && host->sandbox.user != 0)
        return err_set(e, ERR_REFUSED, "--sandbox-user: only root can be another user");
    if (geteuid() != 0 || host->sandbox.user != 0)
        return 0;
    return err_set(e, ERR_REFUSED,
                   "no sandbox: for root it is none, as files and settings of the system are "
                   "root's. Run as a user, or give --sandbox-user NAME: a user of this node who "
                   "owns nothing");
}

/* What became of a program that does nothing. */
static int judge(const struct host *host, const struct runner_outcome *o, struct err *e)
{
    if (o->end == RUNNER_FAILED && o->code == ENOENT)
        return err_set(e, ERR_REFUSED,
                       "no sandbox: bubblewrap is not here (Debian's package bubblewrap)");
    if (o->end == RUNNER_FAILED)
        return err_set(e, ERR_REFUSED, "no sandbox: bubblewrap cannot be started: %s",
                       strerror(o->code));
    if (o->end != RUNNER_EXITED || o->code != 0)
        return err_set(e, ERR_REFUSED, "no sandbox: bubblewrap does not work here: %s%s", o->last,
                       host->sandbox.user ? " (the user of --sandbox-user must be able to reach "
                                            "TMPDIR, and what --bind names)"
                                          : "");
    return 0;
}

static int try_in(const struct host *host, const struct exec_place *place, struct err *e)
{
    struct exec_words w = {0};
    struct exec_sandbox text;
    struct runner_outcome o;
    char *filter = NULL;
    size_t len;

    exec_sandbox_words(host, place->directory, &text, &w);
    exec_words_add(&w, "true");
    if (exec_words_end(&w, e) < 0 || exec_filter_make(&filter, &len, e) < 0)
        return -1;
    const char *const *variables = exec_environment(host, place->directory, NULL, e);
    const struct runner_program p = {.argv = w.argv,
                                     .variables = variables,
                                     .directory = "/",
                                     .seconds = 30,
                                     .user = host->sandbox.user,
                                     .group = host->sandbox.group,
                                     .given = filter,
                                     .given_len = len};
    int rc = variables ? runner_run(host->runner, &p, NULL, NULL, &o, e) : -1;
    free((void *)(uintptr_t)variables);
    free(filter);
    return rc < 0 ? -1 : judge(host, &o, e);
}

int exec_sandbox_try(const struct host *host, struct err *e)
{
    struct exec_place place;

    if (!host->runner)
        return err_set(e, ERR_SOFTWARE, "there is no process to start programs");
    if (check_user(host, e) < 0)
        return -1;
    if (exec_place_make(host, &place, e) < 0)
        return err_context(e, "no sandbox");
    int rc = try_in(host, &place, e);
    exec_place_leave(host, &place);
    return rc;
}

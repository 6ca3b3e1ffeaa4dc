/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that shut a program in. */
#include "function/exec/exec.h"

#include <errno.h>
#include <stdlib.h>

#include "util/directory.h"

/* Everything can be read and nothing written but the directory. /tmp and /run are empty, as
 * sockets lie there, through which others could be asked to act. Root keeps no privilege,
 * by which it could undo that. */
size_t exec_sandbox_words(const char *directory, const char *argv[static EXEC_SANDBOX_WORDS])
{
    static const char *const before[] = {
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--tmpfs",
        "/tmp",
        "--tmpfs",
        "/run",
    };
    static const char *const after[] = {"--remount-ro", "/tmp", "--remount-ro", "/run", "--chdir"};
    size_t n = 0;

    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        argv[n++] = before[i];
    argv[n++] = "--bind";
    argv[n++] = directory;
    argv[n++] = directory;
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        argv[n++] = after[i];
    argv[n++] = directory;
    argv[n++] = "--";
    return n;
}

int exec_sandbox_try(const struct host *host, struct err *e)
{
    const char *argv[EXEC_SANDBOX_WORDS + 2];
    char directory[PATH_MAX];
    struct runner_outcome o;

    if (!host->runner)
        return err_set(e, ERR_SOFTWARE, "there is no process to start programs");
    if (file_make_scratch(directory, sizeof directory, e) < 0)
        return -1;
    size_t n = exec_sandbox_words(directory, argv);
    argv[n++] = "true";
    argv[n] = NULL;
    const char *const *variables = exec_environment(host, directory, NULL, e);
    const struct runner_program p = {
        .argv = argv, .variables = variables, .directory = "/", .seconds = 30};
    int rc = variables ? runner_run(host->runner, &p, NULL, NULL, &o, e) : -1;
    free((void *)(uintptr_t)variables);
    file_remove_tree(directory);
    if (rc < 0)
        return -1;
    if (o.end == RUNNER_FAILED && o.code == ENOENT)
        return err_set(e, ERR_REFUSED,
                       "no sandbox: bubblewrap is not here (Debian's package bubblewrap)");
    if (o.end != RUNNER_EXITED || o.code != 0)
        return err_set(e, ERR_REFUSED, "no sandbox: bubblewrap does not work here: %s", o.last);
    return 0;
}

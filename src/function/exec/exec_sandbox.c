/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that shut a program in. */
#include "function/exec/exec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "util/interpreter.h"

enum {
    PROCESSES = 1024, /* and threads, that a program may have at a time */
    FILES = 1024,     /* that each of its processes may have open */
};

static const uint64_t usual_space = (uint64_t)1 << 30; /* bytes that it may write */

/* What it can read, where there is such: what programs and their interpreters are made of. Of
 * /etc only what says where that is. */
static const char *const shown[] = {"/usr",
                                    "/bin",
                                    "/sbin",
                                    "/lib",
                                    "/lib32",
                                    "/lib64",
                                    "/libx32",
                                    "/etc/R",
                                    "/etc/OpenCL",
                                    "/etc/alternatives",
                                    "/etc/ld.so.cache",
                                    "/etc/localtime",
                                    "/etc/openmpi",
                                    "/sys/devices/system"};

enum { SHOWN = sizeof shown / sizeof shown[0] };

uint64_t exec_sandbox_space(const struct host *host)
{
    return host->sandbox.space ? host->sandbox.space : usual_space;
}

static void add(struct exec_words *w, const char *option, const char *source, const char *place)
{
    exec_words_add(w, option);
    exec_words_add(w, source);
    exec_words_add(w, place);
}

static void add_all(struct exec_words *w, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        exec_words_add(w, words[i]);
}

#define ADD_ALL(w, ...)                            \
    add_all(w, (const char *const[]){__VA_ARGS__}, \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Devices are in /dev, and what they are is told by /sys. */
static void add_devices(const struct host *host, struct exec_words *w)
{
    if (host->devices[0])
        add(w, "--ro-bind-try", "/sys", "/sys");
    ADD_ALL(w, "--dev", "/dev");
    for (const char *p = host->devices; *p; p += strlen(p) + 1)
        add(w, "--dev-bind-try", p, p);
}

/* The number that a limit of ours comes to, where this process may have fewer. */
static uint64_t at_most(int resource, uint64_t number)
{
    struct rlimit own;

    if (getrlimit((__rlimit_resource_t)resource, &own) == 0 && own.rlim_max < number)
        return own.rlim_max;
    return number;
}

/* Within the sandbox, as the kernel counts processes by user and namespace of users. */
static void add_limits(const struct host *host, struct exec_sandbox *t, struct exec_words *w)
{
    snprintf(t->processes, sizeof t->processes, "--nproc=%" PRIu64,
             at_most(RLIMIT_NPROC, PROCESSES));
    snprintf(t->files, sizeof t->files, "--nofile=%" PRIu64, at_most(RLIMIT_NOFILE, FILES));
    snprintf(t->size, sizeof t->size, "--fsize=%" PRIu64,
             at_most(RLIMIT_FSIZE, exec_sandbox_space(host)));
    ADD_ALL(w, "/usr/bin/prlimit", t->processes, t->files, t->size, "--core=0", "--");
}

void exec_sandbox_words(const struct host *host, const char *directory, struct exec_sandbox *t,
                        struct exec_words *w)
{
    const struct host_sandbox *s = &host->sandbox;

    snprintf(t->work, sizeof t->work, "%s/" RUNNER_WORK, directory);
    snprintf(t->tmp, sizeof t->tmp, "%s/" RUNNER_TMP, directory);
    snprintf(t->shm, sizeof t->shm, "%s/" RUNNER_SHM, directory);
    ADD_ALL(w, "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--seccomp", "5");
    for (size_t i = 0; i < SHOWN; i++)
        add(w, "--ro-bind-try", shown[i], shown[i]);
    /* /proc/sys of the sandbox would be whoever's its user is. */
    ADD_ALL(w, "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys");
    add_devices(host, w);
    add(w, "--bind", t->shm, "/dev/shm");
    add(w, "--bind", t->tmp, "/tmp");
    for (size_t i = 0; i < s->binds_count; i++)
        add(w, "--ro-bind", s->binds[i], s->binds[i]);
    add(w, "--bind", t->work, directory);
    /* Both are in memory, and of no size that anybody has set. */
    ADD_ALL(w, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", directory, "--");
    add_limits(host, t, w);
}

static bool lies_in(const char *path, const char *directory)
{
    size_t n = strlen(directory);

    return strncmp(path, directory, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool is_shown(const struct host *host, const char *path)
{
    bool found = false;

    for (size_t i = 0; i < SHOWN; i++)
        found |= lies_in(path, shown[i]);
    for (size_t i = 0; i < host->sandbox.binds_count; i++)
        found |= lies_in(path, host->sandbox.binds[i]);
    return found;
}

/* A link is followed in the sandbox, too. */
static bool sees(const void *context, const char *path)
{
    char real[PATH_MAX];

    return is_shown(context, path) && realpath(path, real) && is_shown(context, real);
}

int exec_sandbox_sees(const struct host *host, const char *name, const char *bytes, size_t len,
                      struct err *e)
{
    char path[PATH_MAX];

    if (!interpreter_find(bytes, len, sees, host, path) || sees(host, path))
        return 0;
    return err_set(e, ERR_OPEN,
                   "%s: its interpreter %.200s is here, and cannot be seen in the sandbox: "
                   "--bind DIR shows a directory, all of which programs can then read",
                   name, path);
}

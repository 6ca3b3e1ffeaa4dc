/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a built-in function may ask of the program that it is part of: env->host.
 *
 * Convention: all of it belongs to whoever called bound_set_host(). Where nothing may be
 * started (a verification, a dry run), env->host is NULL.
 */
#ifndef FUNCTION_HOST_H
#define FUNCTION_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "h5/reader.h"
#include "util/runner.h"

enum {
    HOST_PATH = 4096,
    HOST_LOG = 80,       /* bytes of the log's name within the ledger, with its NUL */
    HOST_DEVICES = 4096, /* of the paths of devices, each with its NUL, and one more at the end */
};

/* How programs are shut in. All zeros: not at all. */
struct host_sandbox {
    bool on;
    uid_t user; /* that they run under, if this process is root's; else 0 */
    gid_t group;
    uint64_t space;           /* bytes that they may write; 0: a number of ours */
    const char *const *binds; /* directories that they can read besides the usual ones */
    size_t binds_count;
};

struct host {
    struct runner *runner; /* NULL: none was started in time */
    struct reader *reader; /* of files that programs leave */
    struct host_sandbox sandbox;
    char devices[HOST_DEVICES];  /* that a program in a sandbox has, as those of its slave */
    const char *const *pass_env; /* names of variables that the site lets them have */
    size_t pass_env_count;
    char log[HOST_PATH];         /* file that keeps what programs print; empty: none */
    char log_name[HOST_LOG];     /* the same, as errors call it */
    bool (*tick)(void *context); /* called while a program runs: true ends it; or NULL */
    void *context;
};

#endif

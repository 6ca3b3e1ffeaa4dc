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

#include "h5/reader.h"
#include "util/runner.h"

enum {
    HOST_PATH = 4096,
    HOST_LOG = 80, /* bytes of the log's name within the ledger, with its NUL */
};

struct host {
    struct runner *runner;       /* NULL: none was started in time */
    struct reader *reader;       /* of files that programs leave */
    bool sandbox;                /* programs run without network, and write in one place */
    const char *const *pass_env; /* names of variables that the site lets them have */
    size_t pass_env_count;
    char log[HOST_PATH];         /* file that keeps what programs print; empty: none */
    char log_name[HOST_LOG];     /* the same, as errors call it */
    bool (*tick)(void *context); /* called while a program runs: true ends it; or NULL */
    void *context;
};

#endif

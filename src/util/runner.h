/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A runner: a process that starts programs of others for this one.
 *
 * A process that runs MPI must not fork. So a runner is forked before MPI_Init, and starts
 * one program at a time, in the environment that it is told and no other. It ends a program
 * that takes too long, keeps what it prints, and leaves nothing of it alive. When the process
 * that it works for is gone, so are the runner and the program.
 *
 * Convention: a runner belongs to one thread.
 */
#ifndef UTIL_RUNNER_H
#define UTIL_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

struct runner;

/* What is to be run. */
struct runner_program {
    const char *const *argv;      /* argv[0]: found by the PATH below, or from directory on if it
                                   * has a slash; ends with NULL */
    const char *const *variables; /* NAME=value, its whole environment; ends with NULL */
    const char *directory;        /* that it begins in */
    const char *log;              /* file that what it prints is appended to, once it does */
    uint64_t log_most;            /* bytes of that file; what is more is dropped */
    uint64_t memory;              /* bytes of address space of each of its processes; 0: any */
    double seconds;               /* of wall time */
};

enum runner_end {
    RUNNER_EXITED = 1,    /* by itself; code is its exit code */
    RUNNER_KILLED = 2,    /* by a signal, which is code */
    RUNNER_TIMED_OUT = 3, /* by us, as it took too long */
    RUNNER_FAILED = 4,    /* it could not be started; code is errno */
    RUNNER_STOPPED = 5,   /* by us, as tick has said */
};

/* What became of it. */
struct runner_outcome {
    enum runner_end end;
    int code;
    double seconds; /* that it took */
    bool printed;   /* anything at all */
    char last[168]; /* the last line of what it printed, as a terminal may show it */
};

/* Returns a started runner. Call before MPI_Init and before threads. */
struct runner *runner_start(struct err *e);

/* Effect: ends the runner. */
void runner_stop(struct runner *r);

/* Whether it is still there: it is gone only if somebody killed it. */
bool runner_alive(const struct runner *r);

/* Effect: runs the program to its end; meanwhile calls tick, which may be NULL, a few times
 * a second, and ends the program once it returns true. -1 only if the runner itself is gone. */
int runner_run(struct runner *r, const struct runner_program *p, bool (*tick)(void *context),
               void *context, struct runner_outcome *outcome, struct err *e);

#endif

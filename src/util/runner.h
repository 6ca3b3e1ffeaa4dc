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

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/err.h"
#include "util/hash.h"

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
    uid_t user;                   /* if not 0: that it runs under, and no other groups than this */
    gid_t group;                  /* one; only root can */
    const void *given;            /* NULL, or what it can read from descriptor RUNNER_GIVEN */
    size_t given_len;             /* bytes of it */
    const char *line;             /* NULL, or for a program that stays: what it is asked, with LF */
    char *answer;                 /* then RUNNER_LINE bytes for its answer, without LF */
};

enum {
    RUNNER_LINE = 4096, /* bytes of such a line, with its LF */
    RUNNER_GIVEN = 5,   /* a descriptor */
};

enum runner_end {
    RUNNER_EXITED = 1,    /* by itself; code is its exit code */
    RUNNER_KILLED = 2,    /* by a signal, which is code */
    RUNNER_TIMED_OUT = 3, /* by us, as it took too long */
    RUNNER_FAILED = 4,    /* it could not be started; code is errno */
    RUNNER_STOPPED = 5,   /* by us, as tick has said */
    RUNNER_ANSWERED = 6,  /* not at all: it stays, and has answered */
    RUNNER_UNEXPECTED = 7 /* by us, as it did what none may that stays; code is what */
};

/* What a program that stays may not do. */
enum runner_fault {
    RUNNER_EARLY = 1,  /* it answers before it is asked */
    RUNNER_LONG = 2,   /* its line is too long */
    RUNNER_MORE = 3,   /* there is more than one line */
    RUNNER_CLOSED = 4, /* it does not read, or has closed one of its descriptors */
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

/* What is known of the program that stays, for whoever calls it again. */
struct runner_stay {
    char key[SHA256_HEX + 1]; /* by which the caller knows it; empty: there is none */
    char directory[PATH_MAX]; /* that goes with it */
    char reached[PATH_MAX];   /* where this process finds it */
    bool space;               /* it was made by runner_space() */
    uint64_t calls;           /* that it was given */
};

/* Returns where that is kept, for the caller to fill in before the first call. */
struct runner_stay *runner_stay(struct runner *r);

/* Effect: ends the program that stays, if there is one, with its directory. */
void runner_end(struct runner *r);

/* What a space has. */
#define RUNNER_WORK "work"
#define RUNNER_TMP  "tmp"
#define RUNNER_SHM  "shm"

/* Effect: directory, which is empty, is a file system of so many bytes for the runner and its
 * programs, with three directories of that user, or of ours if it is 0; for all others it
 * stays as it is. reached is where this process finds it. ERR_REFUSED: here none can be mounted. */
int runner_space(struct runner *r, const char *directory, uint64_t bytes, uid_t user, gid_t group,
                 char reached[static PATH_MAX], struct err *e);

/* Effect: that is gone, with what it holds. */
void runner_space_end(struct runner *r, const char *directory);

/* Effect: runs the program to its end; meanwhile calls tick, which may be NULL, a few times
 * a second, and ends the program once it returns true. -1 only if the runner itself is gone.
 *
 * One that stays is ended before. But if there is a line, the program is one that stays: it
 * gets the line on descriptor 3 and gives its own on 4, and is started if there is none. What
 * else it does is its end: then the outcome is not RUNNER_ANSWERED, and the caller calls
 * runner_end(). */
int runner_run(struct runner *r, const struct runner_program *p, bool (*tick)(void *context),
               void *context, struct runner_outcome *outcome, struct err *e);

#endif

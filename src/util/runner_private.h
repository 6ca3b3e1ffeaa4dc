/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a runner and who asks it send each other. */
#ifndef UTIL_RUNNER_PRIVATE_H
#define UTIL_RUNNER_PRIVATE_H

#include "util/runner.h"

enum runner_what {
    RUNNER_RUN = 1,   /* a program to its end; before it, one that stays is ended */
    RUNNER_CALL = 2,  /* a line for the program that stays, which is started if there is none */
    RUNNER_END = 3,   /* the program that stays is ended; without words and variables */
    RUNNER_SPACE = 4, /* the directory is a file system of `memory` bytes; likewise */
    RUNNER_LEAVE = 5, /* it is one no more; likewise */
};

/* An order, followed by len bytes: directory, log, line, words and variables, each with its
 * NUL, and what is given. The answer is a struct runner_outcome and RUNNER_LINE bytes. To each
 * order there is one byte more: before the answer, it ends the program; else it comes after
 * the answer, so that it can never be taken for a part of the next order. */
struct runner_order {
    enum runner_what what;
    uint32_t words, variables;
    uint64_t len, given, memory, log_most;
    uid_t user;
    gid_t group;
    double seconds;
};

enum { RUNNER_ORDER_MOST = 4 << 20 }; /* bytes */

/* An order as the runner works on it. */
struct runner_work {
    struct runner_order order;
    const char *directory, *log, *line;
    char **argv, **variables; /* each ends with NULL */
    int given;                /* a descriptor, or -1 */
    int socket;               /* to who asked */
};

/* The runner's life: one order after the other, until the socket closes. */
_Noreturn void runner_serve(int socket);

#endif

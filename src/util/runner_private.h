/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a runner and who asks it send each other. */
#ifndef UTIL_RUNNER_PRIVATE_H
#define UTIL_RUNNER_PRIVATE_H

#include "util/runner.h"

/* The order to run a program, followed by len bytes: directory, log, words and variables,
 * each with its NUL. The answer is a struct runner_outcome. To each order there is one byte
 * more: before the answer, it ends the program; else it comes after the answer, so that it
 * can never be taken for a part of the next order. */
struct runner_order {
    uint32_t words, variables;
    uint64_t len, memory, log_most;
    double seconds;
};

enum { RUNNER_ORDER_MOST = 4 << 20 }; /* bytes */

/* The runner's life: one order after the other, until the socket closes. */
_Noreturn void runner_serve(int socket);

#endif

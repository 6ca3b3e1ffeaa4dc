/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process does to itself at one of its calls (util/io.h): it is killed or stopped there, and
 * so always at the same place.
 */
#ifndef TESTS_CRASH_SELF_H
#define TESTS_CRASH_SELF_H

#include <stdint.h>

enum self_act {
    SELF_NOTHING = 0,
    SELF_DIE,              /* before the call of that number, of those that change a disk or lock */
    SELF_DIE_WITHIN_WRITE, /* with half of the batch of that number in the log */
    SELF_STOP_WITHIN_WRITE, /* likewise; and it goes on when it is woken */
    SELF_STOP_BEFORE_SYNC,  /* before the sync of the log of that number */
};

struct self_plan {
    enum self_act act;
    uint64_t at; /* numbers count from 0 */
    int told;    /* a pipe that gets a byte for each lock that another holds, or -1 */
};

/* Effect: from now on, until there is another one. */
void self_use(const struct self_plan *plan);

#endif

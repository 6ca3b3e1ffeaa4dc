/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scratch directory that a test works in, and random numbers that are the same
 * each time.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "unit.h"

static char dir[32];
static uint64_t seed = 88172645463325252u;

static inline uint64_t draw(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static inline void set_up(void)
{
    strcpy(dir, "/tmp/metaneuron-unit-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chdir(dir), 0);
}

static inline void tear_down(void)
{
    char command[100];

    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
}

#endif

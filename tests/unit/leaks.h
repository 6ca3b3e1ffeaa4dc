/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For unit tests in which PETSc starts MPI: Open MPI does not give back all memory when it
 * ends, and LeakSanitizer would call that our leaks. Processes that never started it are
 * looked at as ever. Included by the test's one file.
 */
#ifndef TESTS_UNIT_LEAKS_H
#define TESTS_UNIT_LEAKS_H

#include <mpi.h>

/* What LeakSanitizer asks before it looks. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    int begun = 0;

    MPI_Initialized(&begun);
    return begun;
}

#endif

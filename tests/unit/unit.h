/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every unit test has: Check with TAP on standard output, and a way to
 * assert on a struct err.
 *
 * A test file defines its tests, adds them to a TCase, and ends with
 * UNIT_MAIN("module", add), where add(TCase *) adds them.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"

/* The call succeeded. */
#define ck_ok(call, e)                                          \
    do {                                                        \
        err_clear(e);                                           \
        ck_assert_msg((call) == 0, "%s: %s", #call, (e)->text); \
    } while (0)

/* The call failed with this code, and its text holds these words. */
#define ck_fails(call, e, wanted, words)                                                        \
    do {                                                                                        \
        err_clear(e);                                                                           \
        ck_assert_msg((call) != 0, "%s: should have failed", #call);                            \
        char whole_[ERR_WHOLE];                                                                 \
        ck_assert_msg((e)->code == (wanted) && strstr(err_whole(e, whole_), words),             \
                      "%s: expected code %d and '%s', got %d: %s", #call, (int)(wanted), words, \
                      (int)(e)->code, whole_);                                                  \
    } while (0)

/* Adds a test of what PETSc solves; where the program was built without, says so instead. */
#ifdef MN_PETSC_NAME
#define unit_add_solving tcase_add_test
#else
#define unit_add_solving(tests, test) \
    ((void)(tests), (void)(test), (void)printf("# SKIP " #test ": built without PETSc\n"))
#endif

#define UNIT_MAIN(module, add)                       \
    int main(void)                                   \
    {                                                \
        Suite *suite = suite_create(module);         \
        TCase *tests = tcase_create(module);         \
        add(tests);                                  \
        suite_add_tcase(suite, tests);               \
        SRunner *runner = srunner_create(suite);     \
        srunner_run_all(runner, CK_ENV);             \
        int failed = srunner_ntests_failed(runner);  \
        srunner_free(runner);                        \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS; \
    }

#endif

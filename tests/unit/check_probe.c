/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe of directories: which file system is there, and what it can do. */
#include "unit.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "util/file.h"
#include "util/lock.h"
#include "util/probe.h"
#include "util/store.h"

static char directory[] = "/tmp/metaneuron-probe-XXXXXX";

static void setup(void)
{
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

/* The directory is empty again, or something was left behind. */
static void teardown(void)
{
    ck_assert_int_eq(rmdir(directory), 0);
}

START_TEST(what_is_there_is_found_upwards)
{
    char path[PATH_MAX], existing[PATH_MAX];
    struct err e = {0};

    ck_ok(probe_existing(directory, existing, sizeof existing, &e), &e);
    ck_assert_str_eq(existing, directory);
    snprintf(path, sizeof path, "%s/a//b/c/", directory);
    ck_ok(probe_existing(path, existing, sizeof existing, &e), &e);
    ck_assert_str_eq(existing, directory);
    ck_ok(probe_existing("/nosuch/a", existing, sizeof existing, &e), &e);
    ck_assert_str_eq(existing, "/");
    ck_ok(probe_existing("nosuch/a", existing, sizeof existing, &e), &e);
    ck_assert_str_eq(existing, ".");
    ck_fails(probe_existing("", existing, sizeof existing, &e), &e, ERR_OPEN, "empty");
    ck_fails(probe_existing(directory, existing, 8, &e), &e, ERR_OPEN, "too long");
    snprintf(path, sizeof path, "%s/file", directory);
    ck_ok(file_write(path, "", 0, 0644, &e), &e);
    strcat(path, "/below");
    ck_fails(probe_existing(path, existing, sizeof existing, &e), &e, ERR_OPEN, "no directory");
    file_remove(existing);
}
END_TEST

START_TEST(a_directory_is_tried)
{
    struct probe p = {.sync = -1};
    struct err e = {0};

    ck_ok(probe_directory(directory, true, &p, &e), &e);
    ck_assert_str_ne(p.fs.type, "");
    ck_assert(p.sync >= 0 && p.sync < 60 && p.space > 0);
    ck_fails(probe_directory("/nosuch", true, &p, &e), &e, ERR_OPEN, "/nosuch");
    ck_fails(probe_directory("/proc", false, &p, &e), &e, ERR_OPEN, "/proc");
}
END_TEST

START_TEST(a_lock_is_seen_by_others)
{
    char path[PATH_MAX];
    struct err e = {0};
    bool taken;
    int fd = probe_hold(directory, path, sizeof path, &e);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(probe_try(path), PROBE_HELD);
    ck_assert_int_eq(probe_look(path), PROBE_SEEN);
    file_unlock(fd);
    ck_assert_int_eq(probe_try(path), PROBE_TAKEN);
    int other = probe_open(path);
    ck_assert_int_ge(other, 0);
    ck_assert_int_eq(probe_append(other, path, 1), PROBE_SEEN);
    ck_assert_int_eq(probe_look(path), PROBE_UNSEEN);
    ck_assert_int_eq(probe_append(fd, path, 2), PROBE_SEEN);
    ck_assert_int_eq(probe_append(other, path, 2), PROBE_UNSEEN);
    file_close(other);
    ck_ok(file_try_lock(fd, path, &taken, &e), &e);
    ck_assert_int_eq(probe_try(path), PROBE_HELD);
    probe_release(fd, path);
    ck_assert_int_eq(probe_try(path), PROBE_ABSENT);
    ck_assert_int_eq(probe_look(path), PROBE_UNABLE);
    ck_assert_int_eq(probe_open(path), -1);
    ck_assert_int_eq(probe_try(directory), PROBE_FAILED);
    ck_fails(probe_hold("/nosuch", path, sizeof path, &e) < 0, &e, ERR_OPEN, "/nosuch");
    probe_release(-1, path);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_is_there_is_found_upwards);
    tcase_add_test(t, a_directory_is_tried);
    tcase_add_test(t, a_lock_is_seen_by_others);
}

UNIT_MAIN("probe", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exchange is hostile. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "scratch.h"
#include "site/exchange/reading.h"
#include "util/beneath.h"
#include "util/file.h"
#include "util/io.h"

enum { MOST = 1000 };

static struct err e;
static char *data;
static size_t len;

static int reads(const char *site, const char *name)
{
    err_clear(&e);
    data = NULL;
    return reading_file("exchange", site, name, MOST, &data, &len, &e);
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void begin(void)
{
    set_up();
    ck_assert_int_eq(mkdir("exchange", 0755), 0);
    ck_assert_int_eq(mkdir("exchange/alpha", 0755), 0);
    ck_assert_int_eq(mkdir("exchange/alpha/files", 0755), 0);
    put("exchange/alpha/log", "a log");
    put("exchange/alpha/files/00ff", "a payload");
    put("secret", "not to be read");
}

/* Nothing was read, and it is told what is wrong with which file. */
static void is_refused(const char *site, const char *name, const char *words)
{
    ck_assert_int_eq(reads(site, name), -1);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, words) && strstr(e.text, name), "%s/%s: %s",
                  site, name, e.text);
    ck_assert_ptr_null(data);
}

START_TEST(what_is_there_is_read)
{
    ck_assert_int_eq(reads("alpha", "log"), 1);
    ck_assert_str_eq(data, "a log");
    ck_assert_uint_eq(len, 5);
    free(data);
    ck_assert_int_eq(reads("alpha", "files/00ff"), 1);
    ck_assert_str_eq(data, "a payload");
    free(data);
    /* The exchange itself may be named through a link. */
    ck_assert_int_eq(symlink("exchange", "by-link"), 0);
    ck_assert_int_eq(reading_file("by-link", "alpha", "log", MOST, &data, &len, &e), 1);
    free(data);
    /* As many bytes as are allowed, and one more. */
    ck_assert_int_eq(reading_file("exchange", "alpha", "log", 5, &data, &len, &e), 1);
    free(data);
    ck_fails(reading_file("exchange", "alpha", "log", 4, &data, &len, &e), &e, ERR_INPUT,
             "alpha/log: has 5 bytes, and at most 4");
    put("exchange/alpha/empty", "");
    ck_assert_int_eq(reads("alpha", "empty"), 1);
    ck_assert_uint_eq(len, 0);
    free(data);
}
END_TEST

START_TEST(what_is_not_there_may_come)
{
    static const char *const names[] = {"checkpoint", "files/abcd", "cosig/beta", "files/a/b"};

    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(reads("alpha", names[i]) == 0, "%s: %s", names[i], e.text);
    ck_assert_int_eq(reads("beta", "log"), 0);
    ck_fails(reading_file("nowhere", "alpha", "log", MOST, &data, &len, &e), &e, ERR_OPEN,
             "nowhere");
    /* It is seen as soon as it is there. */
    put("exchange/alpha/checkpoint", "x");
    ck_assert_int_eq(reads("alpha", "checkpoint"), 1);
    free(data);
}
END_TEST

START_TEST(names_outside_the_grammar_are_not_there)
{
    static const char *const names[] = {
        "Log",          "LOG",  "log ",       "log\n",       "lo\033g", "..",
        "../alpha/log", ".tmp", "files/.x",   "files//00ff", "",        "/",
        "files/",       "/log", "l\xc3\xb6g", "files/../log"};
    static const char *const sites[] = {"Alpha",  "al/pha",  "..",
                                        ".",      "",        "1alpha",
                                        "al.pha", "alpha\n", "a123456789012345678901234567890123"};
    char longest[66], path[200];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "exchange/alpha/%s", names[i]);
        if (!strchr(names[i], '/') && names[i][0] && names[i][0] != '.')
            put(path, "there");
        ck_assert_msg(reads("alpha", names[i]) == 0, "'%s': %s", names[i], e.text);
    }
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++)
        ck_assert_msg(reads(sites[i], "log") == 0, "'%s': %s", sites[i], e.text);
    memset(longest, 'a', 65);
    longest[65] = '\0';
    snprintf(path, sizeof path, "exchange/alpha/%s", longest);
    put(path, "there");
    ck_assert_int_eq(reads("alpha", longest), 0);
    longest[64] = '\0';
    snprintf(path, sizeof path, "exchange/alpha/%s", longest);
    put(path, "there");
    ck_assert_int_eq(reads("alpha", longest), 1);
    free(data);
}
END_TEST

START_TEST(no_link_is_followed)
{
    ck_assert_int_eq(symlink("../../secret", "exchange/alpha/checkpoint"), 0);
    is_refused("alpha", "checkpoint", "symbolic link");
    ck_assert_int_eq(symlink("nowhere", "exchange/alpha/id-1"), 0);
    is_refused("alpha", "id-1", "symbolic link");
    ck_assert_int_eq(symlink("alpha", "exchange/beta"), 0);
    is_refused("beta", "log", "symbolic link");
    ck_assert_int_eq(symlink("../alpha/files", "exchange/alpha/cosig"), 0);
    is_refused("alpha", "cosig/00ff", "symbolic link");
    ck_assert_int_eq(symlink("self", "exchange/alpha/self"), 0);
    is_refused("alpha", "self", "symbolic link");
    ck_assert_int_eq(symlink("/proc/self/fd/0", "exchange/alpha/zero"), 0);
    is_refused("alpha", "zero", "symbolic link");
}
END_TEST

START_TEST(nothing_but_regular_files)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    ck_assert_int_eq(mkfifo("exchange/alpha/pipe", 0644), 0);
    is_refused("alpha", "pipe", "not a regular file"); /* and is not waited for */
    is_refused("alpha", "files", "not a regular file");
    is_refused("alpha", "log/x", "no directory");
    strcpy(address.sun_path, "exchange/alpha/socket");
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    is_refused("alpha", "socket", "not a regular file");
    close(listener);
    if (mknod("exchange/alpha/device", S_IFCHR | 0644, makedev(1, 5)) == 0)
        is_refused("alpha", "device", "exchange/alpha/device"); /* where it can be opened at all */
    else
        printf("# SKIP a device: this user may not make one\n");
}
END_TEST

START_TEST(what_is_too_large_costs_nothing)
{
    const struct rlimit memory = {UINT64_C(1) << 31, UINT64_C(1) << 31};

    put("exchange/alpha/files/0001", "");
    ck_assert_int_eq(truncate("exchange/alpha/files/0001", INT64_C(10) << 30), 0);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &memory), 0);
#endif
    (void)memory;
    is_refused("alpha", "files/0001", "has 10737418240 bytes");
}
END_TEST

static const char *changed;
static off_t changed_to;

/* The first read finds another size than it was when the file was opened. */
static ssize_t change_and_read(int fd, void *to, size_t n, off_t at)
{
    if (changed)
        ck_assert_int_eq(truncate(changed, changed_to), 0);
    changed = NULL;
    return io_system.pread(fd, to, n, at);
}

START_TEST(a_file_changes_while_it_is_read)
{
    struct io calls = io_system;

    calls.pread = change_and_read;
    io_use(&calls);
    changed = "exchange/alpha/log";
    changed_to = 3;
    is_refused("alpha", "log", "could not be read whole");
    changed = "exchange/alpha/files/00ff";
    changed_to = 100000;
    ck_assert_int_eq(reads("alpha", "files/00ff"), 1);
    ck_assert_uint_eq(len, 9);
    ck_assert_str_eq(data, "a payload");
    free(data);
    io_use(NULL);
}
END_TEST

START_TEST(below_a_directory)
{
    char path[PATH_MAX];
    int fd, file;

    ck_assert_int_eq(beneath_directory("exchange", "alpha/files", &fd, &e), 1);
    ck_ok(beneath_path(fd, "00ff", path, &e), &e);
    ck_assert_int_eq(rename("exchange/alpha", "exchange/gone"), 0);
    ck_assert_int_ge(file = file_open(path, &e), 0); /* it is still that directory */
    file_close(file);
    file_close(fd);
    ck_assert_int_eq(beneath_directory("exchange", "alpha", &fd, &e), 0);
    ck_fails(beneath_directory("exchange", "../exchange", &fd, &e), &e, ERR_INPUT, "../exchange");
    ck_fails(beneath_directory("exchange", "gone/./files", &fd, &e), &e, ERR_INPUT, "gone/./");
    ck_fails(beneath_directory("exchange", "/etc", &fd, &e), &e, ERR_INPUT, "/etc");
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, tear_down);
    tcase_add_test(tests, what_is_there_is_read);
    tcase_add_test(tests, what_is_not_there_may_come);
    tcase_add_test(tests, names_outside_the_grammar_are_not_there);
    tcase_add_test(tests, no_link_is_followed);
    tcase_add_test(tests, nothing_but_regular_files);
    tcase_add_test(tests, what_is_too_large_costs_nothing);
    tcase_add_test(tests, a_file_changes_while_it_is_read);
    tcase_add_test(tests, below_a_directory);
}

UNIT_MAIN("reading", add)

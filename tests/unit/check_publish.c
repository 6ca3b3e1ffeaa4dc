/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a centre publishes of its house. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../crash/self.h"
#include "failing_io.h"
#include "scratch.h"
#include "site/exchange/publish.h"
#include "util/io.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"

static struct err e;

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void is(const char *path, const char *text)
{
    char now[200] = "";
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOFOLLOW);

    ck_assert_msg(fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode), "%s is no file", path);
    ck_assert_int_ge(read(fd, now, sizeof now - 1), 0);
    close(fd);
    ck_assert_msg(strcmp(now, text) == 0, "%s: '%s'", path, now);
}

static void begin(void)
{
    static const char *const directories[] = {"house",       "house/identity", "house/ledger",
                                              "house/files", "house/cosig",    "exchange"};

    set_up();
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        ck_assert_int_eq(mkdir(directories[i], 0755), 0);
    put("house/identity/1", "identity one\n");
    put("house/identity/2", "identity two\n");
    put("house/ledger/log", "record 0\nrecord 1\nrecord 2\n");
    put("house/ledger/checkpoint", "origin\n2\nroot\n\nsigned\n");
    put("house/files/" HEX "01", "payload one");
    put("house/files/" HEX "02", "payload two");
    put("house/files/" HEX "03.tmp-0011", "half of");
    put("house/cosig/beta", "cosigned\n");
    put("house/cosig/beta.tmp-00", "half of");
    put("house/secret", "secret");
}

static void publish(void)
{
    ck_ok(publish_house("house", "alpha", "exchange", &e), &e);
}

/* Names of the files that are published, and no others. */
static unsigned files;
static int count(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)where;
    files += type != FTW_D;
    ck_assert_msg(!strstr(path, ".tmp"), "%s was left", path);
    return 0;
}

static void all_is_there(void)
{
    is("exchange/alpha/id-1", "identity one\n");
    is("exchange/alpha/id-2", "identity two\n");
    is("exchange/alpha/log", "record 0\nrecord 1\n");
    is("exchange/alpha/checkpoint", "origin\n2\nroot\n\nsigned\n");
    is("exchange/alpha/files/" HEX "01", "payload one");
    is("exchange/alpha/files/" HEX "02", "payload two");
    is("exchange/alpha/cosig/beta", "cosigned\n");
    files = 0;
    ck_assert_int_eq(nftw("exchange", count, 8, FTW_PHYS), 0);
    ck_assert_uint_eq(files, 7);
}

START_TEST(all_of_it)
{
    publish();
    all_is_there();
    /* As far as it is signed. */
    put("house/ledger/checkpoint", "origin\n3\nroot\n\nsigned\n");
    publish();
    is("exchange/alpha/log", "record 0\nrecord 1\nrecord 2\n");
    is("exchange/alpha/checkpoint", "origin\n3\nroot\n\nsigned\n");
}
END_TEST

static unsigned opened, renamed;

static int count_rename(const char *from, const char *to)
{
    renamed++;
    return io_system.rename(from, to);
}

static int count_new(const char *path, int flags, mode_t mode)
{
    opened += (flags & O_CREAT) != 0;
    return io_system.open(path, flags, mode);
}

START_TEST(only_what_differs)
{
    struct io calls = io_system;

    publish();
    calls.rename = count_rename;
    calls.open = count_new;
    io_use(&calls);
    publish();
    ck_assert_uint_eq(opened + renamed, 0);
    put("exchange/alpha/id-1", "identity 0ne\n"); /* as many bytes */
    put("exchange/alpha/files/" HEX "02", "payload");
    put("house/cosig/beta", "cosigned anew\n");
    publish();
    ck_assert_uint_eq(opened, 3);
    ck_assert_uint_eq(renamed, 3);
    io_use(NULL);
    is("exchange/alpha/cosig/beta", "cosigned anew\n");
    put("house/cosig/beta", "cosigned\n");
    publish();
    all_is_there();
}
END_TEST

START_TEST(links_are_replaced)
{
    static const char *const names[] = {"id-1",       "log",   "checkpoint", "files/" HEX "01",
                                        "cosig/beta", "files", "cosig",      ""};
    char path[300], target[400];

    ck_assert_int_eq(mkdir("elsewhere", 0755), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (int kind = 0; kind < 3; kind++) {
            publish();
            snprintf(path, sizeof path, "exchange/alpha%s%s", names[i][0] ? "/" : "", names[i]);
            snprintf(target, sizeof target, "rm -rf %s", path);
            ck_assert_int_eq(system(target), 0);
            snprintf(target, sizeof target, "%s/%s", dir, kind == 0 ? "elsewhere" : "house/secret");
            if (kind == 2)
                ck_assert_int_eq(mkfifo(path, 0644), 0);
            else
                ck_assert_int_eq(symlink(target, path), 0);
            publish();
            all_is_there();
        }
    }
    /* The name under which files are made. */
    ck_assert_int_eq(symlink("../../house/secret", "exchange/alpha/.tmp"), 0);
    put("exchange/alpha/log", "");
    publish();
    all_is_there();
    is("house/secret", "secret");
    ck_assert_int_eq(rmdir("elsewhere"), 0); /* nothing was written there */
    /* A directory has to be looked at. */
    ck_assert_int_eq(unlink("exchange/alpha/log"), 0);
    ck_assert_int_eq(mkdir("exchange/alpha/log", 0755), 0);
    ck_fails(publish_house("house", "alpha", "exchange", &e), &e, ERR_IO, "exchange/alpha/log");
}
END_TEST

START_TEST(what_is_not_there)
{
    ck_fails(publish_house("house", "alpha", "nowhere", &e), &e, ERR_OPEN, "nowhere");
    put("house/ledger/log", "record 0\n");
    ck_fails(publish_house("house", "alpha", "exchange", &e), &e, ERR_INPUT, "fewer than");
    put("house/ledger/checkpoint", "origin\n");
    ck_fails(publish_house("house", "alpha", "exchange", &e), &e, ERR_INPUT, "no checkpoint");
    ck_assert_int_eq(unlink("house/ledger/checkpoint"), 0);
    publish();
    is("exchange/alpha/id-1", "identity one\n");
    ck_assert_int_ne(access("exchange/alpha/log", F_OK), 0);
}
END_TEST

/* Whoever looks at any moment sees files as they are to be, or none, and a checkpoint only if the
 * log covers it. */
static void is_sound(void)
{
    static const char *const files_of[][2] = {
        {"exchange/alpha/id-1", "identity one\n"},
        {"exchange/alpha/log", "record 0\nrecord 1\n"},
        {"exchange/alpha/files/" HEX "01", "payload one"},
        {"exchange/alpha/cosig/beta", "cosigned\n"},
        {"exchange/alpha/checkpoint", "origin\n2\nroot\n\nsigned\n"}};
    bool last = false;

    for (size_t i = 5; i-- > 0;) {
        bool there = access(files_of[i][0], F_OK) == 0;
        if (there)
            is(files_of[i][0], files_of[i][1]);
        ck_assert_msg(there || !last, "%s comes too late", files_of[i][0]);
        last |= i == 4 && there;
    }
}

START_TEST(it_dies_anywhere)
{
    bool died = true;
    unsigned deaths = 0;

    for (uint64_t at = 0; died; at++) {
        ck_assert_int_eq(system("rm -rf exchange/alpha"), 0);
        pid_t child = fork();
        if (child == 0) {
            self_use(&(struct self_plan){SELF_DIE, at, -1});
            _exit(publish_house("house", "alpha", "exchange", NULL) < 0);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        died = WIFSIGNALED(status);
        ck_assert(died || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        deaths += died;
        is_sound();
        publish();
        all_is_there();
    }
    ck_assert_uint_gt(deaths, 40);
}
END_TEST

/* No call is one of those after which it goes on as if nothing had been, and leaves half a file. */
START_TEST(it_fails_anywhere)
{
    static const int errors[] = {ENOSPC, EIO, EACCES};
    unsigned refused = 0;
    bool failed = true;

    for (long at = 0; failed; at++) {
        ck_assert_int_eq(system("rm -rf exchange/alpha"), 0);
        failing_begin(at, errors[at % 3]);
        err_clear(&e);
        int rc = publish_house("house", "alpha", "exchange", &e);
        failed = failing_end();
        ck_assert_msg(rc == 0 || e.code != ERR_NONE, "call %ld", at);
        refused += rc < 0;
        is_sound();
        publish();
        all_is_there();
    }
    ck_assert_uint_gt(refused, 40);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, tear_down);
    tcase_add_test(tests, all_of_it);
    tcase_add_test(tests, only_what_differs);
    tcase_add_test(tests, links_are_replaced);
    tcase_add_test(tests, what_is_not_there);
    tcase_add_test(tests, it_dies_anywhere);
    tcase_add_test(tests, it_fails_anywhere);
}

UNIT_MAIN("publish", add)

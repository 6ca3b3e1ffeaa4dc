/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The runner: what programs begin with, how they end, and that nothing of them stays.
 */
#include "scratch.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "util/clock.h"
#include "util/interpreter.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/runner.h"
#include "util/store.h"

/* Runs a script in the scratch directory, with its output in `log`. */
static struct runner_outcome run(struct runner *r, const char *script, double seconds)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const char *const variables[] = {"EXTRA=more", "PATH=/usr/bin:/bin", NULL};
    const struct runner_program p = {.argv = argv,
                                     .variables = variables,
                                     .directory = dir,
                                     .log = "log",
                                     .log_most = 10000,
                                     .seconds = seconds};
    struct runner_outcome o = {0};
    struct err e = {0};

    file_remove("log");
    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    return o;
}

static struct runner *start(void)
{
    struct err e = {0};
    struct runner *r = runner_start(&e);

    ck_assert_msg(r != NULL, "%s", e.text);
    return r;
}

/* What the last script has printed. */
static char *printed(void)
{
    struct err e = {0};
    char *text;
    size_t len;

    ck_ok(file_read("log", 1 << 20, &text, &len, &e), &e);
    return text;
}

#define ck_printed(wanted)               \
    do {                                 \
        char *text_ = printed();         \
        ck_assert_str_eq(text_, wanted); \
        free(text_);                     \
    } while (0)

START_TEST(ends_are_told_apart)
{
    struct runner *r = start();
    struct runner_outcome o = run(r, "echo one; echo two >&2; echo; exit 7", 60);

    ck_assert(o.end == RUNNER_EXITED && o.code == 7 && o.printed);
    ck_assert_str_eq(o.last, "two");
    ck_printed("one\ntwo\n\n");
    o = run(r, "kill -ABRT $$", 60);
    ck_assert(o.end == RUNNER_KILLED && o.code == SIGABRT && !o.printed && !o.last[0]);
    ck_assert(!file_exists("log")); /* nothing was printed */
    o = run(r, "printf 'a\\033[31m\\n'", 60);
    ck_assert(o.end == RUNNER_EXITED && o.code == 0);
    ck_assert_str_eq(o.last, "a<U+001B>[31m");
    runner_stop(r);
}
END_TEST

/* The kernel says that the program is not there. */
START_TEST(a_missing_interpreter_is_named)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"#!/bin/sh\r\nexit 0\r\n", "p: its interpreter '/bin/sh\r' is not here"},
        {"#!/usr/bin/env sh\r\n", "p: its interpreter 'sh\r' is not here"},
        {"#! /bin/sh -e\r\n", "ends with a carriage return (CRLF)"},
        {"#!/none/perl -w\n", "p: its interpreter /none/perl is not here"},
        {"#!/usr/bin/env A=b -i no-such-language x\n", "no-such-language is not in PATH"},
        {"\xef\xbb\xbf#!/bin/sh\n", "p: a byte order mark stands before #!"},
    };
    static const char *const good[] = {"#!/bin/sh\n",
                                       "#! /bin/sh -e\nx\r\n",
                                       "exit 0\n",
                                       "",
                                       "#!/usr/bin/env -S sh\n",
                                       "\x7f"
                                       "ELF"};
    char binary[4096] = "";
    FILE *self = fopen("/proc/self/exe", "rb");
    struct err e;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        e = (struct err){0};
        ck_assert(interpreter_check("p", bad[i].text, strlen(bad[i].text), &e) < 0);
        ck_assert_msg(e.code == ERR_OPEN && strstr(e.text, bad[i].says), "%s", e.text);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(interpreter_check("p", good[i], strlen(good[i]), NULL) == 0, "%zu", i);
    ck_assert(self && fread(binary, 1, sizeof binary, self) == sizeof binary);
    fclose(self);
    ck_assert_int_eq(interpreter_check("p", binary, sizeof binary, NULL), 0);
    char *loader = memmem(binary, sizeof binary, "/lib64/ld-", 10);
    if (loader) { /* that of this processor */
        e = (struct err){0};
        loader[1] = 'x';
        ck_assert(interpreter_check("p", binary, sizeof binary, &e) < 0);
        ck_assert_msg(strstr(e.text, "p: its loader /xib64/ld-"), "%s", e.text);
    }
    for (size_t len = 0; len < sizeof binary; len++) /* cut anywhere, it does no harm */
        interpreter_check("p", binary, len, NULL);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_told)
{
    struct runner *r = start();
    const char *const argv[] = {"./none", NULL};
    const struct runner_program p = {.argv = argv, .directory = dir, .seconds = 60};
    struct runner_outcome o;
    struct err e = {0};

    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    ck_assert(o.end == RUNNER_FAILED && o.code == ENOENT);
    runner_stop(r);
}
END_TEST

START_TEST(it_begins_with_what_it_should)
{
    setenv("PMIX_NAMESPACE", "x", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    signal(SIGUSR2, SIG_IGN);
    int open = dup(0); /* that the program must not have */
    struct runner *r = start();

    run(r, "tr '\\0' '\\n' </proc/$$/environ; pwd; cat", 60);
    char wanted[200];
    snprintf(wanted, sizeof wanted, "EXTRA=more\nPATH=/usr/bin:/bin\n%s\n", dir);
    ck_printed(wanted);
    run(r, "ls /proc/$$/fd; sed -n 's/Sig[BI][a-z]*:.//p' /proc/self/status", 60);
    char *text = printed(), *masks = text + 6; /* real-time signals are not ours */
    ck_assert(memcmp(text, "0\n1\n2\n", 6) == 0);
    ck_assert_uint_eq(strtoull(masks, &masks, 16) & 0x7fffffff, 0);
    ck_assert_uint_eq(strtoull(masks, NULL, 16) & 0x7fffffff, 0);
    free(text);
    run(r, "ulimit -c", 60);
    ck_printed("0\n");
    close(open);
    runner_stop(r);
}
END_TEST

START_TEST(memory_is_limited)
{
    struct runner *r = start();
    const char *const argv[] = {"sh", "-c", "ulimit -v", NULL};
    const struct runner_program p = {.argv = argv,
                                     .directory = dir,
                                     .log = "log",
                                     .log_most = 100,
                                     .memory = 256 << 20,
                                     .seconds = 60};
    struct runner_outcome o;
    struct err e = {0};

    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    ck_printed("262144\n");
    runner_stop(r);
}
END_TEST

START_TEST(a_space_has_a_size_and_is_nobody_elses)
{
    struct runner *r = start();
    char path[PATH_MAX], reached[PATH_MAX], again[PATH_MAX];
    struct err e = {0};

    snprintf(path, sizeof path, "%s/space", dir);
    ck_assert(mkdir(path, 0700) == 0);
    if (runner_space(r, path, 1 << 20, 0, 0, reached, &e) < 0) {
        ck_assert_msg(e.code == ERR_REFUSED && strstr(e.text, path), "%s", e.text);
        runner_stop(r);
        return; /* where nobody may make namespaces */
    }
    run(r,
        "ls space; cd space/work && head -c 500000 /dev/zero >x && ! head -c 1000000 /dev/zero >y; "
        "rm y;"
        "wc -c <x; ls -d /proc/$$/root",
        60);
    char *text = printed();
    ck_assert_msg(strncmp(text, "shm\ntmp\nwork\n", 13) == 0 && strstr(text, "\n500000\n"), "%s",
                  text);
    free(text);
    ck_ok(paths_join(path, sizeof path, reached, RUNNER_WORK "/x", &e), &e);
    ck_assert(file_exists(path));
    ck_ok(file_write(path, "new", 3, 0600, &e), &e);
    run(r, "cat space/work/x", 60);
    ck_printed("new");
    ck_assert(!file_exists("space/work"));
    snprintf(path, sizeof path, "%s/space", dir);
    runner_space_end(r, path);
    run(r, "ls space", 60);
    ck_assert(!file_exists("log"));
    ck_ok(runner_space(r, path, 1 << 20, 0, 0, again, &e), &e); /* as often as one likes */
    runner_stop(r);
    ck_assert(rmdir("space") == 0);
}
END_TEST

START_TEST(what_is_given_is_read)
{
    const char *const argv[] = {"sh", "-c", "cat <&5; ls /proc/$$/fd", NULL};
    struct runner *r = start();
    const struct runner_program p = {.argv = argv,
                                     .directory = dir,
                                     .log = "log",
                                     .log_most = 100,
                                     .seconds = 60,
                                     .given = "a\0b\n",
                                     .given_len = 4};
    struct runner_outcome o;
    struct err e = {0};
    size_t len;
    char *text;

    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    ck_ok(file_read("log", 100, &text, &len, &e), &e);
    ck_assert(len == 12 && memcmp(text, "a\0b\n0\n1\n2\n5\n", len) == 0);
    free(text);
    runner_stop(r);
}
END_TEST

START_TEST(root_starts_programs_of_others)
{
    enum { SOMEBODY = 4711, GROUP = 4712 };
    const char *const argv[] = {"sh", "-c", "id -u; id -G; grep Uid /proc/self/status", NULL};
    struct runner *r = start();
    const struct runner_program p = {.argv = argv,
                                     .directory = "/",
                                     .log = "log",
                                     .log_most = 1000,
                                     .seconds = 60,
                                     .user = SOMEBODY,
                                     .group = GROUP};
    struct runner_outcome o;
    struct err e = {0};

    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    if (geteuid() == 0)
        ck_printed("4711\n4712\nUid:\t4711\t4711\t4711\t4711\n");
    else
        ck_assert(o.end == RUNNER_FAILED && o.code == EPERM);
    runner_stop(r);
}
END_TEST

/* Reads the number of a process that the last script has left in a file. */
static pid_t left(const char *name)
{
    struct err e = {0};
    char *text;
    size_t len;

    ck_ok(file_read(name, 100, &text, &len, &e), &e);
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    free(text);
    ck_assert_int_gt(pid, 1);
    return pid;
}

START_TEST(what_takes_too_long_is_ended_with_all_that_it_began)
{
    struct runner *r = start();
    struct runner_outcome o =
        run(r, "setsid sleep 1000 & echo $! >away; sleep 1000 & echo $! >near; wait", 1);

    ck_assert(o.end == RUNNER_TIMED_OUT && o.seconds >= 1);
    ck_assert(kill(left("near"), 0) < 0 && errno == ESRCH);
    ck_assert(kill(left("away"), 0) < 0 && errno == ESRCH);
    o = run(r, "(setsid sleep 1000 & echo $! >away) >&- 2>&-; echo done", 60);
    ck_assert(o.end == RUNNER_EXITED && o.code == 0);
    ck_assert(kill(left("away"), 0) < 0 && errno == ESRCH);
    runner_stop(r);
}
END_TEST

START_TEST(what_is_printed_is_kept_up_to_a_limit)
{
    struct runner *r = start();
    struct runner_outcome o = run(r, "head -c 100000 /dev/zero | tr '\\0' x; echo; echo end", 60);
    char *text = printed();

    ck_assert_str_eq(o.last, "end");
    ck_assert_uint_eq(strspn(text, "x"), 10000);
    ck_assert_str_eq(text + 10000, "\n[what follows is dropped]\n");
    free(text);
    runner_stop(r);
}
END_TEST

static bool count(void *context)
{
    ++*(int *)context;
    return false;
}

static bool stop(void *context)
{
    (void)context;
    return true;
}

/* Whenever the word comes, what follows is another order. */
START_TEST(a_program_is_broken_off)
{
    struct runner *r = start();
    const char *const argv[] = {"sleep", "1000", NULL};
    const struct runner_program p = {.argv = argv, .directory = dir, .seconds = 2000};
    struct runner_outcome o;
    struct err e = {0};

    for (int i = 0; i < 2; i++) {
        ck_ok(runner_run(r, &p, stop, NULL, &o, &e), &e);
        ck_assert(o.end == RUNNER_STOPPED);
        o = run(r, "exit 3", 60);
        ck_assert(o.end == RUNNER_EXITED && o.code == 3);
    }
    runner_stop(r);
}
END_TEST

START_TEST(who_waits_is_not_idle)
{
    struct runner *r = start();
    const char *const argv[] = {"sleep", "1", NULL};
    const struct runner_program p = {.argv = argv, .directory = dir, .seconds = 60};
    struct runner_outcome o;
    struct err e = {0};
    int ticks = 0;

    ck_ok(runner_run(r, &p, count, &ticks, &o, &e), &e);
    ck_assert_int_ge(ticks, 1);
    runner_stop(r);
}
END_TEST

/* Whoever asked is gone, in whatever way: so are the runner and the program. */
START_TEST(nothing_outlives_who_asked)
{
    struct err e = {0};
    pid_t pid = fork();

    if (pid == 0) {
        struct runner *r = start();
        const char *const argv[] = {"sh", "-c", "echo $$ >me.tmp; mv me.tmp me; exec sleep 1000",
                                    NULL};
        const struct runner_program p = {.argv = argv, .directory = dir, .seconds = 2000};
        struct runner_outcome o;
        runner_run(r, &p, NULL, NULL, &o, &e);
        _exit(0);
    }
    while (!file_exists("me"))
        clock_pause(0.01);
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    pid_t program = left("me");
    while (kill(program, 0) == 0) /* or the test takes too long */
        clock_pause(0.01);
}
END_TEST

START_TEST(a_runner_that_is_gone_is_told)
{
    struct runner *r = start();
    const char *const argv[] = {"sh", "-c", "kill -KILL $PPID", NULL};
    const struct runner_program p = {.argv = argv, .directory = dir, .seconds = 60};
    struct runner_outcome o;
    struct err e = {0};

    ck_fails(runner_run(r, &p, NULL, NULL, &o, &e), &e, ERR_SOFTWARE, "is gone");
    runner_stop(r);
}
END_TEST

/* Asks the program that stays, which is that script, and says what became of it. */
static struct runner_outcome call(struct runner *r, const char *script, char answer[RUNNER_LINE])
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const struct runner_program p = {.argv = argv,
                                     .directory = dir,
                                     .log = "log",
                                     .log_most = 10000,
                                     .seconds = 60,
                                     .line = "ask\n",
                                     .answer = answer};
    struct runner_outcome o = {0};
    struct err e = {0};

    runner_stay(r)->key[0] = 'k';
    ck_ok(runner_run(r, &p, NULL, NULL, &o, &e), &e);
    return o;
}

static const char staying[] = "while read -r x <&3; do echo \"$x $$\"; echo \"$$\" >&4; done";

START_TEST(a_program_stays)
{
    struct runner *r = start();
    char first[RUNNER_LINE], second[RUNNER_LINE], both[RUNNER_LINE * 2 + 16];
    struct runner_outcome o = call(r, staying, first);

    ck_assert(o.end == RUNNER_ANSWERED && o.printed);
    ck_assert_int_eq(call(r, staying, second).end, RUNNER_ANSWERED);
    ck_assert_str_eq(first, second);
    snprintf(both, sizeof both, "ask %s\nask %s\n", first, first);
    ck_printed(both);
    ck_assert_int_eq(kill((pid_t)strtol(first, NULL, 10), 0), 0);
    o = run(r, "exit 3", 60); /* one that does not stay takes its place */
    ck_assert(o.end == RUNNER_EXITED && o.code == 3);
    ck_assert(kill((pid_t)strtol(first, NULL, 10), 0) < 0 && errno == ESRCH);
    ck_assert_int_eq(call(r, staying, second).end, RUNNER_ANSWERED);
    ck_assert_str_ne(first, second);
    runner_stop(r);
    ck_assert(kill((pid_t)strtol(second, NULL, 10), 0) < 0 && errno == ESRCH);
}
END_TEST

/* In each case the first call, and where that is answered the second. */
START_TEST(what_is_unexpected_ends_it)
{
    static const struct {
        const char *script;
        enum runner_end end;
        int code;
        int calls; /* that are answered before */
    } cases[] = {
        {"exit 4", RUNNER_EXITED, 4, 0},
        {"kill -TERM $$", RUNNER_KILLED, SIGTERM, 0},
        {"read x <&3; echo 1 >&4; exit 5", RUNNER_EXITED, 5, 1},
        {"read x <&3; printf '1\\n2\\n' >&4; sleep 1000", RUNNER_UNEXPECTED, RUNNER_MORE, 0},
        {"read x <&3; head -c 4096 /dev/zero | tr '\\0' x >&4; sleep 1000", RUNNER_UNEXPECTED,
         RUNNER_LONG, 0},
        {"exec 4>&-; sleep 1000", RUNNER_UNEXPECTED, RUNNER_CLOSED, 0},
        {"read x <&3; exec 3<&-; echo 1 >&4; sleep 1000", RUNNER_UNEXPECTED, RUNNER_CLOSED, 1},
    };
    char answer[RUNNER_LINE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct runner *r = start();
        for (int k = 0; k < cases[i].calls; k++)
            ck_assert_int_eq(call(r, cases[i].script, answer).end, RUNNER_ANSWERED);
        struct runner_outcome o = call(r, cases[i].script, answer);
        ck_assert_msg(o.end == cases[i].end && o.code == cases[i].code, "%s: %d %d",
                      cases[i].script, o.end, o.code);
        runner_end(r);
        ck_assert_int_eq(call(r, staying, answer).end, RUNNER_ANSWERED); /* a fresh one */
        runner_stop(r);
    }
}
END_TEST

/* What it answers before it is asked is no answer. */
START_TEST(an_early_answer_is_noticed)
{
    struct runner *r = start();
    char answer[RUNNER_LINE];

    ck_assert_int_eq(
        call(r,
             "read x <&3; echo 1 >&4; while [ ! -e ask ]; do :; done; echo 2 >&4; touch told; "
             "sleep 1000",
             answer)
            .end,
        RUNNER_ANSWERED);
    struct err e = {0};
    ck_ok(file_write("ask", "", 0, 0600, &e), &e);
    while (!file_exists("told"))
        clock_pause(0.01);
    struct runner_outcome o = call(r, "", answer);
    ck_assert(o.end == RUNNER_UNEXPECTED && o.code == RUNNER_EARLY);
    runner_stop(r);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, ends_are_told_apart);
    tcase_add_test(tests, a_missing_interpreter_is_named);
    tcase_add_test(tests, a_program_that_is_not_there_is_told);
    tcase_add_test(tests, it_begins_with_what_it_should);
    tcase_add_test(tests, memory_is_limited);
    tcase_add_test(tests, a_space_has_a_size_and_is_nobody_elses);
    tcase_add_test(tests, what_is_given_is_read);
    tcase_add_test(tests, root_starts_programs_of_others);
    tcase_add_test(tests, what_takes_too_long_is_ended_with_all_that_it_began);
    tcase_add_test(tests, what_is_printed_is_kept_up_to_a_limit);
    tcase_add_test(tests, a_program_is_broken_off);
    tcase_add_test(tests, who_waits_is_not_idle);
    tcase_add_test(tests, a_program_stays);
    tcase_add_test(tests, what_is_unexpected_ends_it);
    tcase_add_test(tests, an_early_answer_is_noticed);
    tcase_add_test(tests, nothing_outlives_who_asked);
    tcase_add_test(tests, a_runner_that_is_gone_is_told);
}

UNIT_MAIN("runner", add)

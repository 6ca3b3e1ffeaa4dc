/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ledgers where calls fail: each call of each scenario of the crash laboratory, with each error
 * that it may have. Also a clock that is set back.
 *
 * Without CRASH_ALL in the environment (make soak) each call has its first error and half of the
 * others.
 */
#include "../crash/lab.h"

#include <errno.h>

/* What may become of calls; 0: only some of the bytes. */
static const struct {
    enum watch_call call;
    int errors[5]; /* up to -1 */
} may[] = {
    {WATCH_OPEN, {EIO, ENOSPC, EDQUOT, EINTR, -1}},
    {WATCH_FSTAT, {EIO, -1}},
    {WATCH_PREAD, {EIO, EINTR, 0, -1}},
    {WATCH_WRITE, {EIO, ENOSPC, EDQUOT, EINTR, 0}},
    {WATCH_FSYNC, {EIO, ENOSPC, EDQUOT, EINTR, -1}},
    {WATCH_FDATASYNC, {EIO, ENOSPC, EDQUOT, EINTR, -1}},
    {WATCH_FTRUNCATE, {EIO, EINTR, -1}},
    {WATCH_RENAME, {EIO, ENOSPC, EDQUOT, -1}},
    {WATCH_LINK, {EIO, ENOSPC, EDQUOT, -1}},
    {WATCH_UNLINK, {EIO, -1}},
    {WATCH_MKDIR, {EIO, ENOSPC, EDQUOT, -1}},
    {WATCH_LOCK, {EIO, EINTR, -1}},
};

/* Returns the errno of that number for a call, or -1. */
static int error_of(enum watch_call call, size_t number)
{
    for (size_t i = 0; i < sizeof may / sizeof may[0]; i++)
        if (may[i].call == call)
            return number < 5 ? may[i].errors[number] : -1;
    ck_abort_msg("the call %d has no errors", (int)call);
    return -1;
}

/* Whether nobody is to notice. */
static bool is_harmless(enum watch_call call, int error)
{
    return call == WATCH_FSYNC || call == WATCH_FDATASYNC ? false
           : error == 0                                   ? call == WATCH_PREAD
                                                          : error == EINTR;
}

/* The operation succeeds, or fails with a code and a text that names the path; what was
 * acknowledged is there, and the ledger goes on. */
static void fail_one(const struct scenario *s, long number, enum watch_call call, int error)
{
    struct lab *lab = lab_create(s);
    struct watch_plan plan = lab_honest;
    struct err e = {0};

    plan.fail_at = number;
    plan.error = error;
    lab_watch(lab, s->run, &plan);
    const char *text = lab->e.text, *cause = error ? strerror(error) : "could be appended";
    if (lab->e.code) {
        ck_assert_msg(!is_harmless(call, error), "%s: call %ld, %s: %s", s->name, number, cause,
                      text);
        ck_assert_msg(lab->e.code == ERR_IO || lab->e.code == ERR_OPEN, "%s: call %ld: code %d: %s",
                      s->name, number, (int)lab->e.code, text);
        ck_assert_msg(text[0] == '/' && strstr(text, ": ") && strstr(text, cause),
                      "%s: call %ld, %s: %s", s->name, number, cause, text);
    } else {
        ck_assert_msg(lab_is_home(watch_failed()) ||
                          (call != WATCH_FSYNC && call != WATCH_FDATASYNC && call != WATCH_RENAME),
                      "%s: call %ld failed (%s, %s), and nobody says so", s->name, number, cause,
                      watch_failed());
    }
    ck_assert_uint_eq(watch_retries(), 0);
    ck_assert_msg(lab_check(lab, lab->disk, &lab->disk->now, lab->said_count - 1, &e) == 0,
                  "%s: call %ld, %s: then %s", s->name, number, cause, e.text);
    lab_destroy(lab);
}

START_TEST(every_call_fails)
{
    size_t count = 0;

    for (size_t i = 0; i < scenarios_count; i++) {
        const struct calls calls = scenario_calls(&scenarios[i]);
        for (long number = 0; number < calls.count; number++) {
            int error;
            for (size_t k = 0; (error = error_of(calls.made[number], k)) >= 0; k++) {
                if (k > 0 && (size_t)number % 2 != k % 2 && !getenv("CRASH_ALL"))
                    continue;
                fail_one(&scenarios[i], number, calls.made[number], error);
                count++;
            }
        }
    }
    printf("# %zu failed calls\n", count);
    fflush(stdout);
    ck_assert_uint_gt(count, 1000);
}
END_TEST

static int check_time(const struct record *r, void *context, struct err *e)
{
    int64_t *last = context;

    if (r->time_us < *last)
        return err_set(e, ERR_SOFTWARE, "record %u is of an earlier time", (unsigned)r->seq);
    *last = r->time_us;
    return 0;
}

START_TEST(a_clock_is_set_back)
{
    static const int64_t hour = INT64_C(3600000000);
    static const int64_t steps[] = {-1, -hour, hour, -3 * hour, -24 * 365 * hour};
    struct lab *lab = lab_create(&scenarios[0]);
    int64_t last = 0;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct ledger *l = lab_open(lab);
        ck_assert_ptr_nonnull(l);
        ck_assert(lab_append(lab, l, 2));
        lab_now += steps[i];
        ck_assert(lab_append(lab, l, 1));
        ledger_close(l);
        lab_now += steps[i];
        l = lab_open(lab);
        ck_assert(lab_append(lab, l, 3));
        last = 0;
        ck_ok(ledger_scan(l, check_time, &last, &lab->e), &lab->e);
        ledger_close(l);
    }
    ck_assert_uint_eq(verified_count(lab->dir), 1 + 6 * sizeof steps / sizeof steps[0]);
    ck_assert_int_gt(last, lab_now);
    lab_destroy(lab);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, every_call_fails);
    tcase_add_test(t, a_clock_is_set_back);
}

UNIT_MAIN("failing", add)

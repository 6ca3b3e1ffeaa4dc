/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every layer uses of util: errors, numbers as text, parsing, digests, files, and buffers. */
#include "unit.h"

#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/lock.h"
#include "util/parse.h"
#include "util/place.h"
#include "util/reasons.h"
#include "util/store.h"
#include "util/tail.h"
#include "util/wire.h"

/* A tree as deep as a program may leave it, where no path of a file in it is short enough to
 * be named; with a link to what is not to be removed, and a directory that its maker closed. */
static void make_deep_tree(const char *path, const char *elsewhere)
{
    enum { DEPTH = 5000 };
    int at = AT_FDCWD;

    ck_assert_int_eq(mkdir(path, 0755), 0);
    for (int i = 0; i <= DEPTH; i++) {
        int next = openat(at, i == 0 ? path : "deeper", O_RDONLY | O_DIRECTORY);
        ck_assert_int_ge(next, 0);
        if (i % 1000 == 1)
            ck_assert_int_eq(fchmod(at, i == 1 ? 0500 : 0), 0);
        close(at);
        at = next;
        ck_assert_int_eq(mkdirat(at, "deeper", 0755), 0);
        if (i % 1000 != 0)
            continue;
        ck_assert_int_eq(symlinkat(elsewhere, at, "link"), 0);
        ck_assert_int_eq(mkdirat(at, "0", 0), 0); /* a name that a mover may want */
        close(openat(at, "file", O_WRONLY | O_CREAT, 0));
    }
    close(at);
}

START_TEST(trees_of_any_depth_are_removed)
{
    char dir[] = "/tmp/metaneuron-unit-XXXXXX", path[64], kept[64];
    const struct rlimit few = {16, 16};
    struct rlimit before;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/tree", dir);
    snprintf(kept, sizeof kept, "%s/kept", dir);
    close(open(kept, O_WRONLY | O_CREAT, 0644));
    make_deep_tree(path, dir);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    file_remove_tree(path);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(access(kept, F_OK), 0);
    /* A link in place of the tree is not followed. */
    ck_assert_int_eq(symlink(dir, path), 0);
    file_remove_tree(path);
    ck_assert_int_eq(access(kept, F_OK), 0);
    file_remove_tree("/nonexistent/tree");
    unlink(path);
    unlink(kept);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(err_first_wins_and_context_prefixes)
{
    struct err e = {0};

    ck_assert_int_eq(err_set(&e, ERR_INPUT, "first %d", 1), -1);
    err_set(&e, ERR_IO, "second");
    err_context(&e, "while %s", "testing");
    ck_assert_int_eq(e.code, ERR_INPUT);
    ck_assert_str_eq(e.text, "while testing: first 1");
    ck_assert_int_eq(err_set(NULL, ERR_IO, "nobody listens"), -1);
}
END_TEST

/* A value of the data never gets into a text. */
START_TEST(what_is_told_here_stays_here)
{
    struct err e = {0}, other = {0}, third = {0};
    char whole[ERR_WHOLE];

    err_set(&e, ERR_INPUT, "first");
    ck_assert_int_eq(err_set_here(&e, ERR_IO, "found 'X'", "second"), -1);
    ck_assert(e.code == ERR_INPUT && e.here[0] == '\0');
    ck_assert_str_eq(err_whole(&e, whole), "first");
    ck_assert_int_eq(
        err_set_here(&other, ERR_INPUT, "row 7 has 'X\033'", "an undeclared %s", "level"), -1);
    err_context(&other, "people.csv");
    ck_assert_str_eq(other.text, "people.csv: an undeclared level");
    ck_assert_str_eq(err_whole(&other, whole),
                     "people.csv: an undeclared level; row 7 has 'X<U+001B>'");
    ck_assert_int_eq(err_pass(&third, &other), -1);
    ck_assert_str_eq(third.here, other.here);
    ck_assert_int_eq(err_pass(&third, &e), -1);
    ck_assert_str_eq(third.text, other.text);
    err_clear(&third);
    ck_assert(third.here[0] == '\0' && third.text[0] == '\0');
    ck_assert_int_eq(err_pass(NULL, &e), -1);
}
END_TEST

START_TEST(times_are_read_strictly)
{
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"1970-01-01", 0},
        {"2026-11-27", 1795737600000000},
        {"2026-11-27T12:34:56Z", 1795782896000000},
        {"2024-02-29", 1709164800000000},
        {"0", 0},
        {"1700000000", 1700000000000000},
        {"1700000000.5", 1700000000500000},
        {"1700000000.000001", 1700000000000001},
    };
    static const char *const bad[] = {
        "",
        "2026-02-29",
        "2026-2-1",
        "2026-11-27T12:34Z",
        "2026-11-27T",
        "2026-11-27T12:34:56",
        "20261127T",
        "2026-11-27T24:00:00Z",
        "2026-11-27 ",
        "2026-11-27T12:34:61Z",
        "-1",
        "1.0000001",
        "1.",
        "01",
        ".5",
        "1e9",
        "1969-12-31",
        "99999999999999999999",
        "1.5x",
        "+1",
        "2026-11-27T12:34:56ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    };
    char text[CLOCK_ISO];

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t us = -1;
        ck_assert_int_eq(clock_parse(good[i].text, &us), 0);
        ck_assert_int_eq(us, good[i].us);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t us = -7;
        ck_assert_msg(clock_parse(bad[i], &us) < 0, "'%s' is taken for a time", bad[i]);
        ck_assert_int_eq(us, -7);
    }
    for (int64_t us = 0; us < INT64_C(4000000000000000); us += INT64_C(98765432100000)) {
        int64_t again = -1;
        ck_assert_int_eq(clock_parse(clock_iso(text, us), &again), 0);
        ck_assert_int_eq(again, us - us % 1000000);
    }
}
END_TEST

/* Texts from the ECMAScript form's own corner cases (RFC 8785, appendix B). */
START_TEST(doubles_have_ecmascript_text)
{
    static const struct {
        uint64_t bits;
        const char *text;
    } known[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
    };
    char text[NUMBER_TEXT];

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double v;
        memcpy(&v, &known[i].bits, sizeof v);
        ck_assert_str_eq(format_double(text, v), known[i].text);
    }
}
END_TEST

START_TEST(doubles_round_trip)
{
    char text[NUMBER_TEXT];
    uint64_t x = 88172645463325252u;

    for (int i = 0; i < 20000; i++) {
        double v, back;
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        memcpy(&v, &x, sizeof v);
        if (!isfinite(v))
            continue;
        format_double(text, v);
        ck_assert_msg(parse_double(text, &back) == 0 && back == v, "%a became %s", v, text);
    }
}
END_TEST

START_TEST(parsing_is_strict)
{
    static const char *const bad_u64[] = {
        "", "01", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616"};
    static const char *const bad_double[] = {"",    "nan", "inf", "0x1p3", "1e999",
                                             "1,5", " 1",  "1 ",  "--1"};
    uint64_t u = 7;
    int64_t s;
    double d = 7;

    for (size_t i = 0; i < sizeof bad_u64 / sizeof bad_u64[0]; i++)
        ck_assert_msg(parse_u64(bad_u64[i], &u) == -1 && u == 7, "'%s'", bad_u64[i]);
    for (size_t i = 0; i < sizeof bad_double / sizeof bad_double[0]; i++)
        ck_assert_msg(parse_double(bad_double[i], &d) == -1 && d == 7, "'%s'", bad_double[i]);
    ck_assert(parse_u64("18446744073709551615", &u) == 0 && u == UINT64_MAX);
    ck_assert(parse_i64("-42", &s) == 0 && s == -42);
    ck_assert(parse_i64("-0", &s) == -1);
    ck_assert(parse_size("1.5 GiB", &u) == 0 && u == 1610612736);
    ck_assert(parse_size("0.3 B", &u) == -1);
    ck_assert(parse_duration("7d", &d) == 0 && d == 604800);
    ck_assert(parse_duration("7 parsecs", &d) == -1);
}
END_TEST

START_TEST(digests_are_sha256)
{
    struct err e = {0};
    uint8_t digest[SHA256_LEN];
    char hex[SHA256_HEX + 1];
    const double one = 1.0;

    ck_ok(hash_bytes("abc", 3, digest, &e), &e);
    ck_assert_str_eq(hex_encode(hex, digest, sizeof digest),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* sha256 of the bytes 00 00 00 00 00 00 f0 3f */
    ck_ok(hash_doubles(&one, 1, digest, &e), &e);
    uint8_t same[SHA256_LEN];
    ck_ok(hash_bytes("\0\0\0\0\0\0\xf0\x3f", 8, same, &e), &e);
    ck_assert_mem_eq(digest, same, sizeof same);
    ck_assert_int_eq(hex_decode(hex, digest, sizeof digest), 0);
    ck_assert_int_eq(hex_decode("ABCD", digest, 2), -1);
}
END_TEST

static int released; /* the descriptor whose lock is let go; -1: it was, once */

static void let_go(void *context, const char *line)
{
    snprintf(context, ERR_TEXT, "%s", line);
    file_unlock(released);
    released = -1;
}

START_TEST(files_are_replaced_whole)
{
    struct err e = {0};
    char dir[] = "/tmp/metaneuron-unit-XXXXXX", path[64], *data = NULL;
    size_t len;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a/b", dir);
    ck_ok(file_mkdirs(path, &e), &e);
    snprintf(path, sizeof path, "%s/a/b/f", dir);
    ck_ok(file_write(path, "one", 3, 0600, &e), &e);
    ck_ok(file_write(path, "three", 5, 0600, &e), &e);
    ck_ok(file_read(path, 5, &data, &len, &e), &e);
    ck_assert_str_eq(data, "three");
    free(data);
    ck_fails(file_read(path, 4, &data, &len, &e), &e, ERR_INPUT, "at most 4");
    ck_fails(file_read("/nonexistent/f", 4, &data, &len, &e), &e, ERR_OPEN, "/nonexistent/f");
    ck_fails(file_write("/nonexistent/f", "x", 1, 0600, &e), &e, ERR_OPEN, "/nonexistent/f");

    bool taken;
    int one = file_open_rw(path, 0600, &e), two = file_open_rw(path, 0600, &e);
    ck_ok(file_try_lock(one, path, &taken, &e), &e);
    ck_assert(taken);
    ck_ok(file_try_lock(two, path, &taken, &e), &e);
    ck_assert(!taken);
    ck_ok(file_is_locked(path, &taken, &e), &e);
    ck_assert(taken);
    file_close(one);
    ck_ok(file_is_locked(path, &taken, &e), &e);
    ck_assert(!taken);
    ck_ok(file_try_lock(two, path, &taken, &e), &e);
    ck_assert(taken); /* looking took nothing */
    file_close(two);
    ck_ok(file_is_locked("/nonexistent/f", &taken, &e), &e);
    ck_assert(!taken);

    char self[64], said[ERR_TEXT] = "";
    one = file_open_rw(path, 0600, &e), two = file_open_rw(path, 0600, &e);
    ck_ok(file_lock(one, path, &e), &e);
    snprintf(self, sizeof self, "by process %ld of user ", (long)getpid());
    ck_fails(file_lock_within(two, path, 0.01, &e), &e, ERR_INCOMPLETE, self);
    ck_fails(file_lock_within(two, path, 0.01, &e), &e, ERR_INCOMPLETE, ", since 2");
    file_unlock(one);
    ck_ok(file_lock_within(two, path, 0, &e), &e);
    file_unlock(two);

    /* Who waits is told once for whom; then the holder lets go. */
    ck_ok(file_lock(one, path, &e), &e);
    released = one;
    lock_tell(let_go, said);
    ck_ok(file_lock(two, path, &e), &e);
    lock_tell(NULL, NULL);
    ck_assert_int_eq(released, -1);
    ck_assert(strstr(said, "is held by process") && strstr(said, "waiting for it until 2"));
    file_close(one);
    file_close(two);

    ck_ok(file_show(path, "shown", 5, 0600, &e), &e);
    ck_ok(file_show(path, "later", 5, 0600, &e), &e);
    ck_ok(file_read(path, 5, &data, &len, &e), &e);
    ck_assert_str_eq(data, "later");
    free(data);
    ck_fails(file_show("/nonexistent/f", "x", 1, 0600, &e), &e, ERR_OPEN, "/nonexistent/f");
    file_remove(path);
}
END_TEST

START_TEST(files_in_memory_are_sealed)
{
    struct err e = {0};
    char text[4];
    int fd = file_in_memory("a copy", "one", 3, &e);

    ck_assert_int_ge(fd, 0);
    ck_ok(file_pread(fd, "a copy", text, 3, 0, &e), &e);
    ck_assert_int_eq(memcmp(text, "one", 3), 0);
    ck_fails(file_append(fd, "a copy", "two", 3, 3, &e), &e, ERR_IO, "a copy");
    ck_fails(file_append(fd, "a copy", "two", 3, 0, &e), &e, ERR_IO, "a copy");
    ck_fails(file_truncate(fd, "a copy", 1, &e), &e, ERR_IO, "a copy");
    file_close(fd);
    ck_assert(file_is_regular("/etc/passwd"));
    ck_assert(!file_is_regular("/etc"));
    ck_assert(!file_is_regular("/nonexistent/f"));
}
END_TEST

/* The kernel's files say that they are empty. */
START_TEST(files_of_the_kernel_are_read_to_their_end)
{
    char text[65536], line[200];

    ck_assert(file_lines("/proc/self/status", text, sizeof text));
    ck_assert(strstr(text, "\nPPid:") && strstr(text, "\nThreads:"));
    ck_assert(file_first_line("/proc/self/status", line, sizeof line));
    ck_assert(strncmp(text, line, strlen(line)) == 0 && strlen(line) < strlen(text));
    ck_assert(!file_lines("/proc/self/none", text, sizeof text) && !text[0]);
}
END_TEST

/* What is wrong for many is told once. */
START_TEST(reasons_are_told_once)
{
    struct reasons r = {0};
    struct buf b = {0};
    char who[24], text[40];

    reasons_add(&r, "1", 1, "a", "d/1.csv: not there");
    reasons_add(&r, "2", 2, "b", "has 2 columns: 2");
    reasons_add(&r, "3", 3, "a", "d/3.csv: not there");
    reasons_add(&r, "4", 4, "", "d/14.csv: not there");
    reasons_add(&r, "5", 5, "-", "d/5.csv: not there");
    reasons_add(&r, "6", 6, "aa", "d/6.csv: not there");
    reasons_add(&r, "7", 0, "b", "has 2 columns: 2");
    reasons_add(&r, "8", 8, "b", "exec: no; see logs/8/slave-8.stderr: 8");
    reasons_add(&r, "9", 9, "b", "exec: no; see logs/8/slave-9.stderr: 8");
    ck_assert(!r.failed && r.count == 4);
    for (size_t i = 0; i < r.count; i++) {
        reasons_tell(&b, &r.list[i], "slave ", 17);
        buf_addc(&b, '\n');
    }
    ck_assert_str_eq(b.data, "4 slaves (1, 3, 5, 6): d/{slave}.csv: no (nodes a, aa)\n"
                             "2 slaves (2, 7): has 2 columns: 2 (node b)\n"
                             "slave 4: d/14.csv: not the\n"
                             "2 slaves (8, 9): exec: no; see log (node b)\n");
    ck_assert_ptr_nonnull(strstr(r.list[3].common.data, "logs/8/slave-{slave}.stderr: 8"));
    buf_free(&b);
    reasons_free(&r);
    for (uint64_t k = 1; k <= 20; k++) {
        snprintf(who, sizeof who, "%d", (int)k);
        snprintf(text, sizeof text, "/t1/x%d/%d: gone", (int)k, (int)k);
        reasons_add(&r, who, k, who, text);
    }
    ck_assert(r.count == 1);
    reasons_tell(&b, &r.list[0], "", 100);
    ck_assert_str_eq(b.data, "20 slaves (1, 2, 3, 4, 5, 6, 7, 8, …): /t1/x{slave}/{slave}: gone "
                             "(nodes 1, 2, 3, 4, 5, 6, 7, 8, …)");
    buf_free(&b);
    reasons_free(&r);
}
END_TEST

START_TEST(buffers_grow)
{
    struct buf b = {0};

    for (int i = 0; i < 1000; i++)
        buf_addf(&b, "%d,", i);
    ck_assert(!buf_failed(&b));
    ck_assert_uint_eq(b.len, 3890);
    ck_assert_uint_eq(strlen(b.data), b.len);
    buf_free(&b);
}
END_TEST

START_TEST(what_is_handed_over_is_as_it_was)
{
    static const double numbers[] = {0.1, -0.0, NAN};
    static const char *const texts[] = {"", "7 bytes", "eight by", NULL, "the last"};
    struct buf b = {0};

    wire_add_number(&b, UINT64_MAX);
    wire_add_doubles(&b, numbers, 3);
    for (size_t i = 0; i < 5; i++)
        wire_add_text(&b, texts[i]);
    wire_add_number(&b, (uint64_t)-5);
    struct wire w = {.data = b.data, .len = b.len};
    ck_assert(wire_number(&w) == UINT64_MAX && !wire_read_all(&w));
    ck_assert(memcmp(wire_doubles(&w, 3), numbers, sizeof numbers) == 0);
    for (size_t i = 0; i < 5; i++) {
        const char *text = wire_text(&w);
        ck_assert(texts[i] ? text && strcmp(text, texts[i]) == 0 : !text);
    }
    ck_assert(wire_signed(&w) == -5 && wire_read_all(&w));
    ck_assert(wire_number(&w) == 0 && !wire_read_all(&w));
    buf_free(&b);
}
END_TEST

/* Whatever the bytes are, nothing is read that is not among them. */
START_TEST(what_is_read_is_there)
{
    uint64_t cut[4] = {SIZE_MAX, 9, 0x4141414141414141, 0x4141414141414141};
    struct wire w = {.data = (const char *)cut, .len = sizeof cut};

    ck_assert(!wire_text(&w) && w.failed && !wire_doubles(&w, 0)); /* longer than all */
    w = (struct wire){.data = (const char *)(cut + 1), .len = sizeof cut - 8};
    ck_assert(!wire_text(&w) && w.failed); /* without its NUL */
    cut[2] = 0;
    w = (struct wire){.data = (const char *)(cut + 1), .len = sizeof cut - 8};
    ck_assert(!wire_text(&w) && w.failed); /* with more than one */
    w = (struct wire){.data = (const char *)cut, .len = sizeof cut};
    ck_assert(!wire_doubles(&w, SIZE_MAX / 4) && w.failed);
    w = (struct wire){.data = (const char *)cut, .len = sizeof cut - 1};
    ck_assert(wire_doubles(&w, 3) && !wire_number(&w) && w.failed);
    w = (struct wire){0};
    ck_assert(wire_read_all(&w) && wire_number(&w) == 0 && w.failed);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, trees_of_any_depth_are_removed);
    tcase_add_test(t, err_first_wins_and_context_prefixes);
    tcase_add_test(t, what_is_told_here_stays_here);
    tcase_add_test(t, times_are_read_strictly);
    tcase_add_test(t, doubles_have_ecmascript_text);
    tcase_add_test(t, doubles_round_trip);
    tcase_add_test(t, parsing_is_strict);
    tcase_add_test(t, digests_are_sha256);
    tcase_add_test(t, files_are_replaced_whole);
    tcase_add_test(t, files_in_memory_are_sealed);
    tcase_add_test(t, buffers_grow);
    tcase_add_test(t, files_of_the_kernel_are_read_to_their_end);
    tcase_add_test(t, what_is_handed_over_is_as_it_was);
    tcase_add_test(t, what_is_read_is_there);
    tcase_add_test(t, reasons_are_told_once);
}

UNIT_MAIN("util", add)

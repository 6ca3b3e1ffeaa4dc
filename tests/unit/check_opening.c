/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Openings of claims: what was written is read back, the last of each partition; lines of
 * earlier versions and of nobody; and files that others may have written.
 */
#include "scratch.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/state/commitment.h"
#include "engine/state/opening.h"
#include "util/owner.h"
#include "util/store.h"

enum { PARTITIONS = 3 };

static struct opening opening_of(uint64_t items, uint8_t salt)
{
    struct opening x = {
        .items = items, .size = 4096, .time_ns = -5, .salt = {salt, 1}, .digest = {7, 8, 9}};

    ck_assert_int_eq(commitment_make(x.salt, items, x.digest, x.commit, NULL), 0);
    return x;
}

/* Effect: the file has this text, and that mode. */
static void write_file(const char *text, unsigned mode)
{
    struct err e = {0};

    unlink("openings");
    ck_ok(file_write("openings", text, strlen(text), FILE_OWN, &e), &e);
    ck_assert_int_eq(chmod("openings", mode), 0);
}

static struct opening *read_file(struct err *e)
{
    return opening_read("openings", PARTITIONS, e);
}

START_TEST(the_last_of_each_counts)
{
    char text[3 * OPENING_LINE] = "", line[OPENING_LINE];
    const struct opening first = opening_of(20, 1), second = opening_of(21, 2);
    struct err e = {0};

    ck_assert_uint_eq(opening_line(line, 2, &first), strlen(line));
    strcat(text, line);
    opening_line(line, 3, &first);
    strcat(text, line);
    opening_line(line, 2, &second);
    strcat(text, line);
    write_file(text, 0600);
    struct opening *list = read_file(&e);
    ck_assert_msg(list != NULL, "%s", e.text);
    ck_assert(!list[0].known && list[1].known && list[2].known);
    ck_assert(list[1].items == 21 && list[1].size == 4096 && list[1].time_ns == -5);
    ck_assert(memcmp(list[1].salt, second.salt, SHA256_LEN) == 0 && list[1].whole);
    ck_assert(opening_opens(&list[1]) && opening_opens(&list[2]));
    list[1].items++;
    ck_assert(!opening_opens(&list[1]));
    list[2].digest[31] ^= 1;
    ck_assert(!opening_opens(&list[2]));
    free(list);
}
END_TEST

START_TEST(lines_of_earlier_versions_have_no_digest)
{
    const struct opening x = opening_of(20, 1);
    char line[OPENING_LINE];
    struct err e = {0};

    opening_line(line, 1, &x);
    strcpy(strrchr(line, ' '), "\n");
    write_file(line, 0600);
    struct opening *list = read_file(&e);
    ck_assert_msg(list != NULL, "%s", e.text);
    ck_assert(list[0].known && !list[0].whole && !opening_opens(&list[0]));
    ck_assert(memcmp(list[0].commit, x.commit, SHA256_LEN) == 0);
    free(list);
}
END_TEST

/* Cut anywhere, as by a crash, a line is none, or one without its digest. */
START_TEST(lines_that_are_cut_are_none)
{
    const struct opening x = opening_of(20, 1);
    char line[OPENING_LINE], cut[OPENING_LINE];
    struct err e = {0};

    size_t len = opening_line(line, 1, &x) - 1, digest = len - SHA256_HEX;
    for (size_t n = 0; n < len; n++) {
        snprintf(cut, sizeof cut, "%.*s", (int)n, line);
        write_file(cut, 0600);
        struct opening *list = read_file(&e);
        ck_assert_msg(list != NULL, "%s", e.text);
        ck_assert(!list[0].whole && list[0].known == (n >= digest - 1));
        free(list);
    }
    opening_line(line, PARTITIONS + 1, &x);
    write_file(line, 0600);
    struct opening *list = read_file(&e);
    for (size_t k = 0; k < PARTITIONS; k++)
        ck_assert(!list[k].known);
    free(list);
}
END_TEST

START_TEST(what_others_may_write_is_refused)
{
    struct err e = {0};
    char path[PATH_MAX];

    ck_ok(opening_path("ledger", "0123456789abcdef", path, &e), &e);
    ck_assert_str_eq(path, "ledger/openings/0123456789abcdef");
    struct opening *list = read_file(&e); /* none is there */
    ck_assert_msg(list != NULL, "%s", e.text);
    ck_assert(!list[0].known);
    free(list);
    write_file("", 0644);
    ck_assert_ptr_null(read_file(&e));
    ck_assert_int_eq(e.code, ERR_REFUSED);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, the_last_of_each_counts);
    tcase_add_test(t, lines_of_earlier_versions_have_no_digest);
    tcase_add_test(t, lines_that_are_cut_are_none);
    tcase_add_test(t, what_others_may_write_is_refused);
}

UNIT_MAIN("opening", add)

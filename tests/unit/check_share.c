/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the data is in an answer: what is counted, and what is not known. */
#include "ledger/fold/reason.h"
#include "ledger/fold/share.h"
#include "unit.h"

static struct err e;

START_TEST(nothing_is_no_share)
{
    struct share s = {0};

    ck_assert(share_fraction(&s) == 0);
    share_add(&s, 0, false, NULL);
    ck_assert(share_fraction(&s) == 0);
    ck_fails(share_check(&s, 0.5, &e), &e, ERR_SHARE, "0 % of the items");
    ck_ok(share_check(&s, 0, &e), &e);
}
END_TEST

START_TEST(declines_have_words)
{
    static const enum err_code codes[] = {ERR_INPUT,     ERR_OPEN,       ERR_IO,      ERR_SOFTWARE,
                                          ERR_PERMANENT, ERR_INCOMPLETE, ERR_REFUSED, ERR_NONE};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        enum reason reason = reason_of_decline(codes[i], "a path, or what it likes");
        ck_assert_uint_eq(reason_of_word(reason_word(reason)), reason);
        ck_assert_uint_eq(reason_of(reason_text(reason)), REASON_OTHER); /* it decides nothing */
        ck_assert_uint_eq(reason_of(reason_word(reason)), REASON_OTHER);
    }
    for (enum reason reason = REASON_ROWS; reason <= REASON_EMPTY; reason++) {
        ck_assert_uint_eq(reason_of_decline(ERR_INPUT, reason_text(reason)), reason);
        ck_assert_uint_eq(reason_of_word(reason_word(reason)), reason);
        ck_assert_uint_eq(reason_of_word(reason_text(reason)), REASON_OTHER); /* of earlier ones */
    }
    ck_assert_uint_eq(reason_of_decline(ERR_INPUT, reason_text(REASON_EXCLUDED)), REASON_CONTENTS);
    ck_assert_ptr_null(reason_word(REASON_EXCLUDED));
    ck_assert_ptr_null(reason_word(REASON_OTHER));
    ck_assert_uint_eq(reason_of_word("empty\n"), REASON_OTHER);
    ck_assert_uint_eq(reason_of_word(""), REASON_OTHER);
}
END_TEST

START_TEST(what_is_not_known_has_the_average)
{
    struct share s = {0};

    share_add(&s, 100, true, NULL);
    share_add(&s, 300, true, NULL);
    ck_assert(share_fraction(&s) == 1);
    share_add(&s, 0, false, NULL);
    share_add(&s, 0, false, NULL);
    ck_assert_uint_eq(s.unknown, 2);
    ck_assert_uint_eq(s.known, 400);
    ck_assert(share_fraction(&s) == 0.5);
    ck_ok(share_check(&s, 0.5, &e), &e);
    ck_fails(share_check(&s, 0.6, &e), &e, ERR_SHARE, "50 % of the items (if the 2 slaves");
    share_add(&s, 0, false, reason_text(REASON_EMPTY)); /* of this one it is known: none */
    ck_assert_uint_eq(s.unknown, 2);
    ck_assert_uint_eq(s.slaves, 5);
}
END_TEST

START_TEST(claims_may_say_anything)
{
    struct share s = {0};

    for (int i = 0; i < 4; i++)
        share_add(&s, UINT64_MAX / 2, i == 0, NULL);
    ck_assert_uint_eq(s.known, UINT64_MAX);
    ck_assert(share_fraction(&s) < 0.51);
    ck_assert(share_percent(0.9999) == 99.9); /* never 100 of less than all */
}
END_TEST

START_TEST(ranges_are_counted_and_not_their_slaves)
{
    static char rejected[] = "rejected", accepted[] = "accepted";
    struct run_slave x[] = {{.name = (char[]){"s/n/1"}, .claimed = true, .items = 7},
                            {.name = (char[]){"s/n/1#1"},
                             .submitted = true,
                             .submitted_items = 8,
                             .filtered = true,
                             .decision = accepted},
                            {.name = (char[]){"s/n/1#2"},
                             .submitted = true,
                             .submitted_items = 4,
                             .filtered = true,
                             .decision = rejected}};
    struct run run = {.slaves = x, .count = 3, .wanted = 2, .items = 8};
    struct share s;

    share_of_run(&s, &run);
    ck_assert(s.in == 8 && s.known == 12 && s.slaves == 2 && s.unknown == 0);
    ck_assert(s.rejected == 4 && share_rejected(&s) == 4 / 12.0);
    ck_assert(share_percent_up(share_rejected(&s)) == 33.4);
    run = (struct run){.slaves = x, .count = 1, .wanted = 3, .items = 7};
    share_of_run(&s, &run);
    ck_assert(s.in == 7 && s.known == 7 && s.slaves == 3 && s.unknown == 2);
}
END_TEST

static void clear(void)
{
    err_clear(&e);
}

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, clear, NULL);
    tcase_add_test(t, nothing_is_no_share);
    tcase_add_test(t, declines_have_words);
    tcase_add_test(t, what_is_not_known_has_the_average);
    tcase_add_test(t, claims_may_say_anything);
    tcase_add_test(t, ranges_are_counted_and_not_their_slaves);
}

UNIT_MAIN("share", add)

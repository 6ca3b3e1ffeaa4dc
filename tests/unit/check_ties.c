/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results that have few different values: counts, grades, features that are often 0. With the cut
 * simulated these are usual, where up to three quarters of the stake say the same.
 */
#include <string.h>

#include "filter_case.h"
#include "stats/ties.h"

enum { ROWS = 40 };

static struct filter_outcome judge(enum filter_method method, enum filter_scale scale,
                                   const double *x, size_t n, size_t d)
{
    struct filter_options o = case_options(method);
    struct filter_input in = {.n = n, .d = d, .features = x};

    o.cut = FILTER_CUT_SIMULATED;
    o.scale = scale;
    return case_apply(&o, &in);
}

static size_t rejected(enum filter_method method, const double *x, size_t n, size_t d, size_t *last)
{
    struct filter_outcome out = judge(method, FILTER_SCALE_MAD, x, n, d);
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (out.decisions[i].rejected) {
            count++;
            *last = i;
        }
    filter_outcome_free(&out);
    return count;
}

START_TEST(from_a_quarter_to_three_quarters)
{
    ck_near(ties_reach(.5, 2), .75);
    ck_near(ties_reach(.75, 6), .875);
    ck_near(ties_reach(.3, 3), .65);
    ck_assert_double_eq(ties_reach(.25, 10), 0);
    ck_assert_double_eq(ties_reach(.76, 10), 0);
    ck_assert_double_eq(ties_reach(.5, 1), 0); /* a result alone has no tie, whatever it holds */
}
END_TEST

/* Of eight, four are 0: half of the others are within 2, halfway from 1 to 3. */
START_TEST(spread_is_of_the_others)
{
    const double x[] = {0, 1, 0, -1, 3, 0, -3, 0};
    struct filter_outcome out = judge(FILTER_MAD, FILTER_SCALE_MAD, x, 8, 1);

    ck_near(out.decisions[4].score, 3 / (1.4826 * 2));
    ck_near(out.decisions[1].score, 1 / (1.4826 * 2));
    ck_assert_double_eq(out.decisions[0].score, 0);
    filter_outcome_free(&out);
}
END_TEST

/* Squares from 0 are 1, 1, 9, 9: distances are longer by sqrt(5). mr is then sqrt(5) at 0, sqrt(6) at 1,
 * and (3 sqrt(14) + 3) / 4 at 3; what is usual is halfway between the last two. */
START_TEST(scores_are_relative_to_the_others)
{
    const double x[] = {0, 1, 0, -1, 3, 0, -3, 0};
    struct filter_outcome out = judge(FILTER_POS_LOF, FILTER_SCALE_NONE, x, 8, 1);
    double far = (3 * sqrt(14) + 3) / 4, usual = (sqrt(6) + far) / 2;

    ck_near(out.decisions[0].score, sqrt(5) / usual);
    ck_near(out.decisions[1].score, sqrt(6) / usual);
    ck_near(out.decisions[6].score, far / usual);
    filter_outcome_free(&out);
}
END_TEST

/* How many say 0, 1, 2, …: none of them is rejected, and one who says 1000 is. */
START_TEST(counts_and_grades_are_usual)
{
    static const size_t many[][4] = {{20, 13, 5, 2}, {20, 20}, {18, 22}, {13, 14, 13}, {30, 10}};
    const enum filter_method methods[] = {FILTER_POS_LOF, FILTER_MAD, FILTER_UNION};
    double x[ROWS + 1] = {0};
    size_t at = 0, last;

    for (size_t value = 0; value < 4; value++)
        for (size_t k = 0; k < many[_i][value]; k++)
            x[at++] = (double)value;
    ck_assert_uint_eq(at, ROWS);
    x[ROWS] = 1000;
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        ck_assert_uint_eq(rejected(methods[m], x, ROWS, 1, &last), 0);
        ck_assert_uint_eq(rejected(methods[m], x, ROWS + 1, 1, &last), 1);
        ck_assert_uint_eq(last, ROWS);
    }
}
END_TEST

/* Each of many columns is 0 in half of the rows. */
START_TEST(columns_are_often_zero)
{
    enum { COLUMNS = 20 };
    static double x[ROWS * COLUMNS];
    uint64_t state = 88172645463325252u;
    size_t last = 0;

    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        x[i] = case_uniform(&state) < .5 ? 0 : 1 + case_uniform(&state);
    ck_assert_uint_eq(rejected(FILTER_UNION, x, ROWS, COLUMNS, &last), 0);
    x[7 * COLUMNS + 3] = 1000;
    ck_assert_uint_eq(rejected(FILTER_UNION, x, ROWS, COLUMNS, &last), 1);
    ck_assert_uint_eq(last, 7);
}
END_TEST

/* More than three quarters agree: who does not is abnormal, as with results that have to be the same. */
START_TEST(who_differs_from_all_is_seen)
{
    double x[ROWS];
    size_t last = 0;

    for (size_t i = 0; i < ROWS; i++)
        x[i] = 5;
    x[17] = 5.25;
    ck_assert_uint_eq(rejected(FILTER_POS_LOF, x, ROWS, 1, &last), 1);
    ck_assert_uint_eq(last, 17);
    ck_assert_uint_eq(rejected(FILTER_UNION, x + 10, 8, 1, &last), 1);
    ck_assert_uint_eq(last, 7);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, from_a_quarter_to_three_quarters);
    tcase_add_test(t, spread_is_of_the_others);
    tcase_add_test(t, scores_are_relative_to_the_others);
    tcase_add_loop_test(t, counts_and_grades_are_usual, 0, 5);
    tcase_add_test(t, columns_are_often_zero);
    tcase_add_test(t, who_differs_from_all_is_seen);
}

UNIT_MAIN("ties", add)

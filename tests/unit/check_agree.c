/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the rejected agree: two populations, single faults, one column, and what must not matter. */
#include "unit.h"

#include <math.h>
#include <stdint.h>

#include "stats/agree.h"

enum { MOST = 64, WIDE = 128 };

static struct err e;
static uint64_t state;
static double x[MOST * WIDE], errors[MOST * WIDE], share[MOST];
static enum agree_row row[MOST];
static bool member[MOST];
static struct agree_group group;

static double uniform(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* Normal enough: the sum of twelve. */
static double normal(void)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum;
}

/* A round of n results, of which the first m were rejected. */
static void draw(size_t n, size_t m, size_t d)
{
    for (size_t i = 0; i < n * d; i++)
        x[i] = normal();
    for (size_t i = 0; i < n; i++)
        row[i] = i < m ? AGREE_REJECTED : AGREE_ACCEPTED;
}

static void find(size_t n, size_t d)
{
    const struct agree_input in = {.n = n, .d = d, .features = x, .row = row};

    ck_ok(agree_find(&in, member, &group, &e), &e);
}

static size_t members(size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += member[i];
    return count;
}

/* One population of five, or fifteen, and another of three, or six, eight spreads away. */
START_TEST(another_population_agrees)
{
    static const size_t sizes[][2] = {{8, 3}, {8, 2}, {21, 6}}, widths[] = {10, 100};

    for (size_t s = 0; s < 3; s++)
        for (size_t w = 0; w < 2; w++) {
            size_t n = sizes[s][0], m = sizes[s][1], d = widths[w];
            draw(n, m, d);
            for (size_t i = 0; i < m * d; i++)
                x[i] += 8;
            find(n, d);
            ck_assert_uint_eq(group.count, m);
            ck_assert_uint_eq(members(n), m);
            ck_assert_uint_eq(group.rejected, m);
            ck_assert_uint_eq(group.accepted, n - m);
            ck_assert(member[group.middle] && group.middle < m);
            ck_assert(group.within > 0.05 && group.within <= 0.5);
        }
}
END_TEST

/* Noise, however large, goes nowhere together. */
START_TEST(single_faults_do_not)
{
    for (int times = 0; times < 20; times++) {
        draw(8, 3, 30);
        for (size_t i = 0; i < 3 * 30; i++)
            x[i] *= 40;
        find(8, 30);
        ck_assert_uint_eq(group.count, 0);
        ck_assert_uint_eq(members(8), 0);
    }
}
END_TEST

/* The same wrong unit in one column of many, which a distance over all of them would not see. */
START_TEST(one_column_is_enough)
{
    draw(21, 2, 100);
    x[17] += 60;
    x[100 + 17] += 60;
    find(21, 100);
    ck_assert_uint_eq(group.count, 2);
    x[100 + 17] -= 120; /* in the other direction */
    find(21, 100);
    ck_assert_uint_eq(group.count, 0);
    x[100 + 17] += 60; /* and in another column */
    x[100 + 18] += 60;
    find(21, 100);
    ck_assert_uint_eq(group.count, 0);
}
END_TEST

/* By hand: the accepted are -1, 0, 1, so the middle is 0. */
START_TEST(half_as_far_is_the_limit)
{
    static const double values[] = {-1, 0, 1, 10, 14.999, 40};
    static const enum agree_row rows[] = {AGREE_ACCEPTED, AGREE_ACCEPTED, AGREE_ACCEPTED,
                                          AGREE_REJECTED, AGREE_REJECTED, AGREE_IGNORED};

    memcpy(x, values, sizeof values);
    memcpy(row, rows, sizeof rows);
    find(5, 1);
    ck_assert_uint_eq(group.count, 2);
    ck_assert_uint_eq(group.middle, 3);
    ck_assert(fabs(group.within - 0.4999) < 1e-12);
    x[4] = 15.001;
    find(5, 1);
    ck_assert_uint_eq(group.count, 0);
    x[4] = -10; /* as far, on the other side */
    find(5, 1);
    ck_assert_uint_eq(group.count, 0);
    x[4] = 10;
    find(5, 1);
    ck_assert(group.count == 2 && group.within == 0);
    x[3] = x[4] = 0; /* where the accepted are, they have no distance to compare with */
    find(5, 1);
    ck_assert_uint_eq(group.count, 0);
}
END_TEST

/* Two of four are half of them; of five they are not. */
START_TEST(a_group_is_half_of_the_rejected)
{
    static const double values[] = {0, 10, 10.5, -10, 100, 1000, -1, 0, 1, 0.5};

    memcpy(x, values, sizeof values);
    for (size_t i = 0; i < 10; i++)
        row[i] = i == 0 ? AGREE_ACCEPTED : i < 6 ? AGREE_REJECTED : AGREE_ACCEPTED;
    find(10, 1);
    ck_assert_uint_eq(group.count, 0);
    row[5] = AGREE_IGNORED;
    x[5] = NAN;
    find(10, 1);
    ck_assert_uint_eq(group.count, 2);
    ck_assert(member[1] && member[2] && members(10) == 2);
    row[1] = row[2] = row[3] = AGREE_IGNORED; /* one is no group */
    find(10, 1);
    ck_assert_uint_eq(group.count, 0);
    for (size_t i = 0; i < 10; i++)
        row[i] = AGREE_REJECTED; /* and without any accepted there is nothing to say */
    x[5] = 0;
    find(10, 1);
    ck_assert_uint_eq(group.count, 0);
}
END_TEST

/* Other units, another origin and the order of the results change nothing. */
START_TEST(units_and_order_do_not_matter)
{
    enum { N = 12, M = 4, D = 10 };
    double copy[N * D];

    for (int times = 0; times < 50; times++) {
        draw(N, M, D);
        double far = 4 + 6 * uniform();
        for (size_t i = 0; i < 3 * D; i++)
            x[i] += far;
        for (size_t i = 3 * D; i < 4 * D; i++)
            x[i] *= 100;
        find(N, D);
        size_t count = group.count, middle = group.middle;
        double within = group.within;
        ck_assert(count == 0 || !member[3]);
        memcpy(copy, x, sizeof copy);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < D; j++) {
                x[(N - 1 - i) * D + j] = ldexp(copy[i * D + j], (int)j - 5) + (double)j;
                row[N - 1 - i] = i < M ? AGREE_REJECTED : AGREE_ACCEPTED;
            }
        find(N, D);
        ck_assert_uint_eq(group.count, count);
        if (count == 0 || N - 1 - group.middle != middle) /* two may have as many */
            continue;
        ck_assert(fabs(group.within - within) < 1e-9);
    }
}
END_TEST

/* Standard errors and stakes, as the filter has them: few rows lie farther away, and are as near. */
START_TEST(errors_and_stakes_count)
{
    const struct agree_input in = {
        .n = 8, .d = 10, .features = x, .errors = errors, .share = share, .row = row};

    draw(8, 3, 10);
    for (size_t i = 0; i < 80; i++) {
        x[i] += i < 30 ? 12 : 0;
        errors[i] = i < 10 ? 2 : 0.5;
    }
    for (size_t i = 0; i < 8; i++)
        share[i] = 0.125;
    ck_ok(agree_find(&in, member, &group, &e), &e);
    ck_assert_uint_eq(group.count, 3);
    for (size_t i = 0; i < 10; i++)
        errors[i] = INFINITY; /* it says nothing of anything */
    ck_ok(agree_find(&in, member, &group, &e), &e);
    ck_assert(group.count == 2 && !member[0]);
    memset(share, 0, sizeof share);
    ck_ok(agree_find(&in, member, &group, &e), &e);
    ck_assert_uint_eq(group.count, 2);
}
END_TEST

static void begin(void)
{
    err_clear(&e);
    state = 88172645463325252u;
}

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_test(t, another_population_agrees);
    tcase_add_test(t, single_faults_do_not);
    tcase_add_test(t, one_column_is_enough);
    tcase_add_test(t, half_as_far_is_the_limit);
    tcase_add_test(t, a_group_is_half_of_the_rejected);
    tcase_add_test(t, units_and_order_do_not_matter);
    tcase_add_test(t, errors_and_stakes_count);
}

UNIT_MAIN("agree", add)

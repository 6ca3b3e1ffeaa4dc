/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of parties by what they did: their sources, shares, and caps. */
#include "unit.h"

#include <float.h>
#include <math.h>

#include "stats/weight.h"

static const double day = 86400;

static struct weight_options options(enum weight_method method)
{
    return (struct weight_options){.method = method,
                                   .t_min = 7 * day,
                                   .t_max = 30 * day,
                                   .half_life = 90 * day,
                                   .penalty = 0.5,
                                   .lambda = 1};
}

static double one(enum weight_method method, double items, double age)
{
    struct weight_options o = options(method);
    struct weight_event event = {items, age, false};

    return weight_of_history(&o, &event, 1);
}

START_TEST(pos_counts_by_age)
{
    ck_assert_double_eq(one(WEIGHT_POS, 100, 0), 0);
    ck_assert_double_eq(one(WEIGHT_POS, 100, 7 * day), 0);
    ck_assert_double_eq_tol(one(WEIGHT_POS, 100, 18.5 * day), 50, 1e-9);
    ck_assert_double_eq_tol(one(WEIGHT_POS, 100, 30 * day), 100, 1e-9);
    ck_assert_double_eq_tol(one(WEIGHT_POS, 100, 120 * day), 50, 1e-9);
    ck_assert_double_eq_tol(one(WEIGHT_POS, 100, 210 * day), 25, 1e-9);
    ck_assert_double_eq(one(WEIGHT_POS, 100, -5), 0);
}
END_TEST

START_TEST(the_alternatives_count_by_their_names)
{
    ck_assert_double_eq(one(WEIGHT_COINAGE, 100, 3), 300);
    ck_assert_double_eq(one(WEIGHT_VOLUME, 100, 3), 100);
    ck_assert_double_eq(one(WEIGHT_RECENCY, 100, 0), 100);
    ck_assert_double_eq_tol(one(WEIGHT_RECENCY, 100, 180 * day), 25, 1e-9);
    ck_assert_double_eq(one(WEIGHT_COINAGE, 100, -3), 0);
    for (int m = WEIGHT_POS; m <= WEIGHT_UNIFORM; m++)
        ck_assert_int_eq((int)weight_method_of(weight_method_name((enum weight_method)m)), m);
    ck_assert_int_eq((int)weight_method_of("Pos"), 0);
    ck_assert_str_eq(weight_method_name((enum weight_method)99), "unknown");
}
END_TEST

/* Whatever was computed and rejected, and whatever a slave has besides. */
START_TEST(uniform_gives_equal_shares)
{
    const struct weight_event events[] = {{100, 40 * day, false}, {5, day, true}, {1e9, 0, false}};
    struct weight_options o = options(WEIGHT_UNIFORM);
    double P[7], share[7], term[3];
    struct err e = {0};

    for (size_t i = 0; i < 7; i++)
        P[i] = weight_of_history(&o, events, i % 4);
    weight_terms(&o, events, 3, term);
    ck_assert(term[0] == 0 && term[1] == 0 && term[2] == 0);
    for (size_t n = 1; n <= 7; n++)
        for (int lambda = 0; lambda < 3; lambda++) {
            ck_ok(weight_shares(P, n, lambda, share, &e), &e);
            for (size_t i = 0; i < n; i++) {
                ck_assert_double_eq(share[i], share[0]);
                ck_assert_double_eq_tol(share[i], 1 / (double)n, 1e-15);
            }
        }
}
END_TEST

START_TEST(a_rejection_halves_what_was_earned_before)
{
    const struct weight_event events[] = {
        {100, 9, false}, {40, 8, false}, {1e9, 7, true}, {10, 6, false}, {1, 5, true},
    };
    struct weight_options o = options(WEIGHT_VOLUME);

    ck_assert_double_eq(weight_of_history(&o, events, 0), 0);
    ck_assert_double_eq(weight_of_history(&o, events, 2), 140);
    ck_assert_double_eq(weight_of_history(&o, events, 3), 70);
    ck_assert_double_eq(weight_of_history(&o, events, 4), 80);
    ck_assert_double_eq(weight_of_history(&o, events, 5), 40);
    double term[5];
    weight_terms(&o, events, 5, term);
    ck_assert(term[0] == 25 && term[1] == 10 && term[2] == 0 && term[3] == 5 && term[4] == 0);
    o.penalty = 0;
    ck_assert_double_eq(weight_of_history(&o, events, 5), 0);
}
END_TEST

static void check_shares(const double *P, size_t n, double lambda, const double *expected)
{
    struct err e = {0};
    double share[16], sum = 0;

    ck_ok(weight_shares(P, n, lambda, share, &e), &e);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(fabs(share[i] - expected[i]) < 1e-12, "share %zu: %.17g, expected %.17g", i,
                      share[i], expected[i]);
        sum += share[i];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-14);
}

START_TEST(shares_follow_the_formula)
{
    /* mean 2: P/mean + 1 = 1.5 2 2.5 1 2 3 2 2, sum 16 */
    const double P[] = {1, 2, 3, 0, 2, 4, 2, 2};
    const double w[] = {1.5 / 16, 2. / 16, 2.5 / 16, 1. / 16, 2. / 16, 3. / 16, 2. / 16, 2. / 16};
    const double plain[] = {1. / 16, 2. / 16, 3. / 16, 0, 2. / 16, 4. / 16, 2. / 16, 2. / 16};
    const double zero[5] = {0}, equal[] = {.2, .2, .2, .2, .2};

    check_shares(P, 8, 1, w);
    check_shares(P, 8, 0, plain);
    check_shares(zero, 5, 0, equal);
    check_shares(zero, 5, 1, equal);
}
END_TEST

START_TEST(shares_are_capped_by_filling)
{
    /* cutting the first to the cap lifts the fifth above it: .75 * 4/10 */
    const double rich[] = {90, 2, 2, 2, 4}, rich_w[] = {.25, 1. / 6, 1. / 6, 1. / 6, .25};
    const double lone[] = {0, 5, 0, 0, 0, 0}, lone_w[] = {.15, .25, .15, .15, .15, .15};
    const double few[] = {1, 100, 7}, thirds[] = {1. / 3, 1. / 3, 1. / 3}, all[] = {1};
    const double four[] = {0, 0, 9, 1}, quarters[] = {.25, .25, .25, .25};

    check_shares(rich, 5, 0, rich_w);
    check_shares(lone, 6, 0, lone_w);
    check_shares(few, 3, 1, thirds);
    check_shares(four, 4, 0, quarters);
    check_shares(few, 1, 1, all);
}
END_TEST

START_TEST(shares_do_not_depend_on_the_unit)
{
    const double P[] = {1, 2, 3, 0, 2, 4, 2, 2};
    struct err e = {0};
    double share[8], expected[8], scaled[8];

    ck_ok(weight_shares(P, 8, 1, expected, &e), &e);
    for (double c = 1e-300; c < 1e300; c *= 1e19) {
        for (size_t i = 0; i < 8; i++)
            scaled[i] = c * P[i];
        ck_ok(weight_shares(scaled, 8, 1, share, &e), &e);
        for (size_t i = 0; i < 8; i++)
            ck_assert_double_eq_tol(share[i], expected[i], 1e-13);
    }
    const double huge[] = {DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX, 0},
                 w[] = {.225, .225, .225, .225, .1};
    check_shares(huge, 5, 1, w);
}
END_TEST

START_TEST(bad_weights_are_refused)
{
    double P[] = {1, NAN, 2}, share[3] = {7, 7, 7};
    struct err e = {0};

    ck_fails(weight_shares(P, 3, 1, share, &e), &e, ERR_INPUT, "POS weight of slave 1: nan");
    P[1] = -1;
    ck_fails(weight_shares(P, 3, 1, share, &e), &e, ERR_INPUT, "slave 1: -1");
    P[1] = INFINITY;
    ck_fails(weight_shares(P, 3, 1, share, &e), &e, ERR_INPUT, "inf");
    P[1] = 1;
    ck_fails(weight_shares(P, 3, -1, share, &e), &e, ERR_INPUT, "lambda: -1");
    ck_fails(weight_shares(P, 3, NAN, share, &e), &e, ERR_INPUT, "lambda");
    ck_assert_double_eq(share[0], 7);
    ck_ok(weight_shares(P, 0, 1, share, &e), &e);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, pos_counts_by_age);
    tcase_add_test(t, the_alternatives_count_by_their_names);
    tcase_add_test(t, uniform_gives_equal_shares);
    tcase_add_test(t, a_rejection_halves_what_was_earned_before);
    tcase_add_test(t, shares_follow_the_formula);
    tcase_add_test(t, shares_are_capped_by_filling);
    tcase_add_test(t, shares_do_not_depend_on_the_unit);
    tcase_add_test(t, bad_weights_are_refused);
}

UNIT_MAIN("weight", add)

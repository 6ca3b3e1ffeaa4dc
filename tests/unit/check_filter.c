/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter's decisions: what is rejected, why, and what is said about it. */
#include "filter_case.h"

START_TEST(names_go_both_ways)
{
    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++)
        ck_assert_int_eq((int)filter_method_of(filter_method_name((enum filter_method)m)), m);
    ck_assert_int_eq((int)filter_method_of("pos_lof"), 0);
    ck_assert_str_eq(filter_method_name((enum filter_method)99), "unknown");
    ck_assert_str_eq(filter_why_name(FILTER_HALF_STAKE), "half-stake");
    ck_assert_str_eq(filter_why_name((enum filter_why)99), "unknown");
}
END_TEST

START_TEST(textbook_answers_pass_through)
{
    const double line[] = {1, 2, 3, 4, 5, 6, 7},
                 known[] = {173. / 162, 173. / 162, 227. / 224, 55. / 63};
    struct filter_options o = case_options(FILTER_LOF);
    struct filter_input in = {.n = 7, .d = 1, .features = line};

    for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
        o.scale = (enum filter_scale)scale;
        o.k = 3;
        struct filter_outcome out = case_apply(&o, &in);
        for (size_t i = 0; i < 7; i++)
            ck_near(out.decisions[i].score, known[i < 4 ? i : 6 - i]);
        ck_assert_double_eq(out.threshold, 5.3);
        filter_outcome_free(&out);
    }
}
END_TEST

START_TEST(mad_is_its_formula)
{
    /* medians 3 and 0; spreads 1.4826 and 1.4826 * 10 */
    const double x[] = {1, -10, 2, 0, 3, 20, 4, 10, 100, -10};
    struct filter_options o = case_options(FILTER_MAD);
    struct filter_input in = {.n = 5, .d = 2, .features = x};

    for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
        o.scale = (enum filter_scale)scale;
        struct filter_outcome out = case_apply(&o, &in);
        ck_near(out.threshold, 3.5 + sqrt(2 * log(2)));
        ck_near(out.decisions[2].score, 2 / 1.4826);
        ck_near(out.decisions[4].score, 97 / 1.4826);
        ck_assert(out.decisions[4].rejected && out.decisions[4].why == FILTER_SCORE);
        ck_assert_uint_eq(out.decisions[4].worst[0], 0);
        ck_near(out.decisions[4].deviation[0], 97 / 1.4826);
        ck_assert_uint_eq(out.decisions[4].worst[1], 1);
        ck_near(out.decisions[4].deviation[1], -1 / 1.4826);
        ck_assert_uint_eq(out.decisions[4].worst[2], 2);
        ck_assert_double_eq(out.centre[0], 3);
        filter_outcome_free(&out);
    }
}
END_TEST

START_TEST(unusable_results_go_first_and_say_where)
{
    const double x[] = {1, 1,   1,   1,         2, 2, 2,  2,  3, 3, 3, 3, 4, 4, 4, 4, /* honest */
                        1, NAN, 1e9, -INFINITY, 2, 2, 50, 90, 3, 3, 3, 3};
    const double lower[] = {-INFINITY, 0, 0, 0}, upper[] = {1e6, 1e6, 40, 40};
    const bool excluded[] = {false, false, false, false, false, false, true};
    struct filter_options o = case_options(FILTER_NONE);
    struct filter_input in = {
        .n = 7, .d = 4, .features = x, .lower = lower, .upper = upper, .excluded = excluded};
    struct filter_outcome out = case_apply(&o, &in);
    const struct filter_decision *r = out.decisions;

    ck_assert_uint_eq(out.scored, 4);
    ck_assert_double_eq(out.centre[1], 2.5);
    ck_assert(isnan(out.threshold));
    ck_assert(!r[0].rejected && r[0].why == FILTER_ACCEPTED && r[0].score == 0);
    ck_assert(r[4].rejected && r[4].why == FILTER_NOT_FINITE && isnan(r[4].score));
    ck_assert(r[4].worst[0] == 1 && isnan(r[4].deviation[0]));
    ck_assert(r[4].worst[1] == 3 && r[4].deviation[1] == -INFINITY);
    ck_assert(r[4].worst[2] == 2 && r[4].deviation[2] > 1e8);
    ck_assert(r[5].rejected && r[5].why == FILTER_IMPLAUSIBLE);
    ck_assert(r[5].worst[0] == 3 && r[5].worst[1] == 2);
    ck_assert(r[6].rejected && r[6].why == FILTER_EXCLUDED && isnan(r[6].score));
    filter_outcome_free(&out);
}
END_TEST

START_TEST(nothing_left_to_score)
{
    const double x[] = {NAN, 1, INFINITY, 2};

    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++) {
        struct filter_options o = case_options((enum filter_method)m);
        struct filter_input in = {.n = 2, .d = 2, .features = x};
        struct filter_outcome out = case_apply(&o, &in);
        ck_assert(out.scored == 0 && isnan(out.centre[0]));
        ck_assert(out.decisions[0].rejected && out.decisions[1].rejected);
        filter_outcome_free(&out);
        in.n = 0;
        out = case_apply(&o, &in);
        filter_outcome_free(&out);
    }
}
END_TEST

START_TEST(few_results_are_scored_and_kept)
{
    const double x[] = {1, 1.1, 0.9, 1.05, 1e6, 1.02};

    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++)
        for (size_t n = 1; n <= 6; n++) {
            struct filter_options o = case_options((enum filter_method)m);
            struct filter_input in = {.n = n, .d = 1, .features = x};
            o.decide_few = false;
            o.cut = n > 5 ? FILTER_CUT_FIXED : FILTER_CUT_SIMULATED; /* of few all the same */
            struct filter_outcome out = case_apply(&o, &in);
            for (size_t i = 0; i < n; i++) {
                ck_assert(isfinite(out.decisions[i].score));
                ck_assert(n > 5 || !out.decisions[i].rejected);
            }
            if (n >= 5 && m != FILTER_NONE) {
                ck_assert(out.decisions[4].rejected == (n > 5));
                ck_assert(out.decisions[4].why == (n > 5 ? FILTER_SCORE : FILTER_FEW));
            }
            filter_outcome_free(&out);
        }
}
END_TEST

START_TEST(ratio_takes_the_highest_scores)
{
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 30, 20};
    struct filter_options o = case_options(FILTER_MAD);
    struct filter_input in = {.n = 10, .d = 1, .features = x};

    o.ratio = 0.1 + 0.2; /* a little more than .3, as .1 + .2 is */
    struct filter_outcome out = case_apply(&o, &in);
    ck_assert(isnan(out.threshold));
    ck_assert(out.decisions[8].rejected && out.decisions[9].rejected);
    ck_assert(out.decisions[0].rejected && out.decisions[0].why == FILTER_RATIO);
    for (size_t i = 1; i < 8; i++)
        ck_assert(!out.decisions[i].rejected);
    filter_outcome_free(&out);

    const double same[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    in.features = same;
    o.ratio = 0.29;
    out = case_apply(&o, &in);
    for (size_t i = 0; i < 10; i++) /* equal scores: by row */
        ck_assert_int_eq(out.decisions[i].rejected, i < 2);
    filter_outcome_free(&out);
}
END_TEST

START_TEST(half_of_the_stake_is_kept)
{
    const double x[] = {0, 1, 2, 3, 4, 5, 100, 90, 80, 70};
    const double share[] = {.1, .1, .1, .1, .1, .05, .15, .15, .1, .05};
    struct filter_options o = case_options(FILTER_MAD);
    struct filter_input in = {.n = 10, .d = 1, .features = x};

    o.ratio = 0.5; /* exactly half may go */
    struct filter_outcome out = case_apply(&o, &in);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(out.decisions[i].rejected, i == 0 || i > 5);
    filter_outcome_free(&out);

    o.ratio = NAN;
    in.share = share;
    out = case_apply(&o, &in);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(out.decisions[i].rejected, i > 5);
    filter_outcome_free(&out);

    o.threshold = 1e-6; /* all are abnormal but those at the centre: half must stay */
    out = case_apply(&o, &in);
    double rejected = 0;
    size_t kept = 0;
    for (size_t i = 0; i < 10; i++) {
        rejected += out.decisions[i].rejected ? share[i] : 0;
        kept += out.decisions[i].why == FILTER_HALF_STAKE;
    }
    ck_assert_double_le(rejected, 0.5 + 1e-12);
    ck_assert_uint_ge(kept, 4);
    filter_outcome_free(&out);

    /* the stake of results that are not finite does not count */
    double bad[10];
    memcpy(bad, x, sizeof bad);
    bad[6] = NAN;
    o.threshold = NAN;
    in.features = bad;
    out = case_apply(&o, &in);
    ck_assert(out.decisions[7].rejected && out.decisions[8].rejected && out.decisions[9].rejected);
    filter_outcome_free(&out);
}
END_TEST

START_TEST(identical_results_and_one_liar)
{
    double x[9 * 3];

    for (int m = FILTER_POS_LOF; m <= FILTER_MAD; m++)
        for (int way = 0; way < 4; way++) {
            struct filter_options o = case_options((enum filter_method)m);
            struct filter_input in = {.n = 9, .d = 3, .features = x};
            bool liars = way % 2;
            o.cut = way < 2 || m == FILTER_MAD ? FILTER_CUT_FIXED : FILTER_CUT_SIMULATED;
            for (size_t i = 0; i < 9 * 3; i++)
                x[i] = (double)(1 + i % 3) * (1 + (double)(i % 5) * 2e-16);
            if (liars)
                x[4] = 99; /* row 1 */
            struct filter_outcome out = case_apply(&o, &in);
            for (size_t i = 0; i < 9; i++) {
                ck_assert_int_eq(out.decisions[i].rejected, liars && i == 1);
                if (!liars && m != FILTER_MAD)
                    ck_near(out.decisions[i].score, 1);
            }
            ck_assert(!liars || out.decisions[1].worst[0] == 1);
            filter_outcome_free(&out);
        }
}
END_TEST

/* Every method, scale and cut, of the first n of these rows of d. */
static void check_finite(const double *x, size_t n, size_t d)
{
    const double shares[] = {0, 0, .25, .75, 0, 0, 0, 0, 0},
                 items[] = {5e-324, 1e308, 1, 1, 3, 1e-300, 7, 1, 1};

    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++)
        for (int way = 0; way < 16; way++) {
            struct filter_options o = case_options((enum filter_method)m);
            struct filter_input in = {.n = n, .d = d, .features = x, .items = items};
            o.scale = way & 1 ? FILTER_SCALE_MAD : FILTER_SCALE_NONE;
            o.cut = way & 2 ? FILTER_CUT_SIMULATED : FILTER_CUT_FIXED;
            in.share = way & 4 && n > 3 ? shares : NULL;
            in.errors = way & 8 ? x : NULL; /* the negative ones are not finite */
            struct filter_outcome out = case_apply(&o, &in);
            double rejected = 0, whole = 0;
            for (size_t i = 0; i < n; i++) {
                const struct filter_decision *r = &out.decisions[i];
                bool scored = r->why != FILTER_NOT_FINITE;
                double stake = in.share && scored ? in.share[i] : 0;
                ck_assert(!scored || (isfinite(r->score) && r->score >= 0));
                whole += stake;
                rejected += r->rejected ? stake : 0;
            }
            ck_assert(whole == 0 || rejected <= whole / 2 + 1e-12);
            ck_assert_int_eq(isnan(out.threshold), m == FILTER_NONE);
            filter_outcome_free(&out);
        }
}

START_TEST(extreme_numbers_stay_numbers)
{
    const double wild[] = {1e308, -1e308, 1e-308, 0, 1e308, -1e308, 5e-324, 1, 2};
    const double small[] = {5e-324, 1e-323, 0, 5e-324, 0, 2e-323, 0, 0, 1e-308};
    const double large[] = {1.7e308, 1.7e308,  -1.7e308, 1.6e308, 1e308,
                            1.7e308, -1.7e308, 1,        1e300};
    const double same[] = {7, 7, 7, 7, 7, 7, 7, 7, 7}, none[9] = {0};
    const double *all[] = {wild, small, large, same, none};

    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        for (size_t n = 1; n <= 3; n++)
            check_finite(all[k], n, 3);
        check_finite(all[k], 4, 2);
        check_finite(all[k], 9, 1);
    }
}
END_TEST

START_TEST(alone_or_alike_is_not_abnormal)
{
    const double same[] = {3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4};
    const double known[] = {
        [FILTER_POS_LOF] = 1, [FILTER_LOF] = 1,     [FILTER_MAD] = 0,
        [FILTER_NONE] = 0,    [FILTER_POSDIST] = 1, [FILTER_UNION] = 1 / (1.3 + 4 / sqrt(2))};

    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++)
        for (size_t n = 1; n <= 7; n++) {
            struct filter_options o = case_options((enum filter_method)m);
            struct filter_input in = {.n = n, .d = 2, .features = same};
            struct filter_outcome out = case_apply(&o, &in);
            for (size_t i = 0; i < n; i++) {
                ck_near(out.decisions[i].score, known[m]);
                ck_assert(!out.decisions[i].rejected);
            }
            filter_outcome_free(&out);
        }
}
END_TEST

/* Two results have nobody to side with: each is as far from the other. */
START_TEST(two_score_alike)
{
    const double x[] = {1, 2, 5, -3};

    for (int m = FILTER_POS_LOF; m <= FILTER_UNION; m++) {
        struct filter_options o = case_options((enum filter_method)m);
        struct filter_input in = {.n = 2, .d = 2, .features = x};
        struct filter_outcome out = case_apply(&o, &in);
        ck_near(out.decisions[0].score, out.decisions[1].score);
        ck_assert(!out.decisions[0].rejected && !out.decisions[1].rejected);
        filter_outcome_free(&out);
    }
}
END_TEST

/* More than k results that are equal, in a cloud that is not: finite, and not absurd. */
START_TEST(many_duplicates_have_sensible_scores)
{
    uint64_t state = 88172645463325252u;
    double x[30 * 2];

    for (int trial = 0; trial < 100; trial++) {
        struct filter_options o = case_options(FILTER_LOF);
        struct filter_input in = {.n = 30, .d = 2, .features = x};
        for (size_t i = 0; i < 60; i++)
            x[i] = i < 24 ? 1 : case_normal(&state);
        o.k = 5;
        o.scale = FILTER_SCALE_NONE; /* ties change spreads, too */
        o.cut = FILTER_CUT_SIMULATED;
        struct filter_outcome now = case_apply(&o, &in);
        o.cut = FILTER_CUT_FIXED;
        struct filter_outcome old = case_apply(&o, &in);
        for (size_t i = 0; i < 30; i++) {
            ck_assert(i >= 12 || fabs(now.decisions[i].score - 1) < 1e-12);
            ck_assert_double_le(now.decisions[i].score, 1e5);
            if (old.decisions[i].score < 1e6) /* nothing is equal near by */
                ck_near(now.decisions[i].score, old.decisions[i].score);
            else
                ck_assert_double_gt(now.decisions[i].score, 100);
        }
        filter_outcome_free(&now);
        filter_outcome_free(&old);
    }
}
END_TEST

START_TEST(bad_options_are_refused)
{
    double x[] = {1, 2, 3, 4, 5, 6}, share[] = {.5, .5, .5}, low[] = {0, 2}, high[] = {1, 1};
    double items[] = {1, 2, 0};
    struct filter_input in = {.n = 3, .d = 2, .features = x};
    struct filter_options o = case_options(FILTER_POS_LOF), bad;
    struct filter_outcome out = {.scored = 7};
    struct err e = {0};

#define REFUSED(change, words) \
    bad = o;                   \
    change;                    \
    ck_fails(filter_apply(&bad, &in, &out, &e), &e, ERR_INPUT, words)
    REFUSED(bad.method = 0, "method: 0");
    REFUSED(bad.scale = 3, "scale: 3");
    REFUSED(bad.kappa = 0, "kappa: 0");
    REFUSED(bad.kappa = NAN, "kappa: nan");
    REFUSED(bad.kappa = 1.1, "kappa: 1.1");
    REFUSED(bad.ratio = 0.6, "ratio: 0.6");
    REFUSED(bad.ratio = -1, "ratio: -1");
    REFUSED(bad.threshold = 0, "threshold: 0");
    REFUSED(bad.method = FILTER_UNION; bad.kappa = 0, "kappa: 0");
    REFUSED(bad.method = FILTER_UNION + 1, "method: 7");
    REFUSED(bad.cut = 2, "cut: 2");
    REFUSED(bad.cut = FILTER_CUT_SIMULATED; bad.target_fpr = 0, "false alarms: 0");
    REFUSED(bad.cut = FILTER_CUT_SIMULATED; bad.target_fpr = 0.6, "false alarms: 0.6");
    REFUSED(bad.cut = FILTER_CUT_SIMULATED; bad.target_fpr = NAN, "false alarms: nan");
    in.items = items;
    REFUSED(, "items of result 2: 0");
    items[2] = INFINITY;
    REFUSED(, "items of result 2: inf");
    in.items = NULL;
    REFUSED(in.share = share, "sum 1.5");
    share[0] = -.5;
    REFUSED(, "share of result 0: -0.5");
    in.share = NULL;
    in.lower = low;
    in.upper = high;
    REFUSED(, "feature 1: 2 to 1");
    in.lower = in.upper = NULL;
    REFUSED(in.d = 0, "1 at least");
    ck_assert_uint_eq(out.scored, 7);
#undef REFUSED
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, names_go_both_ways);
    tcase_add_test(t, textbook_answers_pass_through);
    tcase_add_test(t, mad_is_its_formula);
    tcase_add_test(t, unusable_results_go_first_and_say_where);
    tcase_add_test(t, nothing_left_to_score);
    tcase_add_test(t, few_results_are_scored_and_kept);
    tcase_add_test(t, ratio_takes_the_highest_scores);
    tcase_add_test(t, half_of_the_stake_is_kept);
    tcase_add_test(t, identical_results_and_one_liar);
    tcase_add_test(t, extreme_numbers_stay_numbers);
    tcase_add_test(t, alone_or_alike_is_not_abnormal);
    tcase_add_test(t, two_score_alike);
    tcase_add_test(t, many_duplicates_have_sensible_scores);
    tcase_add_test(t, bad_options_are_refused);
}

UNIT_MAIN("filter", add)

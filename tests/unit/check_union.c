/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pos-lof or mad, whichever sees it. */
#include "filter_case.h"

enum { N = 12, D = 20 };

static uint64_t state = 88172645463325252u;

static void cloud(double *x)
{
    for (size_t i = 0; i < N * D; i++)
        x[i] = case_normal(&state);
}

/* A target: by a simulated cut; 0: the fixed cut. */
static struct filter_outcome apply(enum filter_method method, const double *x, double threshold,
                                   double target)
{
    struct filter_options o = case_options(method);
    struct filter_input in = {.n = N, .d = D, .features = x};

    o.threshold = threshold;
    o.cut = target > 0 ? FILTER_CUT_SIMULATED : FILTER_CUT_FIXED;
    o.target_fpr = target;
    return case_apply(&o, &in);
}

static struct filter_outcome by(enum filter_method method, const double *x, double threshold)
{
    return apply(method, x, threshold, 0);
}

/* by a simulated cut each part has half of the false alarms. */
static void check_ratio(const double *x, double target)
{
    struct filter_outcome near = apply(FILTER_POS_LOF, x, NAN, target / 2);
    struct filter_outcome far = apply(FILTER_MAD, x, NAN, target / 2);
    struct filter_outcome both = apply(FILTER_UNION, x, NAN, target);

    ck_assert_double_eq(both.threshold, 1);
    for (size_t i = 0; i < N; i++) {
        const struct filter_decision *p = &near.decisions[i], *q = &far.decisions[i];
        ck_near(both.decisions[i].score, fmax(p->score / near.threshold, q->score / far.threshold));
        ck_assert_int_eq(both.decisions[i].why != FILTER_ACCEPTED,
                         p->why != FILTER_ACCEPTED || q->why != FILTER_ACCEPTED);
    }
    filter_outcome_free(&near);
    filter_outcome_free(&far);
    filter_outcome_free(&both);
}

START_TEST(it_is_the_larger_ratio)
{
    double x[N * D];

    for (int trial = 0; trial < 200; trial++) {
        cloud(x);
        for (size_t j = 0; j < D && trial % 3 == 1; j++)
            x[j] *= 4; /* far everywhere, a little */
        if (trial % 3 == 2)
            x[7] += 15; /* far in one */
        check_ratio(x, trial < 190 ? 0 : 0.04);
    }
}
END_TEST

START_TEST(each_part_sees_what_the_other_does_not)
{
    double x[N * D], y[N * D];

    state = 88172645463325252u; /* also when the tests run in one process */
    cloud(x);
    memcpy(y, x, sizeof y);
    x[7] += 15;
    for (size_t j = 0; j < D; j++)
        y[j] = j % 2 ? 3.2 : -3.2;
    struct filter_outcome near = by(FILTER_POS_LOF, x, NAN), both = by(FILTER_UNION, x, NAN);
    ck_assert(!near.decisions[0].rejected && both.decisions[0].rejected);
    filter_outcome_free(&near);
    filter_outcome_free(&both);
    struct filter_outcome far = by(FILTER_MAD, y, NAN);
    both = by(FILTER_UNION, y, NAN);
    ck_assert(!far.decisions[0].rejected && both.decisions[0].rejected);
    filter_outcome_free(&far);
    filter_outcome_free(&both);
}
END_TEST

START_TEST(who_gives_a_threshold_gets_it)
{
    double x[N * D];

    state = 88172645463325252u;
    cloud(x);
    x[7] += 15;
    struct filter_outcome usual = by(FILTER_UNION, x, NAN), high = by(FILTER_UNION, x, 40);
    ck_assert(usual.decisions[0].rejected && !high.decisions[0].rejected);
    ck_assert_double_eq(high.threshold, 40);
    ck_assert_double_eq(high.decisions[0].score, usual.decisions[0].score);
    filter_outcome_free(&usual);
    filter_outcome_free(&high);

    struct filter_options o = case_options(FILTER_UNION);
    struct filter_input in = {.n = N, .d = D, .features = x};
    o.ratio = .1;
    usual = case_apply(&o, &in);
    for (size_t i = 0; i < N; i++)
        ck_assert_int_eq(usual.decisions[i].rejected, i == 0);
    ck_assert(isnan(usual.threshold));
    filter_outcome_free(&usual);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, it_is_the_larger_ratio);
    tcase_add_test(t, each_part_sees_what_the_other_does_not);
    tcase_add_test(t, who_gives_a_threshold_gets_it);
}

UNIT_MAIN("union", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pos-lof promises: its invariances, its bound, its use of standard errors. */
#include "filter_case.h"

#include "stats/weight.h"

enum { N = 12, D = 3, MOST = 40 };

static uint64_t state = 88172645463325252u;

static void cloud(double *x, double *share)
{
    double sum = 0;

    for (size_t i = 0; i < N * D; i++)
        x[i] = case_normal(&state) + (i / D == 5 ? 20 : 0);
    for (size_t i = 0; i < N; i++)
        sum += share[i] = 0.3 + case_uniform(&state);
    for (size_t i = 0; i < N; i++)
        share[i] /= sum;
}

/* Both clouds, of N results, have the same scores and decisions. */
static void check_same(const struct filter_options *o, const double *x, const double *y,
                       const double *share)
{
    struct filter_input in = {.n = N, .d = D, .features = x, .share = share};
    struct filter_outcome a = case_apply(o, &in);

    in.features = y;
    struct filter_outcome b = case_apply(o, &in);
    for (size_t i = 0; i < N; i++) {
        ck_near(b.decisions[i].score, a.decisions[i].score);
        ck_assert_int_eq(b.decisions[i].rejected, a.decisions[i].rejected);
    }
    ck_assert(a.decisions[5].rejected);
    filter_outcome_free(&a);
    filter_outcome_free(&b);
}

START_TEST(translation_scale_and_rotation_change_nothing)
{
    double x[N * D], y[N * D], share[N];

    for (int trial = 0; trial < 50; trial++)
        for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
            struct filter_options o = case_options(FILTER_POS_LOF);
            o.scale = (enum filter_scale)scale;
            cloud(x, share);
            for (size_t i = 0; i < N * D; i++)
                y[i] = x[i] + 100 * (double)(i % D);
            check_same(&o, x, y, share);
            for (size_t i = 0; i < N * D; i++)
                y[i] = x[i] * -3e-7 * (scale == FILTER_SCALE_MAD ? (double)(1 + i % D) : 1);
            check_same(&o, x, y, share);
            double angle = 6 * case_uniform(&state), c = cos(angle), s = sin(angle);
            for (size_t i = 0; i < N; i++) {
                const double *p = x + i * D;
                y[i * D] = c * p[0] - s * p[2];
                y[i * D + 1] = -p[1];
                y[i * D + 2] = s * p[0] + c * p[2];
            }
            if (scale == FILTER_SCALE_NONE)
                check_same(&o, x, y, share);
        }
}
END_TEST

START_TEST(the_unit_of_weight_changes_nothing)
{
    double x[N * D], share[N], P[N], a[N], b[N];
    struct err e = {0};

    cloud(x, share);
    for (size_t i = 0; i < N; i++)
        P[i] = share[i] * 1e6;
    ck_ok(weight_shares(P, N, 1, a, &e), &e);
    for (size_t i = 0; i < N; i++)
        P[i] *= 777;
    ck_ok(weight_shares(P, N, 1, b, &e), &e);
    struct filter_options o = case_options(FILTER_POS_LOF);
    struct filter_input in = {.n = N, .d = D, .features = x, .share = a};
    struct filter_outcome one = case_apply(&o, &in);
    in.share = b;
    struct filter_outcome two = case_apply(&o, &in);
    for (size_t i = 0; i < N; i++)
        ck_near(two.decisions[i].score, one.decisions[i].score);
    filter_outcome_free(&one);
    filter_outcome_free(&two);
}
END_TEST

/* Row 0 (honest) and row 5 (a liar) become several, with the same whole weight. */
START_TEST(splitting_an_identity_changes_nothing)
{
    double x[MOST * D], share[N], P[MOST], w[MOST], v[MOST];
    struct err e = {0};

    for (int trial = 0; trial < 100; trial++)
        for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
            struct filter_options o = case_options(FILTER_POS_LOF);
            size_t n = N;
            o.scale = (enum filter_scale)scale;
            cloud(x, share);
            for (size_t i = 0; i < N; i++)
                P[i] = share[i];
            ck_ok(weight_shares(P, N, 0, w, &e), &e);
            for (size_t copy = 1; copy <= 20; copy++, n++) {
                size_t of = copy % 2 ? 0 : 5;
                memcpy(x + n * D, x + of * D, D * sizeof *x);
                P[n] = share[of] / 11;
            }
            P[0] /= 11;
            P[5] /= 11;
            ck_ok(weight_shares(P, n, 0, v, &e), &e);
            struct filter_input in = {.n = N, .d = D, .features = x, .share = w};
            struct filter_outcome whole = case_apply(&o, &in);
            in.n = n;
            in.share = v;
            struct filter_outcome split = case_apply(&o, &in);
            for (size_t i = 0; i < n; i++) {
                size_t of = i < N ? i : (i - N) % 2 ? 5 : 0;
                ck_near(split.decisions[i].score, whole.decisions[of].score);
                ck_assert_int_eq(split.decisions[i].rejected, whole.decisions[of].rejected);
            }
            filter_outcome_free(&whole);
            filter_outcome_free(&split);
        }
}
END_TEST

START_TEST(results_without_stake_move_nobody)
{
    double x[MOST * D], share[MOST] = {0};
    struct filter_options o = case_options(FILTER_POS_LOF);
    struct filter_input in = {.n = N, .d = D, .features = x, .share = share};

    cloud(x, share);
    struct filter_outcome alone = case_apply(&o, &in);
    for (size_t i = N * D; i < MOST * D; i++)
        x[i] = 1e3 * case_normal(&state);
    in.n = MOST;
    struct filter_outcome crowd = case_apply(&o, &in);
    for (size_t i = 0; i < MOST; i++)
        if (i < N)
            ck_near(crowd.decisions[i].score, alone.decisions[i].score);
        else
            ck_assert(crowd.decisions[i].rejected);
    filter_outcome_free(&alone);
    filter_outcome_free(&crowd);

    /* nobody who is left has any: equal ones */
    const double none[] = {1, 0, 0, 0, 0, 0, 0}, y[] = {NAN, 1, 1.1, 1.2, 1.3, 1.4, 90};
    in = (struct filter_input){.n = 7, .d = 1, .features = y, .share = none};
    struct filter_outcome rest = case_apply(&o, &in);
    for (size_t i = 1; i < 7; i++)
        ck_assert_int_eq(rest.decisions[i].rejected, i == 6);
    filter_outcome_free(&rest);
}
END_TEST

/* Honest ones: more than half of the stake, in a ball of diameter 1. Attackers:
 * as they like, but farther than the threshold from every honest one. */
START_TEST(all_who_are_far_are_rejected)
{
    double x[N * D], share[N];

    for (int trial = 0; trial < 500; trial++) {
        struct filter_options o = case_options(FILTER_POS_LOF);
        struct filter_input in = {.n = N, .d = D, .features = x, .share = share};
        o.scale = FILTER_SCALE_NONE;
        o.threshold = 1.2 + 2 * case_uniform(&state);
        cloud(x, share);
        double bad = 0, reach = o.threshold + 1 + 5 * case_uniform(&state);
        size_t attackers = 0;
        while (bad + share[attackers] < 0.4999)
            bad += share[attackers++];
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < D; j++) {
                double inside = (case_uniform(&state) - 0.5) / sqrt(D);
                x[i * D + j] = i >= attackers ? inside
                               : j > 0        ? case_normal(&state) * (trial % 3)
                               : trial % 2    ? reach
                               : i % 2        ? reach
                                              : -reach;
            }
        struct filter_outcome out = case_apply(&o, &in);
        for (size_t i = 0; i < attackers; i++)
            ck_assert_msg(out.decisions[i].rejected, "trial %d: %zu of %zu, score %g, threshold %g",
                          trial, i, attackers, out.decisions[i].score, o.threshold);
        filter_outcome_free(&out);
    }
}
END_TEST

static bool rejects_first(const double *x, const double *errors, size_t n)
{
    struct filter_options o = case_options(FILTER_POS_LOF);
    struct filter_input in = {.n = n, .d = 2, .features = x, .errors = errors};
    struct filter_outcome out = case_apply(&o, &in);
    bool rejected = out.decisions[0].rejected;

    filter_outcome_free(&out);
    return rejected;
}

START_TEST(a_small_partition_is_not_abnormal)
{
    double x[8 * 2] = {6, -5}, errors[8 * 2] = {4, 4};

    for (size_t i = 2; i < 16; i++) {
        x[i] = 0.5 * cos(7. * (double)i);
        errors[i] = 0.4;
    }
    ck_assert(rejects_first(x, NULL, 8));
    ck_assert(!rejects_first(x, errors, 8));
    errors[0] = errors[1] = INFINITY;
    ck_assert(!rejects_first(x, errors, 8));
    errors[0] = errors[1] = 0; /* not known */
    ck_assert(rejects_first(x, errors, 8));
    errors[0] = NAN; /* never honest */
    ck_assert(rejects_first(x, errors, 8));
    errors[0] = -1;
    ck_assert(rejects_first(x, errors, 8));

    /* a result more precise than all others is as near as they are */
    x[0] = x[1] = 0.2;
    errors[0] = errors[1] = 1e-6;
    ck_assert(!rejects_first(x, errors, 8));
}
END_TEST

START_TEST(errors_divide_as_documented)
{
    /* spread 1.4826, median error 1: tau^2 = 1.4826^2 - 1 */
    const double x[] = {1, 2, 3, 4, 5}, errors[] = {3, 1, 1, .5, 0};
    struct filter_options o = case_options(FILTER_MAD);
    struct filter_input in = {.n = 5, .d = 1, .features = x, .errors = errors};
    struct filter_outcome out = case_apply(&o, &in);

    ck_near(out.decisions[0].deviation[0], -2 / sqrt(1.4826 * 1.4826 - 1 + 9));
    ck_near(out.decisions[1].deviation[0], -1 / 1.4826);
    ck_near(out.decisions[3].deviation[0], 1 / 1.4826);
    ck_near(out.decisions[4].deviation[0], 2 / 1.4826);
    filter_outcome_free(&out);

    /* identical results that are said to be noisy */
    const double same[] = {7, 7, 7, 7, 8}, noisy[] = {.5, .5, .5, .5, .5}, exact[5] = {0};
    in.features = same;
    in.errors = noisy;
    out = case_apply(&o, &in);
    ck_near(out.decisions[4].score, 2);
    filter_outcome_free(&out);
    in.errors = exact;
    out = case_apply(&o, &in);
    ck_near(out.decisions[4].score, 1. / 7);
    filter_outcome_free(&out);
}
END_TEST

/* A threshold is given, so that no cut is looked for. */
static struct filter_outcome by_items(const double *x, const double *errors, const double *items,
                                      enum filter_cut cut, enum filter_scale scale)
{
    struct filter_options o = case_options(FILTER_MAD);
    struct filter_input in = {.n = 5, .d = 1, .features = x, .errors = errors, .items = items};

    o.threshold = 3;
    o.cut = cut;
    o.scale = scale;
    return case_apply(&o, &in);
}

START_TEST(items_divide_as_documented)
{
    /* of the usual 4 items; spread 1.4826 */
    const double x[] = {1, 2, 3, 4, 5}, items[] = {1, 4, 8, 16, 4}, errors[] = {0, 1, 1, 1, 3};
    struct filter_outcome out = by_items(x, NULL, items, FILTER_CUT_SIMULATED, FILTER_SCALE_MAD);

    ck_near(out.decisions[0].deviation[0], -2 / (1.4826 * 2));
    ck_near(out.decisions[1].deviation[0], -1 / 1.4826);
    ck_near(out.decisions[3].deviation[0], 1 / 1.4826); /* no gain */
    ck_near(out.decisions[4].deviation[0], 2 / 1.4826);
    filter_outcome_free(&out);

    /* the usual error is 1: that of a quarter of the items is 2; who says an error is asked for no items */
    out = by_items(x, errors, items, FILTER_CUT_SIMULATED, FILTER_SCALE_MAD);
    ck_near(out.decisions[0].deviation[0], -2 / sqrt(1.4826 * 1.4826 - 1 + 4));
    ck_near(out.decisions[3].deviation[0], 1 / 1.4826);
    ck_near(out.decisions[4].deviation[0], 2 / sqrt(1.4826 * 1.4826 - 1 + 9));
    filter_outcome_free(&out);

    out = by_items(x, NULL, items, FILTER_CUT_FIXED, FILTER_SCALE_MAD);
    ck_near(out.decisions[0].deviation[0], -2 / 1.4826);
    filter_outcome_free(&out);
    out = by_items(x, NULL, items, FILTER_CUT_SIMULATED, FILTER_SCALE_NONE);
    ck_near(out.decisions[0].deviation[0], -2 / 1.4826);
    filter_outcome_free(&out);
}
END_TEST

/* Row 0 has one column in a wrong unit, and its error in that unit. Or it has few
 * rows, and all errors are large: then they are believed. */
START_TEST(errors_do_not_excuse_a_wrong_unit)
{
    enum { WIDE = 8 };
    double x[8 * WIDE], errors[8 * WIDE];
    struct filter_options o = case_options(FILTER_POS_LOF);
    struct filter_input in = {.n = 8, .d = WIDE, .features = x, .errors = errors};

    o.threshold = 3.5;
    for (size_t i = 0; i < 8 * WIDE; i++) {
        x[i] = 4 + case_normal(&state);
        errors[i] = 1;
    }
    x[3] *= 1000;
    errors[3] *= 1000;
    struct filter_outcome out = case_apply(&o, &in);
    ck_assert(out.decisions[0].rejected && out.decisions[0].worst[0] == 3);
    ck_assert_double_gt(out.decisions[0].deviation[0], 500);
    filter_outcome_free(&out);

    for (size_t j = 0; j < WIDE; j++) {
        x[j] = 4 + 30 * case_normal(&state);
        errors[j] = 30;
    }
    out = case_apply(&o, &in);
    ck_assert(!out.decisions[0].rejected);
    filter_outcome_free(&out);

    for (size_t i = 0; i < 8 * WIDE; i += 3) /* some are not known, some know nothing */
        errors[i] = i % 2 ? INFINITY : 0;
    out = case_apply(&o, &in);
    for (size_t i = 0; i < 8; i++)
        ck_assert(isfinite(out.decisions[i].score));
    filter_outcome_free(&out);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, translation_scale_and_rotation_change_nothing);
    tcase_add_test(t, the_unit_of_weight_changes_nothing);
    tcase_add_test(t, splitting_an_identity_changes_nothing);
    tcase_add_test(t, results_without_stake_move_nobody);
    tcase_add_test(t, all_who_are_far_are_rejected);
    tcase_add_test(t, a_small_partition_is_not_abnormal);
    tcase_add_test(t, errors_divide_as_documented);
    tcase_add_test(t, items_divide_as_documented);
    tcase_add_test(t, errors_do_not_excuse_a_wrong_unit);
}

UNIT_MAIN("pos", add)

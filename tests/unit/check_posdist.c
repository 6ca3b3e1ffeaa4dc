/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The factor over distances that stake shortens, against its formula and a slow version. */
#include "filter_case.h"

#include "stats/distance.h"
#include "stats/posdist.h"

enum { MOST = 40 };

static uint64_t state = 88172645463325252u;

static size_t draw(size_t below)
{
    return (size_t)(case_uniform(&state) * (double)below);
}

static void draw_stakes(double *stake, size_t n, bool some_have_none)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += stake[i] = some_have_none && i > 0 && draw(4) == 0 ? 0 : 0.1 + case_uniform(&state);
    for (size_t i = 0; i < n; i++)
        stake[i] /= sum;
}

static struct filter_outcome posdist(const double *x, const double *share, size_t n, size_t d,
                                     size_t k)
{
    struct filter_options o = case_options(FILTER_POSDIST);
    struct filter_input in = {.n = n, .d = d, .features = x, .share = share};

    o.scale = FILTER_SCALE_NONE;
    o.k = k;
    return case_apply(&o, &in);
}

/* 0, 1 and 3 with stakes 1/2, 1/4, 1/4: weights 3/2, 3/4, 3/4; distances 8/9, 8/3, 8/3. */
START_TEST(it_is_its_formula)
{
    const double x[] = {0, 1, 3}, share[] = {.5, .25, .25}, known[] = {1, 1, 3};
    struct filter_outcome out = posdist(x, share, 3, 1, 1);

    for (size_t i = 0; i < 3; i++)
        ck_near(out.decisions[i].score, known[i]);
    filter_outcome_free(&out);
}
END_TEST

START_TEST(equal_stakes_give_lof)
{
    double x[MOST * 3];

    for (int trial = 0; trial < 200; trial++) {
        size_t n = 2 + draw(MOST - 2), d = 1 + draw(3);
        struct filter_options o = case_options(FILTER_LOF);
        struct filter_input in = {.n = n, .d = d, .features = x};
        o.scale = FILTER_SCALE_NONE;
        o.k = draw(4);
        for (size_t i = 0; i < n * d; i++)
            x[i] = case_normal(&state);
        struct filter_outcome lof = case_apply(&o, &in), ours = posdist(x, NULL, n, d, o.k);
        for (size_t i = 0; i < n; i++)
            ck_near(ours.decisions[i].score, lof.decisions[i].score);
        ck_assert_double_eq(ours.threshold, lof.threshold);
        filter_outcome_free(&lof);
        filter_outcome_free(&ours);
    }
}
END_TEST

/* Points that all differ: their distances, then Breunig et al., word for word. */
static void slow(const double *squares, const double *stake, size_t n, size_t k, double *score)
{
    double distance[MOST][MOST], kd[MOST], lrd[MOST];

    for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < n; p++)
            distance[i][p] =
                2 * sqrt(squares[i * n + p]) /
                (fmax(1. / 1024, (double)n * stake[i]) + fmax(1. / 1024, (double)n * stake[p]));
    for (size_t i = 0; i < n; i++) {
        kd[i] = INFINITY;
        for (size_t p = 0; p < n; p++) {
            size_t nearer = 0;
            for (size_t q = 0; q < n; q++)
                nearer += q != i && distance[i][q] <= distance[i][p];
            if (p != i && nearer >= k)
                kd[i] = fmin(kd[i], distance[i][p]);
        }
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            double sum = 0, count = 0;
            for (size_t p = 0; p < n; p++)
                if (p != i && distance[i][p] <= kd[i]) {
                    sum += pass == 0 ? fmax(kd[p], distance[i][p]) : lrd[p];
                    count++;
                }
            if (pass == 0)
                lrd[i] = count / sum;
            else
                score[i] = sum / count / lrd[i];
        }
}

START_TEST(it_agrees_with_the_slow_version)
{
    double x[MOST], squares[MOST * MOST], stake[MOST], found[MOST], expected[MOST];
    struct err e = {0};

    for (int trial = 0; trial < 300; trial++) {
        size_t n = 2 + draw(MOST - 2), k = 1 + draw(n - 1);
        for (size_t i = 0; i < n; i++)
            x[i] = case_normal(&state);
        for (size_t i = 0; i < n * n; i++)
            squares[i] = (x[i / n] - x[i % n]) * (x[i / n] - x[i % n]);
        draw_stakes(stake, n, trial % 2);
        const struct posdist_input in = {
            .n = n, .d = 1, .squares = squares, .stake = stake, .k = k, .floor = 1e-9};
        ck_ok(posdist_scores(&in, found, &e), &e);
        slow(squares, stake, n, k, expected);
        for (size_t i = 0; i < n; i++)
            ck_near(found[i], expected[i]);
    }
}
END_TEST

/* Any identity split into some that say the same, with the same whole stake: nothing changes. */
START_TEST(duplicates_are_one_point)
{
    double x[3 * MOST], share[3 * MOST];

    for (int trial = 0; trial < 200; trial++) {
        size_t n = 6 + draw(MOST - 6), all = n, of[3 * MOST];
        for (size_t i = 0; i < n; i++) {
            x[i] = case_normal(&state) + (i == 3 ? 40 : 0);
            of[i] = i;
        }
        draw_stakes(share, n, trial % 2);
        struct filter_outcome whole = posdist(x, share, n, 1, 0);
        for (; all < 2 * n; all++) {
            of[all] = draw(n);
            x[all] = x[of[all]];
            share[all] = share[of[all]] / 2;
            share[of[all]] /= 2;
        }
        struct filter_outcome split = posdist(x, share, all, 1, 0);
        for (size_t i = 0; i < all; i++)
            ck_near(split.decisions[i].score, whole.decisions[of[i]].score);
        filter_outcome_free(&whole);
        filter_outcome_free(&split);
    }
}
END_TEST

/* Of very many results the squares are not kept: those of the merged ones may be then, or not. */
START_TEST(rows_give_what_squares_give)
{
    enum { WIDE = 40 };
    double x[MOST * WIDE], squares[MOST * MOST], stake[MOST], by_rows[MOST], by_squares[MOST];
    struct err e = {0};

    for (int trial = 0; trial < 300; trial++) {
        size_t n = 2 + draw(MOST - 2), d = trial % 2 ? 1 + draw(3) : WIDE;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < d; j++)
                x[i * d + j] = i > 0 && i % 4 == 0 ? x[(i / 8) * d + j] : case_normal(&state);
        draw_stakes(stake, n, trial % 3);
        memset(squares, 0, sizeof squares);
        ck_ok(distance_squares(x, n, d, d, squares, &e), &e);
        struct posdist_input in = {
            .n = n, .d = d, .squares = squares, .stake = stake, .floor = 1e-9};
        ck_ok(posdist_scores(&in, by_squares, &e), &e);
        in.squares = NULL;
        in.x = x;
        ck_ok(posdist_scores(&in, by_rows, &e), &e);
        for (size_t i = 0; i < n; i++)
            ck_near(by_rows[i], by_squares[i]);
    }
}
END_TEST

START_TEST(little_stake_is_far_and_not_infinitely_far)
{
    double x[12] = {0}, share[12] = {0};

    /* two without stake, close to each other; for the others they are twice as far as they were */
    for (size_t i = 0; i < 10; i++) {
        x[i] = (double)i;
        share[i] = .1;
    }
    x[10] = 20, x[11] = 20.5;
    struct filter_outcome out = posdist(x, share, 12, 1, 2), same;
    for (size_t i = 0; i < 12; i++)
        ck_assert(isfinite(out.decisions[i].score));
    ck_assert(out.decisions[10].rejected && out.decisions[11].rejected);
    filter_outcome_free(&out);

    /* nobody differs from anybody */
    memset(x, 0, sizeof x);
    same = posdist(x, share, 12, 1, 2);
    for (size_t i = 0; i < 12; i++)
        ck_assert_double_eq(same.decisions[i].score, 1);
    filter_outcome_free(&same);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, it_is_its_formula);
    tcase_add_test(t, equal_stakes_give_lof);
    tcase_add_test(t, it_agrees_with_the_slow_version);
    tcase_add_test(t, duplicates_are_one_point);
    tcase_add_test(t, rows_give_what_squares_give);
    tcase_add_test(t, little_stake_is_far_and_not_infinitely_far);
}

UNIT_MAIN("posdist", add)

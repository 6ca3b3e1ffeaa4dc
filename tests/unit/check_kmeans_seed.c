/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The seeds of kmeans: how good they are, how they are chosen, and what seeds and models
 * show of rows.
 */
#include "kmeans_case.h"

/* The clusters that rows were made from are found from nearly all seeds. */
START_TEST(seeds_are_good)
{
    enum { ROWS = 900, SEEDS = 20 };
    static double x[ROWS * D];
    struct err e = {0};
    double cost[SEEDS], least = INFINITY;
    int good = 0;

    random_rows(x, ROWS, 4101842887655102017u);
    for (int i = 0; i < SEEDS; i++) {
        struct bound *b = bind(D, 6, i, 1, 1);
        struct rounds r = {
            .data = x, .rows = ROWS, .columns = D, .parts = 3, .each = 300, .most = 200};
        struct kept out;
        ck_ok(rounds_run(b, &r, &e), &e);
        finish_state(b, r.state, &out);
        cost[i] = *kept_values(&out, "inertia");
        least = fmin(least, cost[i]);
        ck_assert(r.converged);
        rounds_free(&r);
        bound_destroy(b);
    }
    for (int i = 0; i < SEEDS; i++)
        good += cost[i] < least * 1.01;
    ck_assert_msg(good >= SEEDS * 3 / 4, "%d of %d", good, SEEDS);
}
END_TEST

/* What is shown of rows until there are seeds: the profile without extremes, two sums over
 * all rows, and counts. Seeds are candidates, which the seed of the contract decides. */
START_TEST(no_row_is_shown_by_seeding)
{
    enum { ROWS = 300 };
    static double x[ROWS * D], candidate[120 * D];
    struct err e = {0};
    struct bound *b = bind(D, 6, 5, 1, 1);
    struct rounds r = {.data = x, .rows = ROWS, .columns = D, .parts = 3, .each = 99, .most = 2};
    size_t head = 1 + 7 * D;
    double votes = 0;

    random_rows(x, ROWS, 88172645463325252u);
    ck_ok(rounds_run(b, &r, &e), &e);
    for (size_t j = 0; j < 2 * D; j++) /* smallest and largest of each column */
        ck_assert(r.state[1 + 2 * D + j] == 0);
    for (size_t i = head + 2; i < bound_length(b); i++) {
        ck_assert(r.state[i] == floor(r.state[i]) && r.state[i] >= 0);
        votes += r.state[i];
    }
    ck_assert(votes == ROWS);
    struct kmeans p = six;
    p.seed = 5;
    struct kmeans_model m = kmeans_model_at(&p, r.model);
    kmeans_candidates(&p, m.width, candidate);
    for (size_t i = 0; i < 6; i++) {
        size_t c = 0;
        while (c < 120 && memcmp(candidate + c * D, m.point + i * D, D * sizeof(double)) != 0)
            c++;
        ck_assert_msg(c < 120, "seed %zu is no candidate", i);
        ck_assert(r.state[head + 2 + c] > 0);
    }
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Candidates have mean 0 and their deviation; seeds are distinct and far apart, and points
 * of equal votes are equally often the first. */
START_TEST(choice_is_by_votes_and_distance)
{
    enum { TIMES = 400, N = 40 };
    static double many[4000 * 2];
    static const double width[2] = {1, 3};
    struct kmeans p = {.k = 2, .d = 2, .candidates = 4000};
    double sum[2] = {0}, square[2] = {0};
    int times[3] = {0};

    kmeans_candidates(&p, width, many);
    for (size_t i = 0; i < 8000; i++)
        sum[i % 2] += many[i] / 4000, square[i % 2] += many[i] * many[i] / 4000;
    for (int j = 0; j < 2; j++) {
        ck_assert(fabs(sum[j]) < 4 * width[j] / sqrt(4000));
        ck_assert(fabs(square[j] / width[j] / width[j] - 1) < 4 * sqrt(2.0 / 4000));
    }
    /* Two groups, far apart, and points without votes between them; one seed in each. */
    p.candidates = N;
    for (uint64_t t = 0; t < TIMES; t++) {
        double point[N * 2], votes[N], chosen[4];
        for (size_t i = 0; i < N; i++) {
            votes[i] = i % 4 == 3 ? 0 : i % 4 == 0 ? 30 : 10;
            point[i * 2] = i % 4 == 3 ? 50 : i % 2 ? 0 : 100;
            point[i * 2 + 1] = 0.01 * (double)i;
        }
        p.seed = t;
        ck_assert_int_eq(kmeans_choose(&p, point, votes, chosen), 0);
        ck_assert(fabs(chosen[0] - chosen[2]) == 100);
    }
    /* Three points that are as good as each other, and one without votes. */
    const double corner[] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, each[] = {5, 5, 5, 0};
    struct kmeans one = {.k = 1, .d = 3, .candidates = 4};
    for (one.seed = 0; one.seed < TIMES; one.seed++) {
        double chosen[3];
        ck_assert_int_eq(kmeans_choose(&one, corner, each, chosen), 0);
        for (int j = 0; j < 3; j++)
            times[j] += chosen[j] == 1;
    }
    ck_assert_int_eq(times[0] + times[1] + times[2], TIMES);
    for (int j = 0; j < 3; j++)
        ck_assert(abs(times[j] - TIMES / 3) < 4 * sqrt(TIMES * 2.0 / 9));
    /* More seeds than points with votes: the others are taken as they come. */
    double point[] = {1, 1, 2, 2, 3, 3, 4, 4}, votes[] = {0, 7, 0, 0}, chosen[6];
    struct kmeans few = {.k = 3, .d = 2, .candidates = 4};
    ck_assert_int_eq(kmeans_choose(&few, point, votes, chosen), 0);
    ck_assert(chosen[0] == 2 && chosen[2] == 1 && chosen[4] == 3);
}
END_TEST

/* Three rows far from all others: they have a cluster of their own, but not where it
 * would have fewer than `least` rows. Then no model's centre is their mean. */
START_TEST(means_of_few_rows_are_not_shown)
{
    enum { ROWS = 303 };
    static double x[ROWS * D];
    struct err e = {0};
    double nearest[2];

    random_rows(x, ROWS, 88172645463325252u);
    for (size_t i = 300; i < ROWS; i++)
        x[i * D + 1] = 200 + (double)i;
    for (int strict = 0; strict < 2; strict++) {
        struct bound *b = bind(D, 7, 1, 1, strict ? 5 : 1);
        struct kmeans p = {.k = 7, .d = D, .candidates = 140};
        struct rounds r = {
            .data = x, .rows = ROWS, .columns = D, .parts = 3, .each = 99, .most = 200};
        ck_ok(rounds_run(b, &r, &e), &e);
        ck_assert(r.converged);
        struct kmeans_model m = kmeans_model_at(&p, r.model);
        nearest[strict] = INFINITY;
        for (size_t i = 0; i < 7; i++)
            nearest[strict] =
                fmin(nearest[strict], fabs(m.centre[1] + m.unit[1] * m.point[i * D + 1] - 501));
        rounds_free(&r);
        bound_destroy(b);
    }
    ck_assert_msg(nearest[0] < 1e-9 && nearest[1] > 20, "%g, %g", nearest[0], nearest[1]);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, seeds_are_good);
    tcase_add_test(t, no_row_is_shown_by_seeding);
    tcase_add_test(t, choice_is_by_votes_and_distance);
    tcase_add_test(t, means_of_few_rows_are_not_shown);
}

UNIT_MAIN("kmeans_seed", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local outlier factor against a textbook and a slow version; quantiles and spreads. */
#include "unit.h"

#include <malloc.h>
#include <math.h>
#include <stdint.h>

#include "stats/distance.h"
#include "stats/lof.h"
#include "stats/robust.h"

enum { MOST = 64 };

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (state >> 11) % below;
}

/* Scores from distances that are kept, and from such as are computed row by row: the same. */
static void score_both(const struct lof_options *o, enum distance_metric metric, const double *x,
                       size_t n, size_t d, const double *stake, double *score)
{
    struct distances kept, rows;
    double again[MOST];
    struct err e = {0};

    ck_ok(distances_open(&kept, metric, x, n, d, n * n * sizeof(double), &e), &e);
    ck_ok(distances_open(&rows, metric, x, n, d, n * n * sizeof(double) - 1, &e), &e);
    ck_assert(kept.all && !rows.all);
    ck_ok(lof_scores(o, &kept, stake, score, &e), &e);
    ck_ok(lof_scores(o, &rows, stake, again, &e), &e);
    ck_assert_mem_eq(score, again, n * sizeof *score);
    distances_close(&kept);
    distances_close(&rows);
}

static void all_distances(const double *x, size_t n, size_t d, double *distance)
{
    struct distances rows;
    struct err e = {0};

    ck_ok(distances_open(&rows, DISTANCE_EUCLID, x, n, d, 0, &e), &e);
    for (size_t i = 0; i < n; i++)
        memcpy(distance + i * n, distances_row(&rows, i), n * sizeof *distance);
    distances_close(&rows);
}

static void textbook(enum distance_metric metric, const double *x, size_t n, size_t d, size_t k,
                     double *score)
{
    double stake[MOST];
    struct lof_options o = lof_textbook(k, n, 1e-9);

    for (size_t i = 0; i < n; i++)
        stake[i] = 1 / (double)n;
    score_both(&o, metric, x, n, d, stake, score);
}

static void check_near(const double *found, const double *expected, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(found[i] - expected[i]) <= 1e-9 * fabs(expected[i]),
                      "score %zu: %.12g, expected %.12g", i, found[i], expected[i]);
}

START_TEST(textbook_known_answers)
{
    const double square[] = {0, 0, 0, 1, 1, 1, 3, 0}, line[] = {1, 2, 3, 4, 5, 6, 7};
    const double corner[] = {1, 1, 1, 2, 2, 1}, r = sqrt(2);
    const double square_lof[] = {.875, 4. / 3, .875, 2};
    const double a = 173. / 162, b = 227. / 224, c = 55. / 63;
    const double line_lof[] = {a, a, b, c, b, a, a};
    const double side = (1 + r) * (1 / (4 * r) + 1 / (2 + 2 * r));
    const double corner_lof[] = {2 * r / (1 + r), side, side};
    double score[MOST];

    textbook(DISTANCE_MANHATTAN, square, 4, 2, 2, score);
    check_near(score, square_lof, 4);
    textbook(DISTANCE_EUCLID, line, 7, 1, 3, score);
    check_near(score, line_lof, 7);
    textbook(DISTANCE_EUCLID, corner, 3, 2, 2, score);
    check_near(score, corner_lof, 3);
}
END_TEST

/* Breunig et al., word for word: k-distance by counting, N_k with ties, lrd. */
struct slow {
    double kd, lrd;
};

static void slow_lof(const double *distance, size_t n, size_t k, double *score)
{
    struct slow s[MOST];

    for (size_t o = 0; o < n; o++) {
        s[o].kd = INFINITY;
        for (size_t p = 0; p < n; p++) {
            size_t nearer = 0;
            for (size_t q = 0; q < n; q++)
                nearer += q != o && distance[o * n + q] <= distance[o * n + p];
            if (p != o && nearer >= k)
                s[o].kd = fmin(s[o].kd, distance[o * n + p]);
        }
    }
    for (size_t o = 0; o < n; o++) {
        double sum = 0, count = 0;
        for (size_t p = 0; p < n; p++)
            if (p != o && distance[o * n + p] <= s[o].kd) {
                sum += fmax(s[p].kd, distance[o * n + p]);
                count++;
            }
        s[o].lrd = 1 / fmax(sum / count, 1e-9);
    }
    for (size_t o = 0; o < n; o++) {
        double sum = 0, count = 0;
        for (size_t p = 0; p < n; p++)
            if (p != o && distance[o * n + p] <= s[o].kd) {
                sum += s[p].lrd;
                count++;
            }
        score[o] = sum / count / s[o].lrd;
    }
}

START_TEST(textbook_agrees_with_the_slow_version)
{
    double x[MOST * 3], distance[MOST * MOST], fast[MOST], slow[MOST];

    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 2 + draw(38), d = 1 + draw(3), k = 1 + draw(n - 1);
        uint64_t grid = trial % 3 == 0 ? 2 : trial % 3 == 1 ? 6 : 1000000;
        for (size_t i = 0; i < n * d; i++)
            x[i] = (double)draw(grid);
        all_distances(x, n, d, distance);
        textbook(DISTANCE_EUCLID, x, n, d, k, fast);
        slow_lof(distance, n, k, slow);
        check_near(fast, slow, n);
    }
}
END_TEST

/* Stake in whole grains: each point is that many copies of a grain, and every
 * neighbourhood takes the nearest half of the grains, one tie at a time. */
static double slow_kd(const double *row, const size_t *grains, size_t n, size_t half, double *part)
{
    size_t taken = 0;

    for (double last = -1;;) {
        double next = INFINITY;
        size_t group = 0;
        for (size_t p = 0; p < n; p++)
            if (row[p] > last && grains[p] > 0)
                next = fmin(next, row[p]);
        for (size_t p = 0; p < n; p++)
            group += row[p] == next ? grains[p] : 0;
        if (taken + group >= half) {
            *part = (double)(half - taken) / (double)group;
            return next;
        }
        taken += group;
        last = next;
    }
}

static void slow_pos(const double *distance, const size_t *grains, size_t n, double *score)
{
    double kd[MOST], part[MOST], mr[MOST], all[MOST * 16];
    size_t total = 0, count = 0;

    for (size_t p = 0; p < n; p++)
        total += grains[p];
    for (size_t o = 0; o < n; o++)
        kd[o] = slow_kd(distance + o * n, grains, n, total / 2, &part[o]);
    for (size_t o = 0; o < n; o++) {
        mr[o] = 0;
        for (size_t p = 0; p < n; p++) {
            double far = distance[o * n + p];
            double m = far < kd[o] ? 1 : far == kd[o] ? part[o] : 0;
            mr[o] += m * (double)grains[p] * fmax(kd[p], far) / (double)(total / 2);
        }
        mr[o] = fmax(mr[o], 1e-9);
    }
    for (size_t p = 0; p < n; p++)
        for (size_t g = 0; g < grains[p]; g++)
            all[count++] = mr[p];
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && all[k - 1] > all[k]; k--) {
            double swap = all[k];
            all[k] = all[k - 1];
            all[k - 1] = swap;
        }
    for (size_t o = 0; o < n; o++)
        score[o] = mr[o] / ((all[count / 2 - 1] + all[count / 2]) / 2);
}

START_TEST(pos_agrees_with_the_slow_version)
{
    double x[MOST * 3], distance[MOST * MOST], stake[MOST], fast[MOST], slow[MOST];
    struct lof_options o = lof_pos(0.5, 1e-9);

    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 2 + draw(30), d = 1 + draw(3), grains[MOST], total = 0;
        uint64_t grid = trial % 3 == 0 ? 2 : trial % 3 == 1 ? 6 : 1000000;
        for (size_t i = 0; i < n * d; i++)
            x[i] = (double)draw(grid);
        for (size_t i = 0; i < n; i++)
            total += grains[i] = draw(8) + (i == 0);
        grains[0] += total % 2;
        total += total % 2;
        for (size_t i = 0; i < n; i++)
            stake[i] = (double)grains[i] / (double)total;
        all_distances(x, n, d, distance);
        score_both(&o, DISTANCE_EUCLID, x, n, d, stake, fast);
        slow_pos(distance, grains, n, slow);
        check_near(fast, slow, n);
    }
}
END_TEST

/* However many points a contract allows, their distances take no more memory than is said. */
START_TEST(distances_are_kept_up_to_a_limit)
{
    enum { POINTS = 65536 };
    double *x = calloc(POINTS, sizeof *x);
    struct distances s;
    struct err e = {0};

    for (size_t n = 1; n <= POINTS; n *= 2) {
        size_t most = n * n * sizeof(double) < 1 << 20 ? 1 << 20 : DISTANCE_KEPT;
        if (n > 1 << 10 && n * n * sizeof(double) <= DISTANCE_KEPT)
            continue; /* it need not be made to be believed */
        ck_ok(distances_open(&s, DISTANCE_EUCLID, x, n, 1, most, &e), &e);
        ck_assert_int_eq(s.all, n * n * sizeof(double) <= most);
        ck_assert_uint_le(malloc_usable_size(s.kept),
                          s.all ? most + 64 : n * sizeof(double) + 4096);
        ck_assert(distances_row(&s, n - 1)[0] == 0);
        distances_close(&s);
    }
    free(x);
}
END_TEST

START_TEST(duplicates_score_one)
{
    double same[10] = {0}, score[10], last[10] = {0};

    last[9] = 5;
    for (size_t k = 1; k < 10; k++) {
        textbook(DISTANCE_EUCLID, same, 10, 1, k, score);
        for (size_t i = 0; i < 10; i++)
            ck_assert_double_eq_tol(score[i], 1, 1e-12);
        textbook(DISTANCE_EUCLID, last, 10, 1, k, score);
        for (size_t i = 0; i < 10; i++)
            ck_assert(isfinite(score[i]));
        ck_assert(k == 9 || score[9] > 1e9);
    }
}
END_TEST

static void piled(const struct lof_options *usual, const double *x, size_t n, double *score)
{
    struct lof_options o = *usual;
    double stake[MOST];

    o.denser = LOF_DENSER;
    for (size_t i = 0; i < n; i++)
        stake[i] = 1 / (double)n;
    score_both(&o, DISTANCE_EUCLID, x, n, 1, stake, score);
}

START_TEST(piles_are_a_thousand_times_denser_than_any_place)
{
    const double one[] = {0, 0, 0, 0, 0, 0, 0, 5}, two[] = {0, 0, 0, 0, 0, 0, 5, -20};
    const double nearly[] = {0, 1e-10, 2e-10, 0, -1e-10, 0, 5, -20};
    const struct lof_options lof = lof_textbook(3, 8, 1e-9), pos = lof_pos(.5, 1e-9);
    const struct lof_options *options[] = {&lof, &pos};
    double score[MOST];

    for (size_t k = 0; k < 2; k++) {
        piled(options[k], one, 8, score);
        for (size_t i = 0; i < 8; i++)
            ck_assert_double_eq_tol(score[i], i < 7 ? 1 : 1000, 1e-9);
        piled(options[k], two, 8, score);
        for (size_t i = 0; i < 8; i++)
            ck_assert_double_eq_tol(score[i], i < 6 ? 1 : i == 6 ? 1000 : 4000, 1e-9);
        piled(options[k], nearly, 8, score);
        for (size_t i = 0; i < 8; i++)
            ck_assert_double_eq_tol(score[i], i < 6 ? 1 : i == 6 ? 1000 : 4000, 1e-6);
    }
}
END_TEST

/* Two piles and a cloud: no score is more than a thousand times the ratio of reachabilities. */
START_TEST(scores_beside_piles_are_bounded)
{
    double x[MOST], score[MOST];

    for (int trial = 0; trial < 300; trial++) {
        size_t n = 12 + draw(MOST - 12);
        struct lof_options o = lof_textbook(1 + draw(5), n, 1e-9);
        double least = INFINITY, most = 0;
        for (size_t i = 0; i < n; i++)
            x[i] = i < n / 3 ? 0 : i < n / 2 ? 1e6 : 1 + (double)draw(1000000);
        for (size_t i = n / 2; i < n; i++)
            for (size_t p = 0; p < n; p++)
                if (x[p] != x[i]) {
                    least = fmin(least, fabs(x[p] - x[i]));
                    most = fmax(most, fabs(x[p] - x[i]));
                }
        piled(&o, x, n, score);
        for (size_t i = 0; i < n; i++)
            ck_assert(score[i] > 0 && score[i] <= 1000 * most / least);
    }
}
END_TEST

START_TEST(quantiles_weigh)
{
    const struct {
        size_t n;
        struct robust_point p[5];
        double q, expected;
    } known[] = {
        {1, {{7, 1}}, .5, 7},
        {3, {{3, 1}, {1, 1}, {2, 1}}, .5, 2},
        {4, {{4, 1}, {1, 1}, {3, 1}, {2, 1}}, .5, 2.5},
        {4, {{4, .25}, {1, .25}, {3, .25}, {2, .25}}, .75, 3.5},
        {3, {{1, .2}, {2, .3}, {3, .5}}, .5, 2.5},
        {3, {{1, .2}, {2, .2}, {3, .6}}, .5, 3},
        {4, {{1, .5}, {2, 0}, {3, 0}, {9, .5}}, .5, 5},
        {3, {{-1, 0}, {2, .1}, {3, 0}}, .5, 2},
        {2, {{1.7e308, 1}, {1.5e308, 1}}, .5, 1.6e308},
    };
    struct robust_point p[5];

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        memcpy(p, known[i].p, sizeof p);
        ck_assert_double_eq(robust_quantile(p, known[i].n, known[i].q), known[i].expected);
    }
    ck_assert(isnan(robust_quantile(p, 0, .5)));
}
END_TEST

static int by_value(const void *a, const void *b)
{
    const struct robust_point *p = a, *q = b;

    return (p->value > q->value) - (p->value < q->value);
}

static double slow_quantile(struct robust_point *p, size_t n, double q)
{
    double whole = 0, sum = 0;

    qsort(p, n, sizeof *p, by_value);
    for (size_t i = 0; i < n; i++)
        whole += p[i].weight;
    for (size_t i = 0; i < n; i++) {
        sum += p[i].weight;
        if (p[i].weight > 0 && sum > (q + 1e-12) * whole)
            return p[i].value;
        if (p[i].weight > 0 && sum >= (q - 1e-12) * whole) {
            size_t next = i + 1;
            while (next < n && p[next].weight <= 0)
                next++;
            return next < n ? (p[i].value + p[next].value) / 2 : p[i].value;
        }
    }
    return NAN;
}

/* Drawn, equal, in order, and going up and down, of which the first, middle and last tell little. */
START_TEST(quantiles_agree_with_sorting)
{
    enum { LONG = 3000 };
    static struct robust_point a[LONG], b[LONG];

    for (size_t trial = 0; trial < 4000; trial++) {
        size_t n = 1 + draw(trial % 50 ? 60 : LONG), shape = draw(4), weights = trial % 3;
        double q = (double)(1 + draw(3)) / 4;
        for (size_t i = 0; i < n; i++) {
            size_t value = shape == 0 ? draw(1000) : shape == 1 ? draw(4) : i;
            a[i].value = (double)(shape == 3 && i > n / 2 ? n - i : value);
            a[i].weight = (double)(weights == 0 ? 1 : draw(weights == 1 ? 3 : 1000));
        }
        memcpy(b, a, sizeof a);
        double found = robust_quantile(a, n, q), expected = slow_quantile(b, n, q);
        ck_assert(found == expected || (isnan(found) && isnan(expected)));
    }
}
END_TEST

static double spread_of(const double *x, size_t n)
{
    struct robust_point p[16];

    for (size_t i = 0; i < n; i++)
        p[i] = (struct robust_point){x[i], 1};
    double centre = robust_quantile(p, n, .5);
    return robust_spread(p, n, centre);
}

START_TEST(spreads_fall_back)
{
    const double plain[] = {1, 2, 3, 4, 9}, half[] = {5, 5, 5, 5, 6, 7, 8};
    const double most[] = {5, 5, 5, 5, 5, 5, 9}, rounding[] = {1, 1 + 4e-16, 1 - 4e-16, 1 + 8e-16};

    ck_assert_double_eq_tol(spread_of(plain, 5), 1.4826, 1e-12);
    ck_assert_double_eq_tol(spread_of(half, 7), 2 / 1.349, 1e-12);
    ck_assert_double_eq(spread_of(most, 7), 0);
    ck_assert_double_eq(spread_of(rounding, 4), 0);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, distances_are_kept_up_to_a_limit);
    tcase_add_test(t, textbook_known_answers);
    tcase_add_test(t, textbook_agrees_with_the_slow_version);
    tcase_add_test(t, pos_agrees_with_the_slow_version);
    tcase_add_test(t, duplicates_score_one);
    tcase_add_test(t, piles_are_a_thousand_times_denser_than_any_place);
    tcase_add_test(t, scores_beside_piles_are_bounded);
    tcase_add_test(t, quantiles_weigh);
    tcase_add_test(t, quantiles_agree_with_sorting);
    tcase_add_test(t, spreads_fall_back);
}

UNIT_MAIN("lof", add)

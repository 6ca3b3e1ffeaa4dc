/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local outlier factor against a textbook and a slow version; quantiles and spreads. */
#include "unit.h"

#include <math.h>
#include <stdint.h>

#include "stats/distance.h"
#include "stats/lof.h"
#include "stats/minima.h"
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
    ck_assert(!rows.squares);
    ck_ok(lof_scores(o, &kept, stake, score, &e), &e);
    ck_ok(lof_scores(o, &rows, stake, again, &e), &e);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_le(fabs(score[i] - again[i]), 1e-11 * score[i]);
    distances_close(&kept);
    distances_close(&rows);
}

static void all_distances(const double *x, size_t n, size_t d, double *distance)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t j = 0; j < d; j++)
                sum += (x[i * d + j] - x[k * d + j]) * (x[i * d + j] - x[k * d + j]);
            distance[i * n + k] = sqrt(sum);
        }
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

/* What is scored at random, and what sorting all distances gives. */
struct trial {
    struct lof_options o;
    size_t n, d;
    double *x, *stake, *score, *slow;
};

/* The neighbourhood of a point: near, kd and the part of the last group, all others sorted. */
static void sorted_hood(const struct lof_options *o, const double *distance, const double *stake,
                        size_t n, size_t self, double hood[3])
{
    struct robust_point *all = calloc(n, sizeof *all);
    double left = o->kappa;
    size_t count = 0;

    for (size_t p = 0; p < n; p++)
        if ((p != self || o->self) && stake[p] > 0)
            all[count++] = (struct robust_point){distance[p], stake[p]};
    robust_sort(all, count);
    hood[0] = hood[1] = hood[2] = 0;
    for (size_t i = 0, end = 0; i < count && left > 1e-12; i = end) {
        double group = 0;
        while (end < count && all[end].value <= all[i].value * (1 + 1e-12))
            group += all[end++].weight;
        hood[0] = all[i].value;
        hood[1] = all[end - 1].value;
        hood[2] = o->all_ties || group <= left ? 1 : left / group;
        left -= group;
    }
    free(all);
}

/* mr of all points, or if that is known the harmonic mean of the neighbours'. */
static void sum_members(const struct trial *t, const double *distance, const double *hoods,
                        const double *mr, double *result)
{
    for (size_t i = 0; i < t->n; i++) {
        const double *hood = hoods + 3 * i, *row = distance + i * t->n;
        double sum = 0, mass = 0;
        for (size_t p = 0; p < t->n; p++) {
            double m = row[p] < hood[0] ? 1 : row[p] <= hood[1] ? hood[2] : 0;
            if (p == i && !t->o.self)
                continue;
            m *= t->stake[p];
            sum += mr ? m / mr[p] : m * fmax(hoods[3 * p + 1], row[p]);
            mass += m;
        }
        if (mr)
            result[i] = mass > 0 ? mass / sum : mr[i];
        else
            result[i] = fmax(mass > 0 ? sum / mass : 0, t->o.floor);
    }
}

static void slow_scores(const struct trial *t)
{
    size_t n = t->n;
    double *distance = calloc(n * n, sizeof *distance), *hoods = calloc(3 * n, sizeof *hoods);
    double *mr = calloc(n, sizeof *mr);
    struct robust_point *points = calloc(n, sizeof *points);

    all_distances(t->x, n, t->d, distance);
    for (size_t i = 0; i < n; i++)
        sorted_hood(&t->o, distance + i * n, t->stake, n, i, hoods + 3 * i);
    sum_members(t, distance, hoods, NULL, mr);
    for (size_t i = 0; i < n; i++)
        points[i] = (struct robust_point){mr[i], t->stake[i]};
    double median = robust_quantile(points, n, .5);
    if (t->o.harmonic)
        sum_members(t, distance, hoods, mr, t->slow);
    for (size_t i = 0; i < n; i++)
        t->slow[i] = mr[i] / (t->o.harmonic ? t->slow[i] : median);
    free(distance);
    free(hoods);
    free(mr);
    free(points);
}

/* Numbers with few values or many, far from 0 or not, and rows that are given twice. */
static void draw_rows(const struct trial *t)
{
    static const uint64_t grids[] = {2, 5, 40, 1000000, UINT64_C(1) << 40};
    uint64_t grid = grids[draw(5)];
    double shift = draw(3) == 0 ? 1e6 : 0, step = draw(2) ? 1 : 0.1;

    for (size_t i = 0; i < t->n; i++) {
        bool again = i > 0 && draw(8) == 0;
        size_t of = again ? draw(i) : 0;
        for (size_t j = 0; j < t->d; j++)
            t->x[i * t->d + j] = again ? t->x[of * t->d + j]
                                       : shift + step * (double)draw(grid) / (grid > 9e9 ? 1e9 : 1);
    }
}

/* Equal stakes, some without any, unequal ones, and one that has nearly half. */
static void draw_stakes(const struct trial *t, bool equal)
{
    uint64_t kind = equal ? 0 : draw(4);
    double sum = 0;

    for (size_t i = 0; i < t->n; i++) {
        t->stake[i] = kind == 0 ? 1 : kind == 1 ? (double)draw(3) : exp((double)draw(1000) / 200);
        if (i == 0)
            t->stake[i] = kind == 3 ? 80 * (double)t->n : 1;
        sum += t->stake[i];
    }
    for (size_t i = 0; i < t->n; i++)
        t->stake[i] /= sum;
}

static void try_once(size_t n, size_t d)
{
    struct trial t = {.n = n, .d = d};
    struct distances s;
    struct err e = {0};

    t.x = calloc(n * d, sizeof *t.x);
    t.stake = calloc(n, sizeof *t.stake);
    t.score = calloc(n, sizeof *t.score);
    t.slow = calloc(n, sizeof *t.slow);
    bool pos = draw(2);
    t.o = pos ? lof_pos(draw(3) ? .5 : (double)(1 + draw(100)) / 100, 1e-9)
              : lof_textbook(1 + draw(draw(2)  ? n - 1
                                      : n < 30 ? n - 1
                                               : 20),
                             n, 1e-9);
    draw_rows(&t);
    draw_stakes(&t, !pos);
    slow_scores(&t);
    ck_ok(distances_open(&s, DISTANCE_EUCLID, t.x, n, d, draw(2) ? n * n * 8 : 0, &e), &e);
    ck_ok(lof_scores(&t.o, &s, t.stake, t.score, &e), &e);
    distances_close(&s);
    for (size_t i = 0; i < n; i++)
        if (!(fabs(t.score[i] - t.slow[i]) <= 1e-9 * t.slow[i]))
            ck_abort_msg("%s of %zu points of %zu coordinates: score %zu is %.12g, sorted %.12g",
                         pos ? "pos-lof" : "lof", n, d, i, t.score[i], t.slow[i]);
    free(t.x);
    free(t.stake);
    free(t.score);
    free(t.slow);
}

START_TEST(few_points_score_as_if_all_were_sorted)
{
    for (size_t trial = 0; trial < 3000; trial++)
        try_once(2 + draw(38), 1 + draw(draw(2) ? 3 : 40));
}
END_TEST

START_TEST(many_points_score_as_if_all_were_sorted)
{
    for (size_t trial = 0; trial < 25; trial++)
        try_once(200 + draw(draw(4) ? 300 : 1000), 1 + draw(draw(2) ? 3 : 40));
}
END_TEST

/* Numbers of any size, some of them 0 or equal; a bound holds k of them, and few more. */
static void bound_numbers(size_t n, size_t kinds)
{
    double *v = calloc(n, sizeof *v), *minima = calloc(minima_count(n) + 1, sizeof *minima);
    uint32_t *who = calloc(n, sizeof *who);
    bool *known = calloc(n, sizeof *known);
    size_t groups = minima_count(n);

    for (size_t i = 0; i < n; i++)
        v[i] = kinds < 9 ? (double)draw(kinds) : exp((double)draw(kinds) / 1e4 - 50);
    minima_find(v, n, minima);
    for (size_t k = 1; k <= groups; k += 1 + groups / 7) {
        double bound = minima_bound(minima, n, k);
        size_t below = 0, less = 0, found;
        for (size_t g = 0; g < groups; g++) {
            below += minima[g] <= bound;
            less += minima[g] < bound;
        }
        ck_assert_uint_ge(below, k);
        ck_assert_uint_le(less, k + k / 8);
        below = 0;
        for (size_t i = 0; i < n; i++)
            below += v[i] <= bound;
        found = minima_below(v, n, draw(2) ? minima : NULL, bound, who, n);
        ck_assert_uint_eq(found, below);
        memset(known, 0, n * sizeof *known);
        for (size_t i = 0; i < found; i++) {
            ck_assert(v[who[i]] <= bound && !known[who[i]]);
            known[who[i]] = true;
        }
        ck_assert_uint_eq(minima_below(v, n, minima, bound, who, below - 1), SIZE_MAX);
    }
    free(v);
    free(minima);
    free(who);
    free(known);
}

START_TEST(bounds_of_minima_hold_as_many)
{
    const size_t sizes[] = {64, 127, 700, 2047, 2500, 17000};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bound_numbers(sizes[i], 1);
        bound_numbers(sizes[i], 3);
        bound_numbers(sizes[i], 1000000);
    }
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
    tcase_add_test(t, textbook_known_answers);
    tcase_add_test(t, textbook_agrees_with_the_slow_version);
    tcase_add_test(t, pos_agrees_with_the_slow_version);
    tcase_add_test(t, few_points_score_as_if_all_were_sorted);
    tcase_add_test(t, many_points_score_as_if_all_were_sorted);
    tcase_add_test(t, bounds_of_minima_hold_as_many);
    tcase_add_test(t, duplicates_score_one);
    tcase_add_test(t, piles_are_a_thousand_times_denser_than_any_place);
    tcase_add_test(t, scores_beside_piles_are_bounded);
    tcase_add_test(t, quantiles_weigh);
    tcase_add_test(t, quantiles_agree_with_sorting);
    tcase_add_test(t, spreads_fall_back);
}

UNIT_MAIN("lof", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Robust estimates against known answers and slow versions; what they withstand. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "stats/estimate.h"

enum { MOST = 40, DIMS = 6 };

static const enum estimate_method robust[] = {
    ESTIMATE_MEDIAN, ESTIMATE_TRIMMED,    ESTIMATE_GEOMETRIC,
    ESTIMATE_KRUM,   ESTIMATE_MULTI_KRUM, ESTIMATE_NNM,
};
enum { ROBUST = sizeof robust / sizeof robust[0] };

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (state >> 11) % below;
}

static double uniform(void)
{
    return (double)draw(1u << 30) / (1u << 30);
}

static void estimate(enum estimate_method method, const double *x, size_t n, size_t d, double share,
                     double *middle)
{
    const struct estimate_input in = {.n = n, .d = d, .x = x, .share = share};
    struct err e = {0};

    ck_ok(estimate_apply(method, &in, middle, &e), &e);
}

static void check_near(enum estimate_method method, const double *found, const double *expected,
                       size_t d, double most)
{
    for (size_t j = 0; j < d; j++)
        ck_assert_msg(fabs(found[j] - expected[j]) <= most,
                      "%s: feature %zu: %.17g, expected %.17g", estimate_name(method), j, found[j],
                      expected[j]);
}

START_TEST(known_answers)
{
    static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const struct {
        enum estimate_method method;
        double middle[3];
    } known[] = {
        {ESTIMATE_MEAN, {4, 5, 6}},      {ESTIMATE_MEDIAN, {4, 5, 6}},
        {ESTIMATE_TRIMMED, {4, 5, 6}},   {ESTIMATE_GEOMETRIC, {4, 5, 6}},
        {ESTIMATE_KRUM, {1, 2, 3}},      {ESTIMATE_MULTI_KRUM, {2.5, 3.5, 4.5}},
        {ESTIMATE_NNM, {2.5, 3.5, 4.5}}, /* the middle of 2.5, 2.5, 5.5 and so on */
    };
    double middle[3];

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        estimate(known[i].method, x, 3, 3, 0.4, middle);
        check_near(known[i].method, middle, known[i].middle, 3, 0);
    }
}
END_TEST

START_TEST(items_count_in_the_mean_alone)
{
    static const double x[] = {1, 2, 9}, items[] = {1, 2, 5};
    const struct estimate_input in = {.n = 3, .d = 1, .x = x, .items = items, .share = 0.4};
    double middle;

    ck_assert_int_eq(estimate_apply(ESTIMATE_MEAN, &in, &middle, NULL), 0);
    ck_assert_double_eq(middle, 6.25);
    ck_assert_int_eq(estimate_apply(ESTIMATE_MEDIAN, &in, &middle, NULL), 0);
    ck_assert_double_eq(middle, 2);
}
END_TEST

/* The geometric median of a triangle is Fermat's point; with an angle of 120 degrees or more it is
 * that corner; of four points that are not, it is where the diagonals meet. */
START_TEST(geometric_medians_of_old)
{
    static const double equal[] = {0, 0, 2, 0, 1, 1.7320508075688772};
    static const double blunt[] = {-3, 0.5, 0, 0, 4, 0.5};
    static const double four[] = {0, 0, 3, 1, 10, 10, 1, 4};
    static const double inside[] = {0, 0, 6, 0,
                                    0, 6, 1, 1}; /* a point in a triangle is it itself */
    static const double two[] = {1, 1, 3, 5}, line[] = {0, 0, 1, 1, 3, 3, 100, 100};
    double y[2];

    estimate(ESTIMATE_GEOMETRIC, equal, 3, 2, 0.4, y);
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){1, 0.57735026918962573}, 2, 1e-11);
    estimate(ESTIMATE_GEOMETRIC, blunt, 3, 2, 0.4, y);
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){0, 0}, 2, 0);
    estimate(ESTIMATE_GEOMETRIC, four, 4, 2, 0.4, y);
    /* (t, t) on the line from (3, 1) to (1, 4): 3 - 2s = 1 + 3s, s = 0.4 */
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){2.2, 2.2}, 2, 1e-10);
    estimate(ESTIMATE_GEOMETRIC, inside, 4, 2, 0.4, y);
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){1, 1}, 2, 0);
    estimate(ESTIMATE_GEOMETRIC, two, 2, 2, 0.4, y);
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){2, 3}, 2, 0);
    estimate(ESTIMATE_GEOMETRIC, line, 4, 2, 0.4, y);
    check_near(ESTIMATE_GEOMETRIC, y, (const double[]){2, 2}, 2, 1e-11);
}
END_TEST

/* --- slow, obvious versions */

static double gap(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(sum);
}

/* How many rows are nearer to row i than row k is, or as near and before it; itself first. */
static size_t place_of(const double *x, size_t n, size_t d, size_t i, size_t k)
{
    size_t before = 0;
    double far = gap(x + i * d, x + k * d, d);

    if (i == k)
        return 0;
    for (size_t q = 0; q < n; q++) {
        double other = gap(x + i * d, x + q * d, d);
        before += q == i || (q != k && (other < far || (other == far && q < k)));
    }
    return before;
}

static double slow_trimmed(const double *column, size_t n, size_t f)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        size_t below = 0;
        for (size_t k = 0; k < n; k++)
            below += column[k] < column[i] || (column[k] == column[i] && k < i);
        sum += below >= f && below < n - f ? column[i] : 0;
    }
    return sum / (double)(n - 2 * f);
}

static void slow_krum(const double *x, size_t n, size_t d, size_t f, size_t count, double *middle)
{
    double score[MOST];

    for (size_t i = 0; i < n; i++) {
        score[i] = 0;
        for (size_t k = 0; k < n; k++)
            if (place_of(x, n, d, i, k) < n - f)
                score[i] += pow(gap(x + i * d, x + k * d, d), 2);
    }
    for (size_t j = 0; j < d; j++)
        middle[j] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t better = 0;
        for (size_t k = 0; k < n; k++)
            better += score[k] < score[i] || (score[k] == score[i] && k < i);
        for (size_t j = 0; better < count && j < d; j++)
            middle[j] += x[i * d + j] / (double)count;
    }
}

static void slow_nnm(const double *x, size_t n, size_t d, size_t f, double *middle)
{
    for (size_t j = 0; j < d; j++) {
        double column[MOST] = {0};
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                if (place_of(x, n, d, i, k) < n - f)
                    column[i] += x[k * d + j] / (double)(n - f);
        middle[j] = slow_trimmed(column, n, f);
    }
}

static double sum_of_distances(const double *x, size_t n, size_t d, const double *y)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += gap(x + i * d, y, d);
    return sum;
}

/* Nothing around a geometric median is better: the sum is convex, so nothing anywhere is. */
static void check_least(const double *x, size_t n, size_t d, const double *y)
{
    double least = sum_of_distances(x, n, d, y);

    for (double far = 1; far > 1e-6; far /= 4)
        for (size_t j = 0; j < 2 * d; j++) {
            double next[DIMS];
            memcpy(next, y, d * sizeof *y);
            next[j / 2] += j % 2 ? far : -far;
            ck_assert_msg(sum_of_distances(x, n, d, next) >= least * (1 - 1e-14),
                          "%zu x %zu: %g from the geometric median is better", n, d, far);
        }
}

START_TEST(agree_with_the_slow_versions)
{
    double x[MOST * DIMS], fast[DIMS], slow[DIMS], column[MOST];

    for (size_t trial = 0; trial < 400; trial++) {
        size_t n = 1 + draw(MOST), d = 1 + draw(DIMS);
        double share = (double)draw(50) / 100;
        size_t f = estimate_wrong(share, n);
        ck_assert(2 * f < n && (double)f <= share * (double)n + 1e-9);
        for (size_t i = 0; i < n * d; i++) /* whole numbers have ties, and sums without rounding */
            x[i] = trial % 2 ? (double)draw(4) : uniform();
        estimate(ESTIMATE_TRIMMED, x, n, d, share, fast);
        for (size_t j = 0; j < d; j++) {
            for (size_t i = 0; i < n; i++)
                column[i] = x[i * d + j];
            slow[j] = slow_trimmed(column, n, f);
        }
        check_near(ESTIMATE_TRIMMED, fast, slow, d, 1e-14);
        estimate(ESTIMATE_GEOMETRIC, x, n, d, share, fast);
        check_least(x, n, d, fast);
        estimate(ESTIMATE_NNM, x, n, d, share, fast);
        slow_nnm(x, n, d, f, slow);
        check_near(ESTIMATE_NNM, fast, slow, d, 1e-14);
        if (trial % 2)
            continue; /* equal sums of squares of roots are not equal to the last bit */
        estimate(ESTIMATE_KRUM, x, n, d, share, fast);
        slow_krum(x, n, d, f, 1, slow);
        check_near(ESTIMATE_KRUM, fast, slow, d, 0);
        estimate(ESTIMATE_MULTI_KRUM, x, n, d, share, fast);
        slow_krum(x, n, d, f, n - f, slow);
        check_near(ESTIMATE_MULTI_KRUM, fast, slow, d, 1e-14);
    }
}
END_TEST

/* Blocks of columns, and more rows than are sorted one by one: as one column at a time. */
START_TEST(many_columns_are_as_one)
{
    enum { ROWS = 70, COLUMNS = 2500 };
    double *x = calloc(ROWS * COLUMNS, sizeof *x), *all = calloc(COLUMNS, sizeof *all);
    double column[ROWS], one;

    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
        x[i] = uniform();
    for (size_t m = 0; m < 2; m++) {
        estimate(robust[m], x, ROWS, COLUMNS, 0.3, all);
        for (size_t j = 0; j < COLUMNS; j += 49) {
            for (size_t i = 0; i < ROWS; i++)
                column[i] = x[i * COLUMNS + j];
            estimate(robust[m], column, ROWS, 1, 0.3, &one);
            ck_assert(one == all[j]);
        }
    }
    /* what is nearest depends on all columns: the same ones twice have the same neighbours */
    for (size_t i = 0; i < ROWS; i++)
        memcpy(x + i * COLUMNS + COLUMNS / 2, x + i * COLUMNS, COLUMNS / 2 * sizeof *x);
    for (size_t m = 3; m < ROBUST; m++) {
        double *half = calloc(ROWS * (COLUMNS / 2), sizeof *half),
               *own = calloc(COLUMNS, sizeof *own);
        for (size_t i = 0; i < ROWS; i++)
            memcpy(half + i * (COLUMNS / 2), x + i * COLUMNS, COLUMNS / 2 * sizeof *x);
        estimate(robust[m], x, ROWS, COLUMNS, 0.3, all);
        estimate(robust[m], half, ROWS, COLUMNS / 2, 0.3, own);
        ck_assert_mem_eq(all, own, COLUMNS / 2 * sizeof *all);
        ck_assert_mem_eq(all + COLUMNS / 2, own, COLUMNS / 2 * sizeof *all);
        free(half);
        free(own);
    }
    free(x);
    free(all);
}
END_TEST

/* --- what changes nothing */

START_TEST(translation_and_order)
{
    double x[MOST * DIMS], moved[MOST * DIMS], first[DIMS], second[DIMS], by[DIMS];

    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 1 + draw(MOST), d = 1 + draw(DIMS);
        enum estimate_method method = robust[trial % ROBUST];
        for (size_t i = 0; i < n * d; i++)
            x[i] = uniform();
        for (size_t j = 0; j < d; j++)
            by[j] = 1000 * uniform() - 500;
        if (n < 4 && method == ESTIMATE_KRUM)
            continue;                  /* both are as good, and the first one is taken */
        for (size_t i = 0; i < n; i++) /* backwards */
            for (size_t j = 0; j < d; j++)
                moved[(n - 1 - i) * d + j] = x[i * d + j] + by[j];
        estimate(method, x, n, d, 0.4, first);
        estimate(method, moved, n, d, 0.4, second);
        for (size_t j = 0; j < d; j++)
            first[j] += by[j];
        check_near(method, second, first, d, 1e-9);
    }
}
END_TEST

/* --- what is withstood */

/* Right ones in the unit cube; f wrong ones in one place far away, or everywhere. */
static void attack(double *x, size_t n, size_t d, size_t f, double far, bool together)
{
    for (size_t i = 0; i < n * d; i++)
        x[i] = uniform();
    for (size_t i = 0; i < f; i++) {
        size_t row = (i * 7 + 3) % n; /* 7 has no divisor in common with n */
        for (size_t j = 0; j < d; j++)
            x[row * d + j] = together ? far : (draw(2) ? far : -far) * (1 + uniform());
    }
}

START_TEST(wrong_ones_lead_nobody_away)
{
    static const double far[] = {1e2, 1e6, 1e12, 1e100, 1e200, 1e300};
    double x[MOST * DIMS], middle[DIMS], centre[DIMS];

    for (size_t trial = 0; trial < 600; trial++) {
        size_t n = 3 + draw(MOST - 3), d = 1 + draw(DIMS);
        n -= n % 7 == 0;
        size_t f = estimate_wrong(0.4, n);
        attack(x, n, d, f, far[trial % 6], trial % 2);
        for (size_t j = 0; j < d; j++)
            centre[j] = 0.5;
        for (size_t m = 0; m < ROBUST; m++) {
            estimate(robust[m], x, n, d, 0.4, middle);
            ck_assert_msg(gap(middle, centre, d) <= 1.5 * sqrt((double)d),
                          "%s: %zu of %zu results, %g away, lead it %g away",
                          estimate_name(robust[m]), f, n, far[trial % 6], gap(middle, centre, d));
            if (robust[m] == ESTIMATE_GEOMETRIC) {
                double right = (double)(n - f), all = (double)n, radius = sqrt((double)d) / 2;
                double most = radius * right / sqrt(all * (right - (double)f));
                ck_assert(gap(middle, centre, d) <= most * (1 + 1e-9));
            }
            for (size_t j = 0; robust[m] != ESTIMATE_GEOMETRIC && j < d; j++)
                ck_assert(middle[j] >= 0 && middle[j] <= 1);
        }
        estimate(ESTIMATE_MEAN, x, n, d, 0.4, middle);
        ck_assert(f == 0 || trial % 2 == 0 || gap(middle, centre, d) > 1.5 * sqrt((double)d));
    }
}
END_TEST

/* However large or small numbers are, and however alike. */
START_TEST(numbers_of_any_size)
{
    static const double sizes[] = {DBL_MAX, 1e300, 1e-160, 1e-300, DBL_MIN, 0};
    double x[12 * 3], middle[3];

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (size_t m = 0; m <= ROBUST; m++) {
            enum estimate_method method = m < ROBUST ? robust[m] : ESTIMATE_MEAN;
            for (size_t i = 0; i < 36; i++) /* all the same */
                x[i] = sizes[s];
            estimate(method, x, 12, 3, 0.4, middle);
            for (size_t j = 0; j < 3; j++)
                ck_assert(fabs(middle[j] - sizes[s]) <= 2e-16 * sizes[s]);
            for (size_t i = 0; i < 36; i++) /* of either sign */
                x[i] = i % 5 < 2 ? sizes[s] : -sizes[s];
            estimate(method, x, 12, 3, 0.4, middle);
            for (size_t j = 0; j < 3; j++)
                ck_assert(isfinite(middle[j]) && fabs(middle[j]) <= sizes[s]);
        }
}
END_TEST

/* The same results in a unit in which squares overflow, or vanish. */
START_TEST(units_change_nothing)
{
    double x[MOST * DIMS], other[MOST * DIMS], first[DIMS], second[DIMS];

    for (size_t trial = 0; trial < 120; trial++) {
        size_t n = 3 + draw(MOST - 3), d = 1 + draw(DIMS);
        double unit = ldexp(1, trial % 2 ? 1000 : -900);
        enum estimate_method method = robust[trial % ROBUST];
        for (size_t i = 0; i < n * d; i++) {
            x[i] = uniform() + 0.5;
            other[i] = x[i] * unit;
        }
        estimate(method, x, n, d, 0.4, first);
        estimate(method, other, n, d, 0.4, second);
        for (size_t j = 0; j < d; j++)
            second[j] /= unit;
        check_near(method, second, first, d, 1e-10);
    }
}
END_TEST

START_TEST(what_is_refused)
{
    double x[] = {1, 2, 3, 4}, items[] = {1, 1}, middle[2];
    const struct estimate_input good = {.n = 2, .d = 2, .x = x, .items = items, .share = 0.4};
    struct estimate_input in = good;
    struct err e = {0};

    ck_assert_int_eq(estimate_apply(ESTIMATE_MEAN, &in, middle, &e), 0);
    in.n = 0;
    ck_fails(estimate_apply(ESTIMATE_MEDIAN, &in, middle, &e), &e, ERR_INPUT, "0 results");
    in = good, in.d = 0;
    ck_fails(estimate_apply(ESTIMATE_MEDIAN, &in, middle, &e), &e, ERR_INPUT, "0 features");
    in = good, in.share = 0.5;
    ck_fails(estimate_apply(ESTIMATE_NNM, &in, middle, &e), &e, ERR_INPUT, "0.5");
    in.share = NAN;
    ck_fails(estimate_apply(ESTIMATE_NNM, &in, middle, &e), &e, ERR_INPUT, "nan");
    in = good;
    ck_fails(estimate_apply(ESTIMATE_NONE, &in, middle, &e), &e, ERR_INPUT, "expected a method");
    ck_fails(estimate_apply(ESTIMATE_NNM + 1, &in, middle, &e), &e, ERR_INPUT, "expected a method");
    items[1] = 0;
    ck_fails(estimate_apply(ESTIMATE_MEAN, &in, middle, &e), &e, ERR_INPUT, "items of result 1");
    items[1] = 1, x[2] = INFINITY;
    ck_fails(estimate_apply(ESTIMATE_KRUM, &in, middle, &e), &e, ERR_INPUT,
             "feature 0 of result 1: inf");
}
END_TEST

START_TEST(shares_and_names)
{
    for (enum estimate_method m = ESTIMATE_NONE; m <= ESTIMATE_NNM; m++)
        ck_assert_int_eq(estimate_of(estimate_name(m)), m);
    ck_assert_int_eq(estimate_of("average"), -1);
    ck_assert_str_eq(estimate_name(ESTIMATE_NNM + 1), "unknown");
    ck_assert_uint_eq(estimate_wrong(0.29, 100), 29);
    ck_assert_uint_eq(estimate_wrong(0.4, 5), 2);
    ck_assert_uint_eq(estimate_wrong(0.4, 2), 0);
    ck_assert_uint_eq(estimate_wrong(0.4999999999999, 2), 0);
    ck_assert_uint_eq(estimate_wrong(0.4, 0), 0);
    ck_assert_uint_eq(estimate_wrong(0.4, 1), 0);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, known_answers);
    tcase_add_test(t, items_count_in_the_mean_alone);
    tcase_add_test(t, geometric_medians_of_old);
    tcase_add_test(t, agree_with_the_slow_versions);
    tcase_add_test(t, many_columns_are_as_one);
    tcase_add_test(t, translation_and_order);
    tcase_add_test(t, wrong_ones_lead_nobody_away);
    tcase_add_test(t, numbers_of_any_size);
    tcase_add_test(t, units_change_nothing);
    tcase_add_test(t, what_is_refused);
    tcase_add_test(t, shares_and_names);
}

UNIT_MAIN("estimate", add)

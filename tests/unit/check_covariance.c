/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * covariance against two passes in long double, and against certified values: NIST
 * StRD NumAcc4 and Longley. tests/t/t0320-functions.t compares with numpy.
 */
#include "function.h"

#include <stdio.h>

#define MAX_COLUMNS 70
#define MAX_ROWS    2000

static const char *const *names(void)
{
    static char text[MAX_COLUMNS][8];
    static const char *list[MAX_COLUMNS];

    for (int i = 0; i < MAX_COLUMNS; i++) {
        snprintf(text[i], sizeof text[i], "x%d", i);
        list[i] = text[i];
    }
    return list;
}

static struct bound *bind(size_t columns)
{
    struct err e = {0};
    struct bound *b = bound_create(registry_find("covariance", &e), NULL, 0, names(), columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* Values about 1000 of correlated columns; a share of them missing. */
static void random_rows(double *x, size_t rows, size_t columns, double missing)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < rows; i++) {
        double common = uniform(&seed);
        for (size_t j = 0; j < columns; j++, x++) {
            *x = 1000 + 30 * uniform(&seed) + (double)(j % 5) * 10 * common;
            if (uniform(&seed) < missing)
                *x = NAN;
        }
    }
}

/* The slow, obvious version: [complete rows, means, all sums of products]. */
static void obvious(const double *x, size_t rows, size_t d, double *out)
{
    static long double mean[MAX_COLUMNS], sum[MAX_COLUMNS * MAX_COLUMNS];
    static bool complete[MAX_ROWS];
    long double n = 0;

    memset(mean, 0, sizeof mean), memset(sum, 0, sizeof sum);
    for (size_t i = 0; i < rows; i++) {
        complete[i] = true;
        for (size_t j = 0; j < d; j++)
            complete[i] = complete[i] && !isnan(x[i * d + j]);
        for (size_t j = 0; complete[i] && j < d; j++)
            mean[j] += x[i * d + j];
        n += complete[i];
    }
    for (size_t j = 0; j < d; j++)
        mean[j] /= n > 0 ? n : 1;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; complete[i] && j < d; j++)
            for (size_t k = 0; k < d; k++)
                sum[j * d + k] += (x[i * d + j] - mean[j]) * (x[i * d + k] - mean[k]);
    *out++ = (double)n;
    for (size_t j = 0; j < d; j++)
        *out++ = (double)mean[j];
    for (size_t j = 0; j < d * d; j++)
        *out++ = (double)sum[j];
}

/* By the features and the finished result, so that the format of the state, and with
 * it every way from (i, j) to a place, is tested. */
static void compare(struct bound *b, const double *state, const double *x, size_t rows, size_t d)
{
    static double wanted[1 + MAX_COLUMNS + MAX_COLUMNS * MAX_COLUMNS];
    static double value[MAX_COLUMNS * MAX_COLUMNS], error[MAX_COLUMNS * MAX_COLUMNS];
    struct err e = {0};

    obvious(x, rows, d, wanted);
    ck_assert(state[0] == (double)rows && state[1] == wanted[0]);
    ck_assert_uint_eq(bound_features_length(b), d + d * (d + 1) / 2);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    if (wanted[0] < 2)
        return;
    for (size_t j = 0, f = 0; j < d; j++, f++)
        ck_assert(fabs(value[f] - wanted[1 + j]) <= 1e-13 * fabs(wanted[1 + j]));
    const double *sum = wanted + 1 + d;
    for (size_t j = 0; j < d; j++)
        ck_digits(value[d + j], sqrt(sum[j * d + j] / (wanted[0] - 1)), 12);
    for (size_t j = 0, f = 2 * d; j < d; j++)
        for (size_t i = j + 1; i < d; i++, f++) {
            double r = sum[j * d + i] / sqrt(sum[i * d + i]) / sqrt(sum[j * d + j]);
            ck_assert_msg(fabs(value[f] - r) <= 1e-12, "(%zu, %zu) of %zu: %.17g, not %.17g", j, i,
                          d, value[f], r);
        }
}

START_TEST(any_blocks_agree_with_the_obvious_version)
{
    static const size_t columns[] = {1, 2, 3, 4, 7, 8, 30, 31, 69, 70};
    static const size_t rows[] = {1, 2, 65, MAX_ROWS};
    static const size_t each[] = {1, 13, 130, 100000};
    static const double missing[] = {0, 0.0005, 0.3, 1};
    static double x[MAX_ROWS * MAX_COLUMNS];
    size_t d = columns[_i];
    struct bound *b = bind(d);

    for (size_t m = 0; m < 4; m++)
        for (size_t k = 0; k < 4; k++)
            for (size_t i = 0; i < 4; i++) {
                double *state = new_state(b);
                random_rows(x, rows[k], d, missing[m]);
                add_rows(b, state, x, rows[k], d, each[i]);
                compare(b, state, x, rows[k], d);
                free(state);
            }
    bound_destroy(b);
}
END_TEST

/* ((a b) (c d)), (((a b) c) d) and (d (c (b a))) are the pooled rows, for even and odd
 * numbers of columns; one part has no complete row. */
START_TEST(merging_in_any_grouping_is_pooling)
{
    enum { ROWS = 900 };
    static double x[ROWS * 6];
    static const size_t ends[] = {0, 1, 17, 500, ROWS};
    static const int order[3][3][2] = {
        {{0, 1}, {2, 3}, {0, 2}}, {{0, 1}, {0, 2}, {0, 3}}, {{1, 0}, {2, 1}, {3, 2}}};
    struct err e = {0};

    for (size_t d = 1; d <= 6; d++) {
        struct bound *b = bind(d);
        size_t bytes = bound_length(b) * sizeof(double);
        double *part[4], *s[4];
        random_rows(x, ROWS, d, 0.02);
        for (size_t r = 1; r < 17; r++)
            x[r * d] = NAN;
        for (int i = 0; i < 4; i++) {
            part[i] = new_state(b), s[i] = new_state(b);
            add_rows(b, part[i], x + ends[i] * d, ends[i + 1] - ends[i], d, 64);
        }
        for (int g = 0; g < 3; g++) {
            for (int i = 0; i < 4; i++)
                memcpy(s[i], part[i], bytes);
            for (int k = 0; k < 3; k++)
                ck_ok(bound_merge(b, s[order[g][k][0]], s[order[g][k][1]], &e), &e);
            compare(b, s[order[g][2][0]], x, ROWS, d);
        }
        for (int i = 0; i < 4; i++)
            free(part[i]), free(s[i]);
        bound_destroy(b);
    }
}
END_TEST

/* The bits of a merge of small whole numbers, whose means and products are exact, do
 * not depend on the processor or on a BLAS; and the empty state changes none. */
START_TEST(merging_has_known_bits)
{
    const double x[] = {1, 10, 3, 30, 9, -6, 11, 2};
    /* n = 4, means 6 and 9, sums of squares 68 and 716, of products -148 */
    struct bound *b = bind(2);
    size_t bytes = bound_length(b) * sizeof(double);
    double *one = new_state(b), *two = new_state(b), *empty = new_state(b), *gaps = new_state(b);
    const double missing[] = {NAN, 1};
    struct err e = {0};

    add_rows(b, one, x, 2, 2, 2);
    add_rows(b, two, x + 4, 2, 2, 2);
    ck_ok(bound_merge(b, empty, one, &e), &e);
    ck_assert_mem_eq(empty, one, bytes);
    ck_ok(bound_merge(b, one, two, &e), &e);
    /* rows, counts, means, extremes, powers; packed: the second column's square, the first's,
     * the product */
    const double wanted[] = {4,  4,   4, 6,    9,    1,      -6,  11, 30,
                             68, 716, 0, 5544, 1412, 247508, 716, 68, -148};
    ck_assert_uint_eq(bytes, sizeof wanted);
    for (size_t i = 0; i < 18; i++)
        ck_assert_msg(one[i] == wanted[i], "%zu: %.17g, expected %g", i, one[i], wanted[i]);
    add_rows(b, gaps, missing, 1, 2, 1);
    ck_ok(bound_merge(b, one, gaps, &e), &e);
    ck_assert(one[0] == 5 && memcmp(one + 1, wanted + 1, bytes - sizeof(double)) == 0);
    ck_ok(bound_merge(b, gaps, one, &e), &e);
    ck_assert(gaps[0] == 6 && memcmp(gaps + 1, wanted + 1, bytes - sizeof(double)) == 0);
    free(one), free(two), free(empty), free(gaps);
    bound_destroy(b);
}
END_TEST

/* NumAcc4: 1e7 + 0.1 and 1e7 + 0.3 about 1e7 + 0.2; the data itself is rounded in its
 * 9th digit. A second column is constant. */
START_TEST(numerical_accuracy)
{
    static const size_t each[] = {1, 7, 100, 1001};
    static double x[1001][2];
    struct bound *b = bind(2);
    struct kept out;

    for (size_t i = 0; i < 1001; i++)
        x[i][0] = i == 0 ? 10000000.2 : i % 2 == 1 ? 10000000.1 : 10000000.3, x[i][1] = 0.1;
    for (size_t k = 0; k < 4; k++) {
        double *state = new_state(b);
        add_rows(b, state, *x, 1001, 2, each[k]);
        finish_state(b, state, &out);
        ck_digits(kept_values(&out, "mean")[0], 10000000.2, 15);
        ck_digits(kept_values(&out, "sd")[0], 0.1, 8.2);
        ck_assert(kept_values(&out, "mean")[1] == 0.1 && kept_values(&out, "sd")[1] == 0);
        ck_assert(kept_values(&out, "correlation")[0] == 1);
        ck_assert(isnan(kept_values(&out, "correlation")[1]));
        free(state);
    }
    bound_destroy(b);
}
END_TEST

/* GNP deflator and GNP, from J. W. Longley (1967): their correlation is published as
 * 0.991589. */
START_TEST(longley_is_known)
{
    const double x[] = {83.0,  234289, 88.5,  259426, 88.2,  258054, 89.5,  284599,
                        96.2,  328975, 98.1,  346999, 99.0,  365385, 100.0, 363112,
                        101.2, 397469, 104.6, 419180, 108.4, 442769, 110.8, 444546,
                        112.6, 482704, 114.2, 502601, 115.7, 518173, 116.9, 554894};
    struct bound *b = bind(2);
    double *state = new_state(b);
    struct kept out;

    add_rows(b, state, x, 16, 2, 5);
    finish_state(b, state, &out);
    ck_digits(kept_values(&out, "correlation")[1], 0.991589, 5.5);
    ck_assert(kept_values(&out, "correlation")[1] == kept_values(&out, "correlation")[2]);
    ck_assert(*kept_values(&out, "complete_rows") == 16);
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(features_have_names_and_errors)
{
    const double x[] = {1, 2, 5, 2, 4, 5, 3, 9, 5, NAN, 1, 1};
    double value[9], error[9];
    struct bound *b = bind(3);
    double *state = new_state(b);
    struct err e = {0};
    char name[32];

    ck_ok(bound_features(b, state, value, error, &e), &e);
    for (int i = 0; i < 9; i++)
        ck_assert(value[i] == 0 && isinf(error[i]));
    add_rows(b, state, x, 4, 3, 4);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    /* variances 1 and 13, covariance 3.5, both kurtoses 1.5; a constant */
    ck_assert(value[0] == 2 && value[1] == 5 && value[2] == 5);
    ck_assert(value[3] == 1 && value[5] == 0 && error[2] == 0 && error[5] == 0);
    ck_digits(value[4], sqrt(13), 15);
    ck_digits(value[6], 3.5 / sqrt(13), 15);
    ck_digits(error[0], sqrt(1.0 / 3), 15);
    ck_digits(error[4], sqrt(13) * sqrt(0.5 / 3) / 2, 15);
    ck_digits(error[6], (1 - 3.5 * 3.5 / 13) * sqrt(0.5 / 3), 14);
    ck_assert(value[7] == 0 && isinf(error[7]) && value[8] == 0 && isinf(error[8]));
    bound_feature_name(b, 4, name, sizeof name);
    ck_assert_str_eq(name, "sd(x1)");
    bound_feature_name(b, 7, name, sizeof name);
    ck_assert_str_eq(name, "correlation(x0,x2)");
    bound_feature_name(b, 8, name, sizeof name);
    ck_assert_str_eq(name, "correlation(x1,x2)");
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(states_that_are_no_scatter_show)
{
    static const double hostile[] = {NAN, -1e9, INFINITY};
    const double x[] = {0.5, 2, 3, -7};
    struct bound *b = bind(2);
    struct err e = {0};
    struct kept out;

    for (size_t i = 0; i < 3 * bound_length(b); i++) {
        double *state = new_state(b), value[5], error[5];
        add_rows(b, state, x, 2, 2, 4);
        state[i / 3] = hostile[i % 3];
        ck_ok(bound_features(b, state, value, error, &e), &e);
        /* any finite mean, extreme, third power or covariance may be that of some rows */
        size_t at = i / 3;
        bool mean = at >= 3 && at <= 8, third = at == 11 || at == 12, covariance = at == 17;
        bool possible = i % 3 == 1 && (mean || third || covariance);
        ck_assert_msg(isnan(value[0]) == !possible, "%zu", i);
        finish_state(b, state, &out);
        free(state);
    }
    bound_destroy(b);
}
END_TEST

START_TEST(too_many_columns_are_refused)
{
    static const char *many[16385];
    struct err e = {0};

    for (int i = 0; i < 16385; i++)
        many[i] = "x";
    ck_fails(bound_create(registry_find("covariance", &e), NULL, 0, many, 16385, &e) ? 0 : -1, &e,
             ERR_INPUT, "covariance: 16385 columns; expected 1 to 16384");
    ck_fails(bound_create(registry_find("covariance", &e), NULL, 0, many, 0, &e) ? 0 : -1, &e,
             ERR_INPUT, "covariance: 0 columns");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, any_blocks_agree_with_the_obvious_version, 0, 10);
    tcase_add_test(t, merging_in_any_grouping_is_pooling);
    tcase_add_test(t, merging_has_known_bits);
    tcase_add_test(t, numerical_accuracy);
    tcase_add_test(t, longley_is_known);
    tcase_add_test(t, features_have_names_and_errors);
    tcase_add_test(t, states_that_are_no_scatter_show);
    tcase_add_test(t, too_many_columns_are_refused);
}

UNIT_MAIN("covariance", add)

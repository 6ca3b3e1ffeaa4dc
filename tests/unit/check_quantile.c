/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quantile against a slow, obvious version: sorting. The bound of the relative error
 * is tested on data that is hard on sketches. tests/t/t0320-functions.t compares with
 * numpy.
 */
#include "function.h"

#include <stdio.h>

static const char *const names[] = {"x", "y", "z"};
static const double probabilities[] = {0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.9, 0.999, 1};

enum { QUANTILES = 9, ROWS = 2001 };

static struct bound *try_bind(size_t columns, const char *list, double accuracy, double smallest,
                              double largest, struct err *e)
{
    struct function_setting s[] = {
        {"probabilities", FUNCTION_STRING, {.string = list}},
        {"accuracy", FUNCTION_NUMBER, {.number = accuracy}},
        {"smallest", FUNCTION_NUMBER, {.number = smallest}},
        {"largest", FUNCTION_NUMBER, {.number = largest}},
    };
    return bound_create(registry_find("quantile", e), s, 4, names, columns, e);
}

static struct bound *bind(size_t columns, double accuracy, double smallest, double largest)
{
    struct err e = {0};
    struct bound *b = try_bind(columns, "0,0.001, 0.05,.25,0.5,0.75,0.9,0.999,1", accuracy,
                               smallest, largest, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The slow, obvious version: the type 7 quantile of what is not missing. Both of its
 * neighbours are given, as the bound is that of each. */
static double obvious(const double *x, size_t rows, double p, double *error, double accuracy)
{
    static double sorted[ROWS];
    size_t n = 0;

    for (size_t i = 0; i < rows; i++)
        if (!isnan(x[i]))
            sorted[n++] = x[i];
    qsort(sorted, n, sizeof *sorted, ascending);
    double h = ((double)n - 1) * p, k = floor(h), f = h - k;
    double low = sorted[(size_t)k], high = sorted[f > 0 ? (size_t)k + 1 : (size_t)k];
    *error = accuracy * ((1 - f) * fabs(low) + f * fabs(high));
    return low + f * (high - low);
}

/* Data that is hard: which of them, value by value. */
enum hard {
    NORMAL, /* of both signs */
    PARETO, /* heavy tails: over many orders of magnitude */
    TWO,    /* two values only, far from each other */
    TIES,   /* small integers, most of them 0 */
    EDGES,  /* powers of two, and their neighbours: the limits of buckets */
    HOLES,  /* missing values, and a bimodal rest */
    NARROW, /* large, and all but equal */
    HARD
};

static double hard_value(enum hard kind, size_t i, uint64_t *seed)
{
    double u = uniform(seed), v = uniform(seed);

    switch (kind) {
    case NORMAL:
        return 3 * sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * v);
    case PARETO:
        return (v < 0.3 ? -1 : 1) * pow(1 - u, -2);
    case TWO:
        return i % 3 == 0 ? -1e-3 : 1e8;
    case TIES:
        return floor(u * u * 6) - 1;
    case EDGES:
        return nextafter(ldexp(1 + floor(v * 64) / 64, (int)(u * 20) - 10), i % 2 ? 0 : 1e9);
    case HOLES:
        return u < 0.4 ? NAN : u < 0.6 ? 1 + v : -1000 - v;
    case NARROW:
        return 123456 + u;
    case HARD:
        break;
    }
    return 0;
}

START_TEST(the_bound_holds)
{
    static const double accuracies[] = {0.3, 0.1, 0.01, 0.001, 1e-4};
    static double x[ROWS];
    uint64_t seed = 88172645463325252u;

    for (size_t a = 0; a < 5; a++)
        for (size_t rows = 1; rows <= ROWS; rows = rows * 3 + 4) {
            struct bound *b = bind(1, accuracies[a], 1e-4, 1e14);
            double *state = new_state(b);
            struct kept out;
            for (size_t i = 0; i < rows; i++)
                x[i] = hard_value((enum hard)_i, i, &seed);
            if (_i == HOLES)
                x[0] = 7;
            add_rows(b, state, x, rows, 1, 100);
            finish_state(b, state, &out);
            for (size_t q = 0; q < QUANTILES; q++) {
                double bound = kept_values(&out, "accuracy")[q];
                ck_assert(bound >= 0 && isfinite(bound));
                bound = bound > 0 && bound < accuracies[a] ? bound : accuracies[a];
                double error, wanted = obvious(x, rows, probabilities[q], &error, bound);
                double found = kept_values(&out, "quantile")[q];
                ck_assert_msg(fabs(found - wanted) <= error * (1 + 1e-12),
                              "data %d, %zu rows, %g: %.17g, exactly %.17g +- %g", _i, rows,
                              probabilities[q], found, wanted, error);
            }
            free(state);
            bound_destroy(b);
        }
}
END_TEST

/* Beyond the range: values near 0 are 0, and far ones known to be far. */
START_TEST(what_is_outside_the_range_is_counted)
{
    const double x[] = {-INFINITY, -1e12, -1, 1e-9, -0.0, 0, NAN, 2, 1e12, INFINITY};
    struct bound *b = bind(1, 0.01, 1e-3, 1e6);
    double *state = new_state(b), value[3], error[3];
    struct err e = {0};
    struct kept out;

    add_rows(b, state, x, 10, 1, 10);
    finish_state(b, state, &out);
    ck_assert(*kept_values(&out, "beyond") == 4 && *kept_values(&out, "count") == 9);
    ck_assert(*kept_values(&out, "near_zero") == 1);
    ck_assert(*kept_values(&out, "missing") == 1);
    const double *q = kept_values(&out, "quantile");
    ck_assert(q[0] == -INFINITY && q[QUANTILES - 1] == INFINITY && q[4] == 0);
    ck_assert(fabs(q[3] + 1) <= 0.01 && fabs(q[5] - 2) <= 0.02);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    for (int i = 0; i < 3; i++)
        ck_assert(isfinite(value[i]) && error[i] > 0);
    free(state);
    bound_destroy(b);
}
END_TEST

/* Values on any scale that the default range covers have their accuracy; what is outside of a
 * range that does not fit says so, and does not pass for 0 or infinity. */
START_TEST(tiny_and_huge_values_are_no_zeros)
{
    static const double scales[] = {1e-36, 1e-30, 1e-9, 1e-7, 1, 1e10, 1e20, 1e36};
    struct err e = {0};

    for (size_t k = 0; k < 8; k++) {
        double x[100], error;
        struct bound *b = bound_create(registry_find("quantile", &e), NULL, 0, names, 1, &e);
        double *state = new_state(b);
        struct kept out;
        for (size_t i = 0; i < 100; i++)
            x[i] = (1 + (double)i) * scales[k];
        add_rows(b, state, x, 100, 1, 100);
        finish_state(b, state, &out);
        double wanted = obvious(x, 100, 0.5, &error, 0.01);
        ck_assert(fabs(kept_values(&out, "quantile")[2] - wanted) <= error);
        ck_assert(kept_values(&out, "accuracy")[2] <= 0.01);
        ck_assert(*kept_values(&out, "near_zero") == 0 && *kept_values(&out, "beyond") == 0);
        free(state);
        bound_destroy(b);
    }
}
END_TEST

START_TEST(a_range_that_does_not_fit_is_refused)
{
    static const double most[] = {0, 0, 0, 0, 1e-9, 2e-9, -1e-9, 3e-9, 4e-9, 5e-9};
    double x[10];
    struct bound *b = bind(1, 0.01, 1e-6, 1e9);
    double *state = new_state(b);
    struct err e = {0};
    struct kept out = {.base.put = keep_array};

    add_rows(b, state, most, 10, 1, 10);
    ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT,
             "column 'x': 6 of 10 values are not 0 and nearer to it than 'smallest', 1e-06");
    memset(state, 0, bound_length(b) * sizeof *state);
    for (size_t i = 0; i < 10; i++)
        x[i] = i < 4 ? 7 : -1e10;
    add_rows(b, state, x, 10, 1, 10);
    ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT,
             "column 'x': 6 of 10 values are farther from 0 than 'largest', 1e+09");

    /* Where they are few, they are counted, and the quantiles that they are say so. */
    memset(state, 0, bound_length(b) * sizeof *state);
    for (size_t i = 0; i < 10; i++)
        x[i] = i < 3 ? 1e-9 : i < 5 ? 1e10 : 5;
    add_rows(b, state, x, 10, 1, 10);
    finish_state(b, state, &out);
    ck_assert(*kept_values(&out, "near_zero") == 3 && *kept_values(&out, "beyond") == 2);
    const double *accuracy = kept_values(&out, "accuracy");
    ck_assert(isinf(accuracy[0]) && accuracy[4] < 0.01 && isinf(accuracy[QUANTILES - 1]));

    /* Between one that is beyond and one that is not, it is beyond. */
    memset(state, 0, bound_length(b) * sizeof *state);
    for (size_t i = 0; i < 10; i++)
        x[i] = i < 5 ? -1e10 : 2;
    add_rows(b, state, x, 10, 1, 10);
    finish_state(b, state, &out);
    ck_assert(kept_values(&out, "quantile")[4] == -INFINITY);
    ck_assert(isinf(kept_values(&out, "accuracy")[4]));
    memset(state, 0, bound_length(b) * sizeof *state);
    memset(x, 0, sizeof x);
    add_rows(b, state, x, 10, 1, 10);
    finish_state(b, state, &out);
    ck_assert(kept_values(&out, "accuracy")[4] == 0 && kept_values(&out, "quantile")[4] == 0);
    free(state);
    bound_destroy(b);
}
END_TEST

/* Any grouping and any order of merging: the same bits as of all rows at once. */
START_TEST(merging_has_the_same_bits_in_any_order)
{
    enum { PARTS = 5, EACH = 400, C = 3 };
    static double x[PARTS * EACH * C];
    uint64_t seed = 88172645463325252u;
    struct bound *b = bind(C, 0.01, 1e-6, 1e9);
    size_t bytes = bound_length(b) * sizeof(double);
    double *pooled = new_state(b), *up = new_state(b), *down = new_state(b), *part[PARTS];
    struct err e = {0};

    for (size_t i = 0; i < PARTS * EACH * C; i++)
        x[i] = hard_value((enum hard)(i % HARD), i, &seed);
    add_rows(b, pooled, x, PARTS * EACH, C, 77);
    for (size_t i = 0; i < PARTS; i++) {
        part[i] = new_state(b);
        add_rows(b, part[i], x + i * EACH * C, EACH, C, i + 1);
        ck_ok(bound_merge(b, up, part[i], &e), &e);
    }
    for (size_t i = PARTS; i-- > 0;)
        ck_ok(bound_merge(b, down, part[i], &e), &e);
    ck_assert_mem_eq(up, pooled, bytes);
    ck_assert_mem_eq(down, pooled, bytes);
    for (size_t i = 0; i < PARTS; i++)
        free(part[i]);
    free(pooled), free(up), free(down);
    bound_destroy(b);
}
END_TEST

/* The median of normal numbers has the standard error 1.2533 sd/sqrt(n); the other
 * quartiles 1.3626. */
START_TEST(features_have_standard_errors)
{
    static const double factors[] = {1.3626, 1.2533, 1.3626}, quartile = 0.674490 * 3;
    static double x[20 * ROWS];
    uint64_t seed = 88172645463325252u;
    struct bound *b = bind(1, 0.001, 1e-6, 1e9);
    double value[3], error[3];
    struct err e = {0};
    char name[32];

    for (size_t i = 0; i < 20 * ROWS; i++)
        x[i] = hard_value(NORMAL, i, &seed);
    for (size_t rows = 200; rows <= 20 * ROWS; rows *= 10) {
        double *state = new_state(b), n = sqrt((double)rows);
        add_rows(b, state, x, rows, 1, 1000);
        ck_ok(bound_features(b, state, value, error, &e), &e);
        for (int i = 0; i < 3; i++) {
            ck_assert(fabs(value[i] - (i - 1) * quartile) < 4 * error[i]);
            ck_assert_msg(fabs(error[i] / (factors[i] * 3 / n) - 1) < (rows == 200 ? 0.6 : 0.3),
                          "%zu rows: %g", rows, error[i] / (factors[i] * 3 / n));
        }
        free(state);
    }
    double empty[3 * 1000] = {0};
    bound_feature_name(b, 1, name, sizeof name);
    ck_assert_str_eq(name, "median(x)");
    bound_destroy(b);
    b = bind(1, 0.3, 1, 100);
    ck_assert_uint_lt(bound_length(b), 3000);
    ck_ok(bound_features(b, empty, value, error, &e), &e);
    ck_assert(value[1] == 0 && isinf(error[1]));
    bound_destroy(b);
}
END_TEST

START_TEST(states_that_are_no_sketches_show)
{
    static const double hostile[] = {NAN, -1, INFINITY, 1e300, -0.5};
    const double x[] = {0.5, 2, NAN, -7};
    struct bound *b = bind(1, 0.3, 0.1, 100);
    struct err e = {0};
    struct kept out;

    for (size_t i = 0; i < 5 * bound_length(b); i++) {
        double *state = new_state(b), value[3], error[3];
        add_rows(b, state, x, 4, 1, 4);
        state[i / 5] = hostile[i % 5];
        ck_ok(bound_features(b, state, value, error, &e), &e);
        ck_assert(isnan(value[0]) && isnan(value[1]) && isnan(value[2]));
        finish_state(b, state, &out);
        ck_assert(isnan(kept_values(&out, "quantile")[4]));
        free(state);
    }
    bound_destroy(b);
}
END_TEST

START_TEST(wrong_parameters_are_refused)
{
    struct err e = {0};

    ck_fails(try_bind(1, "0.5,1.5", 0.01, 1, 2, &e) ? 0 : -1, &e, ERR_INPUT,
             "'probabilities': number 2 is none from 0 to 1");
    ck_fails(try_bind(1, "", 0.01, 1, 2, &e) ? 0 : -1, &e, ERR_INPUT, "number 1 is none");
    ck_fails(try_bind(1, "0.1;0.2", 0.01, 1, 2, &e) ? 0 : -1, &e, ERR_INPUT, "found ';'");
    ck_fails(try_bind(1, "0.5", 0.01, 2, 2, &e) ? 0 : -1, &e, ERR_INPUT,
             "'smallest' is 2 and 'largest' is 2");
    ck_fails(try_bind(3, "0.5", 1e-6, 1e-6, 1e9, &e) ? 0 : -1, &e, ERR_INPUT,
             "expected at most 16777216 together: allow a larger 'accuracy'");
    ck_fails(try_bind(1, "0.5", 0.6, 1, 2, &e) ? 0 : -1, &e, ERR_INPUT, "from 0.000001 to 0.5");
    ck_fails(try_bind(0, "0.5", 0.1, 1, 2, &e) ? 0 : -1, &e, ERR_INPUT, "there are no columns");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, the_bound_holds, 0, HARD);
    tcase_add_test(t, what_is_outside_the_range_is_counted);
    tcase_add_test(t, tiny_and_huge_values_are_no_zeros);
    tcase_add_test(t, a_range_that_does_not_fit_is_refused);
    tcase_add_test(t, merging_has_the_same_bits_in_any_order);
    tcase_add_test(t, features_have_standard_errors);
    tcase_add_test(t, states_that_are_no_sketches_show);
    tcase_add_test(t, wrong_parameters_are_refused);
}

UNIT_MAIN("quantile", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linreg against the NIST StRD set Longley and closed forms.
 */
#include "function.h"

#include <stdio.h>

/* J. W. Longley (1967): total employment, GNP deflator, GNP, unemployed, armed
 * forces, population, year. */
static const double longley[16 * 7] = {
    60323, 83.0,  234289, 2356, 1590, 107608, 1947, /**/
    61122, 88.5,  259426, 2325, 1456, 108632, 1948, /**/
    60171, 88.2,  258054, 3682, 1616, 109773, 1949, /**/
    61187, 89.5,  284599, 3351, 1650, 110929, 1950, /**/
    63221, 96.2,  328975, 2099, 3099, 112075, 1951, /**/
    63639, 98.1,  346999, 1932, 3594, 113270, 1952, /**/
    64989, 99.0,  365385, 1870, 3547, 115094, 1953, /**/
    63761, 100.0, 363112, 3578, 3350, 116219, 1954, /**/
    66019, 101.2, 397469, 2904, 3048, 117388, 1955, /**/
    67857, 104.6, 419180, 2822, 2857, 118734, 1956, /**/
    68169, 108.4, 442769, 2936, 2798, 120445, 1957, /**/
    66513, 110.8, 444546, 4681, 2637, 121950, 1958, /**/
    68655, 112.6, 482704, 3813, 2552, 123366, 1959, /**/
    69564, 114.2, 502601, 3931, 2514, 125368, 1960, /**/
    69331, 115.7, 518173, 4806, 2572, 127852, 1961, /**/
    70551, 116.9, 554894, 4007, 2827, 130081, 1962,
};
static const double certified[7][2] = {
    {-3482258.63459582, 890420.383607373},          {15.0618722713733, 84.9149257747669},
    {-0.358191792925910E-01, .334910077722432E-01}, {-2.02022980381683, 0.488399681651699},
    {-1.03322686717359, 0.214274163161675},         {-0.511041056535807E-01, 0.226073200069370},
    {1829.15146461355, 455.478499142212},
};

static const char *const names[] = {"y", "a", "b", "c", "d", "e", "f"};

/* The first so many of these columns; the target is y. */
static struct bound *bind_version(const char *function, size_t columns, int intercept, double ridge)
{
    struct err e = {0};
    struct function_setting s[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                   {"intercept", FUNCTION_BOOLEAN, {.integer = intercept}},
                                   {"ridge", FUNCTION_NUMBER, {.number = ridge}}};
    struct bound *b = bound_create(registry_find(function, &e), s, 3, names, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static struct bound *bind(size_t columns, int intercept, double ridge)
{
    return bind_version("linreg", columns, intercept, ridge);
}

static void ck_longley(struct bound *b, const double *state)
{
    struct kept out;

    finish_state(b, state, &out);
    for (size_t i = 0; i < 7; i++) {
        ck_digits(kept_values(&out, "coefficients")[i], certified[i][0], 10.5);
        ck_digits(kept_values(&out, "standard_error")[i], certified[i][1], 11);
        ck_digits(kept_values(&out, "t_value")[i], certified[i][0] / certified[i][1], 10.5);
    }
    ck_digits(*kept_values(&out, "residual_sd"), 304.854073561965, 11.5);
    ck_digits(*kept_values(&out, "r_squared"), 0.995479004577296, 13);
    ck_assert(*kept_values(&out, "rows") == 16 && *kept_values(&out, "degrees_of_freedom") == 9);
    ck_assert_str_eq(out.array[0].label[0], "intercept");
    ck_assert_str_eq(out.array[0].label[1], "a");
}

START_TEST(longley_is_certified)
{
    struct err e = {0};
    struct bound *b = bind(7, 1, 0);
    double value[7], error[7];
    char name[32];

    for (size_t each = 1; each <= 16; each++) {
        double *state = new_state(b);
        add_rows(b, state, longley, 16, 7, each);
        ck_longley(b, state);
        ck_ok(bound_features(b, state, value, error, &e), &e);
        ck_digits(value[6], certified[6][0], 10.5);
        ck_digits(error[6], certified[6][1], 11);
        free(state);
    }
    bound_feature_name(b, 0, name, sizeof name);
    ck_assert_str_eq(name, "coefficient(intercept)");
    bound_feature_name(b, 6, name, sizeof name);
    ck_assert_str_eq(name, "coefficient(f)");
    bound_destroy(b);
}
END_TEST

/* Parts of fewer rows than columns, merged in two groupings. */
START_TEST(merged_parts_are_the_pooled_fit)
{
    static const size_t ends[] = {0, 1, 6, 13, 16};
    struct err e = {0};
    struct bound *b = bind(7, 1, 0);
    double *part[4], *left = new_state(b), *right = new_state(b), *pooled = new_state(b);

    add_rows(b, pooled, longley, 16, 7, 16);
    for (int i = 0; i < 4; i++) {
        part[i] = new_state(b);
        add_rows(b, part[i], longley + ends[i] * 7, ends[i + 1] - ends[i], 7, 16);
        ck_ok(bound_merge(b, left, part[i], &e), &e);
    }
    ck_longley(b, left);
    ck_ok(bound_merge(b, part[3], part[2], &e), &e);
    ck_ok(bound_merge(b, part[1], part[0], &e), &e);
    ck_ok(bound_merge(b, right, part[3], &e), &e);
    ck_ok(bound_merge(b, right, part[1], &e), &e);
    ck_longley(b, right);
    /* R is unique: the triangles agree as well, each row to its size. */
    for (size_t i = 0, k = 1; i < 8; i++)
        for (size_t j = i; j < 8; j++, k++)
            ck_assert_msg(fabs(left[k] - pooled[k]) < 1e-9 * (1 + fabs(pooled[k])),
                          "R[%zu][%zu] = %.17g, pooled %.17g", i, j, left[k], pooled[k]);
    for (int i = 0; i < 4; i++)
        free(part[i]);
    free(left), free(right), free(pooled);
    bound_destroy(b);
}
END_TEST

/* y = 1 - 2a + 3b + noise, for as many rows as wanted; two more columns free. */
static void random_rows(double *x, size_t rows, size_t columns)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < rows; i++, x += columns) {
        for (size_t j = 1; j < columns; j++)
            x[j] = 10 * uniform(&seed) - 5;
        x[0] = 1 - 2 * x[1] + (columns > 2 ? 3 * x[2] : 0) + uniform(&seed) - 0.5;
    }
}

/* Solves the n x n system, of which a has n + 1 columns, by elimination. */
static void solve(long double *a, size_t n, long double *x)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++) {
            long double f = a[i * (n + 1) + k] / a[k * (n + 1) + k];
            for (size_t j = k; i != k && j <= n; j++)
                a[i * (n + 1) + j] -= f * a[k * (n + 1) + j];
        }
    for (size_t i = 0; i < n; i++)
        x[i] = a[i * (n + 1) + n] / a[i * (n + 1) + i];
}

/* (X'X + ridge I) b = X'y in long double, with the intercept not penalised;
 * and r squared from the residuals themselves. */
START_TEST(ridge_solves_the_normal_equations)
{
    enum { ROWS = 1500, C = 4 };
    static double x[ROWS * C];
    static const double ridges[] = {0, 15, 4500};
    int intercept = _i % 2;
    double ridge = ridges[_i / 2];
    size_t n = C - 1 + (size_t)intercept;
    long double a[4 * 5] = {0}, wanted[4], rss = 0, tss = 0, mean = 0;

    random_rows(x, ROWS, C);
    for (size_t r = 0; r < ROWS; r++) {
        double row[5] = {1};
        memcpy(row + intercept, x + r * C + 1, (C - 1) * sizeof *row);
        row[n] = x[r * C];
        mean += intercept ? row[n] / ROWS : 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= n; j++)
                a[i * (n + 1) + j] += (long double)row[i] * row[j];
    }
    for (size_t i = (size_t)intercept; i < n; i++)
        a[i * (n + 1) + i] += (long double)ridge;
    solve(a, n, wanted);
    for (size_t r = 0; r < ROWS; r++) {
        long double fit = intercept ? wanted[0] : 0, y = x[r * C];
        for (size_t j = 1; j < C; j++)
            fit += wanted[j - 1 + (size_t)intercept] * x[r * C + j];
        rss += (y - fit) * (y - fit), tss += (y - mean) * (y - mean);
    }

    struct bound *b = bind(C, intercept, ridge);
    double *state = new_state(b);
    struct kept out;
    add_rows(b, state, x, ROWS, C, 700);
    finish_state(b, state, &out);
    for (size_t i = 0; i < n; i++)
        ck_digits(kept_values(&out, "coefficients")[i], (double)wanted[i], 12);
    ck_digits(*kept_values(&out, "r_squared"), (double)(1 - rss / tss), 12);
    ck_digits(*kept_values(&out, "residual_sd"), sqrt((double)rss / (double)(ROWS - n)), 12);
    free(state);
    bound_destroy(b);
}
END_TEST

/* One regressor without intercept: all is a quotient of sums. */
START_TEST(one_ridge_coefficient_is_a_quotient)
{
    double x[] = {2, 1, 3, 2, 7, 3, 8, 4}, syy = 126, sxy = 2 + 6 + 21 + 32, sxx = 30;
    double ridge = 2, shrunk = sxx + ridge, c = sxy / shrunk;
    double sd = sqrt((syy - 2 * c * sxy + c * c * sxx) / 3);
    struct bound *b = bind(2, 0, ridge);
    double *state = new_state(b);
    struct kept out;

    add_rows(b, state, x, 4, 2, 4);
    finish_state(b, state, &out);
    ck_digits(*kept_values(&out, "coefficients"), c, 14);
    ck_digits(*kept_values(&out, "residual_sd"), sd, 14);
    ck_digits(*kept_values(&out, "standard_error"), sd * sqrt(sxx) / shrunk, 14);
    free(state);
    bound_destroy(b);
}
END_TEST

/* Many columns and rows: scratch is used in pieces, in merges, too. */
START_TEST(wide_rows_are_recovered)
{
    enum { C = 301, ROWS = 700 };
    char text[C][8];
    const char *wide[C];
    struct err e = {0};
    double *x = malloc(sizeof(double[ROWS * C]));
    struct function_setting s = {"target", FUNCTION_STRING, {.string = "x0"}};

    ck_assert_ptr_nonnull(x);
    for (size_t j = 0; j < C; j++) {
        snprintf(text[j], sizeof text[j], "x%zu", j);
        wide[j] = text[j];
    }
    random_rows(x, ROWS, C);
    for (size_t r = 0; r < ROWS; r++) {
        x[r * C] = 4;
        for (size_t j = 1; j < C; j++)
            x[r * C] += (double)j * x[r * C + j];
    }
    struct bound *b = bound_create(registry_find("linreg", &e), &s, 1, wide, C, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    double *one = new_state(b), *two = new_state(b), value[C], error[C];
    add_rows(b, one, x, 400, C, 400);
    add_rows(b, two, x + 400 * C, 300, C, 77);
    ck_ok(bound_merge(b, one, two, &e), &e);
    ck_ok(bound_features(b, one, value, error, &e), &e);
    for (size_t j = 0; j < C; j++)
        ck_digits(value[j], j == 0 ? 4 : (double)j, 10);
    free(x), free(one), free(two);
    bound_destroy(b);
}
END_TEST

/* Finish says which regressor; features of version 1 are NaN; a ridge makes it a fit. */
static void ck_dependent(const double *x, size_t rows, size_t columns, const char *words)
{
    struct err e = {0};
    struct kept out = {.base.put = keep_array};

    for (int i = 0; i < 4; i++) {
        bool ridge = i % 2, old = i / 2;
        struct bound *b = bind_version(old ? "linreg@1" : "linreg@2", columns, 1, ridge);
        double *state = new_state(b), value[8], error[8];
        add_rows(b, state, x, rows, columns, 7);
        ck_ok(bound_features(b, state, value, error, &e), &e);
        bool rejected = old && !ridge;
        ck_assert(!isnan(value[0]) == !rejected && !isnan(value[columns - 1]) == !rejected);
        if (ridge) {
            ck_ok(bound_finish(b, state, &out.base, &e), &e);
        } else {
            out.count = 0;
            ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT, words);
            ck_assert_uint_eq(out.count, 0);
        }
        free(state);
        bound_destroy(b);
    }
}

START_TEST(dependent_regressors_are_named)
{
    static double x[1000 * 4];

    random_rows(x, 1000, 4);
    for (size_t r = 0; r < 1000; r++)
        x[r * 4 + 3] = 2 * x[r * 4 + 1] - x[r * 4 + 2] / 3;
    ck_dependent(x, 1000, 4, "regressor 'c' is linearly dependent");
    for (size_t r = 0; r < 1000; r++)
        x[r * 4 + 2] = 0.1;
    ck_dependent(x, 1000, 4, "regressor 'b' is linearly dependent");
    for (size_t r = 0; r < 1000; r++)
        x[r * 4 + 1] = 0;
    ck_dependent(x, 1000, 4, "regressor 'a' is linearly dependent");
    ck_dependent(x, 3, 4, "3 rows cannot determine 4 coefficients");
}
END_TEST

/* Which coefficients the rows below determine: intercept, a, b, c. */
static const struct {
    double a, b, constant; /* column b is a, b and a constant times that */
    size_t rows;
    bool determined[4];
} partials[] = {
    {0, 0, 0, 500, {1, 1, 0, 1}},       /* all 0: it is missed by nobody */
    {0, 0, 0.1, 500, {0, 1, 0, 1}},     /* the intercept's */
    {1, 0, 0, 500, {1, 0, 0, 1}},       /* equal to another column */
    {-2e-7, 0, 3e5, 500, {0, 0, 0, 1}}, /* and a constant */
    {0, 1, 0, 4, {0, 0, 0, 0}},         /* no error is known */
    {0, 1, 0, 3, {0, 0, 0, 0}},         {0, 0, 0, 5, {1, 1, 0, 1}},
};

/* Those are told as by the fit that leaves column b out; the others say nothing. */
START_TEST(what_rows_determine_is_told)
{
    static double x[500 * 4], without[500 * 3];
    struct bound *b = bind(4, 1, 0), *smaller = bind(3, 1, 0);
    double *state = new_state(b), *fewer = new_state(smaller);
    double value[4], error[4], value3[3], error3[3];
    size_t rows = partials[_i].rows;
    struct err e = {0};

    random_rows(x, 500, 4);
    for (size_t r = 0; r < 500; r++) {
        double *row = x + r * 4;
        row[1] *= 1e5; /* units that differ */
        row[2] = partials[_i].a * row[1] + partials[_i].b * row[2] + partials[_i].constant;
        without[r * 3] = row[0], without[r * 3 + 1] = row[1], without[r * 3 + 2] = row[3];
    }
    add_rows(b, state, x, rows, 4, 7);
    add_rows(smaller, fewer, without, rows, 3, 7);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_ok(bound_features(smaller, fewer, value3, error3, &e), &e);
    for (size_t i = 0; i < 4; i++) {
        size_t j = i < 2 ? i : 2;
        ck_assert_msg(isfinite(error[i]) == partials[_i].determined[i], "%zu errs by %g", i,
                      error[i]);
        ck_assert(isfinite(value[i]));
        if (!partials[_i].determined[i])
            continue;
        ck_digits(value[i], value3[j], 9);
        ck_digits(error[i], error3[j], 9);
    }
    free(state), free(fewer);
    bound_destroy(b), bound_destroy(smaller);
}
END_TEST

START_TEST(as_many_rows_as_coefficients_say_nothing_of_errors)
{
    double x[] = {1, 0, 3, 1}, value[2], error[2];
    struct err e = {0};
    struct bound *b = bind(2, 1, 0);
    double *state = new_state(b);
    struct kept out;

    add_rows(b, state, x, 2, 2, 2);
    finish_state(b, state, &out);
    ck_digits(kept_values(&out, "coefficients")[1], 2, 14);
    ck_assert(isnan(*kept_values(&out, "residual_sd")));
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_digits(value[0], 1, 14);
    ck_assert(isinf(error[0]) && isinf(error[1]));
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(rows_that_cannot_be_used_are_named)
{
    double x[] = {1, 2, 3, 4, 5, NAN, 7, INFINITY};
    struct err e = {0};
    struct bound *b = bind(2, 1, 0);
    struct block block = {.rows = 3, .columns = 2, .first = 40, .data = x};
    double *state = new_state(b), value[2], error[2];

    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT,
             "linreg: row 42 has a missing value in column 'a'");
    ck_assert(state[0] == 0);
    x[5] = 6;
    block.rows = 4;
    ck_ok(bound_accumulate(b, state, &block, &e), &e);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(isnan(value[0]));
    struct kept out = {.base.put = keep_array};
    ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT, "not finite");
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(parameters_must_fit_the_columns)
{
    struct err e = {0};
    const struct function *f = registry_find("linreg", &e);
    struct function_setting s[] = {{"target", FUNCTION_STRING, {.string = "z"}},
                                   {"intercept", FUNCTION_BOOLEAN, {.integer = 0}},
                                   {"ridge", FUNCTION_NUMBER, {.number = -1}}};

    ck_fails(bound_create(f, s, 1, names, 3, &e) ? 0 : -1, &e, ERR_INPUT,
             "'target' is 'z', which is none of the 3 columns");
    s[0].value.string = "y";
    ck_fails(bound_create(f, s, 2, names, 1, &e) ? 0 : -1, &e, ERR_INPUT, "no column besides");
    ck_fails(bound_create(f, s, 3, names, 2, &e) ? 0 : -1, &e, ERR_INPUT,
             "'ridge' is -1; expected a number, at least 0");
    ck_fails(bound_create(f, s + 1, 1, names, 2, &e) ? 0 : -1, &e, ERR_INPUT,
             "'target' is missing");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, longley_is_certified);
    tcase_add_test(t, merged_parts_are_the_pooled_fit);
    tcase_add_loop_test(t, ridge_solves_the_normal_equations, 0, 6);
    tcase_add_test(t, one_ridge_coefficient_is_a_quotient);
    tcase_add_test(t, wide_rows_are_recovered);
    tcase_add_test(t, dependent_regressors_are_named);
    tcase_add_loop_test(t, what_rows_determine_is_told, 0, 7);
    tcase_add_test(t, as_many_rows_as_coefficients_say_nothing_of_errors);
    tcase_add_test(t, rows_that_cannot_be_used_are_named);
    tcase_add_test(t, parameters_must_fit_the_columns);
}

UNIT_MAIN("linreg", add)

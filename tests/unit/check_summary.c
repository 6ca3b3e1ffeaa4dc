/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What linreg, glm and logreg say of coefficients, against summary(), confint() and AIC() of R 4.2.
 */
#include "rounds.h"

/* Student's data of 1908: hours of sleep gained by two drugs; the last column is whether more than
 * 1.5. */
enum { ROWS = 20, COLUMNS = 2 };
static const double sleep[ROWS] = {.7,  -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8,  0,   2,
                                   1.9, .8,   1.1, .1,   -.1, 4.4, 5.5, 1.6, 4.6, 3.4};
static const char *const names[COLUMNS] = {"y", "g"};

static void make_rows(double *x, bool labels)
{
    for (size_t i = 0; i < ROWS; i++, x += COLUMNS) {
        x[0] = labels ? sleep[i] > 1.5 : sleep[i];
        x[1] = i >= 10;
    }
}

/* Effect: out is what a function of that name and family says of the rows. */
static void compute(const char *name, const char *family, const double *x, struct kept *out)
{
    struct function_setting set[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                     {"family", FUNCTION_STRING, {.string = family}}};
    struct err e = {0};
    struct bound *b =
        registry_bind(registry_find(name, &e), set, family ? 2 : 1, names, COLUMNS, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    struct rounds r = {
        .data = x, .rows = ROWS, .columns = COLUMNS, .parts = 3, .each = 4, .most = 40};

    if (bound_model_length(b) > 0) {
        ck_ok(rounds_run(b, &r, &e), &e);
    } else {
        r.state = new_state(b);
        rounds_pass(b, &r);
    }
    finish_state(b, r.state, out);
    rounds_free(&r);
    bound_destroy(b);
}

static void ck_tests(const struct kept *k, const double (*wanted)[3], int digits)
{
    for (size_t i = 0; i < 2; i++) {
        ck_digits(kept_values(k, "p_value")[i], wanted[i][0], digits);
        ck_digits(kept_values(k, "lower")[i], wanted[i][1], digits);
        ck_digits(kept_values(k, "upper")[i], wanted[i][2], digits);
    }
}

static const double by_t[2][3] = {{0.227603564998482305, -0.51138942501315110, 2.0113894250131508},
                                  {0.079186714215938106, -0.20387403228759871, 3.3638740322875984}};
static const double by_z[2][3] = {{0.21950281228289287, -2.19980150366938876, 0.50520578289498175},
                                  {0.18490605025208204, -0.59922891783876797, 3.10475485482950297}};

START_TEST(test_linreg)
{
    double x[ROWS * COLUMNS];
    struct kept k;

    make_rows(x, false);
    compute("linreg", NULL, x, &k);
    ck_tests(&k, by_t, 9);
    ck_digits(*kept_values(&k, "adjusted_r_squared"), 0.11474023139052614, 12);
    ck_digits(*kept_values(&k, "aic"), 86.29553353616694267, 13);
    ck_digits(*kept_values(&k, "f"), 3.46262676078044596, 12);
    ck_digits(*kept_values(&k, "f_p"), 0.079186714215938106, 12);
}
END_TEST

START_TEST(test_gaussian)
{
    double x[ROWS * COLUMNS];
    struct kept k;

    make_rows(x, false);
    compute("glm", "gaussian", x, &k);
    ck_tests(&k, by_t, 9);
    ck_digits(*kept_values(&k, "aic"), 86.295533536166943, 12);
    ck_assert(*kept_values(&k, "degrees_of_freedom") == 18);
}
END_TEST

START_TEST(test_binomial)
{
    double x[ROWS * COLUMNS];
    struct kept k;

    make_rows(x, true);
    compute("glm", "binomial", x, &k);
    ck_tests(&k, by_z, 9);
    ck_digits(*kept_values(&k, "aic"), 29.677519381282998, 12);
    ck_assert(*kept_values(&k, "null_degrees_of_freedom") == 19);
    compute("logreg", NULL, x, &k);
    ck_tests(&k, by_z, 9);
}
END_TEST

/* As many rows as coefficients: neither errors nor tests. */
START_TEST(test_no_freedom)
{
    static const double two[] = {1, 0, 2, 1};
    struct function_setting set[] = {{"target", FUNCTION_STRING, {.string = "y"}}};
    struct err e = {0};
    struct kept k;
    struct bound *b = registry_bind(registry_find("linreg", &e), set, 1, names, COLUMNS, &e);
    double *state = new_state(b);

    add_rows(b, state, two, 2, COLUMNS, 2);
    finish_state(b, state, &k);
    ck_assert(isnan(kept_values(&k, "p_value")[0]) && isnan(kept_values(&k, "lower")[1]));
    ck_assert(isnan(*kept_values(&k, "f_p")));
    free(state);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, test_linreg);
    tcase_add_test(t, test_gaussian);
    tcase_add_test(t, test_binomial);
    tcase_add_test(t, test_no_freedom);
}

UNIT_MAIN("summary", add)

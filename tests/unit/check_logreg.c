/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * logreg against published values, a slow Newton in long double, and the filter.
 */
#include "rounds.h"
#include "slow_glm.h"

#include <stdio.h>

/* Henderson and Velleman (1981), Motor Trend cars: transmission, weight. */
static const double cars[32 * 2] = {
    1, 2.620, 1, 2.875, 1, 2.320, 0, 3.215, 0, 3.440, 0, 3.460, 0, 3.570, 0, 3.190, //
    0, 3.150, 0, 3.440, 0, 3.440, 0, 4.070, 0, 3.730, 0, 3.780, 0, 5.250, 0, 5.424, //
    0, 5.345, 1, 2.200, 1, 1.615, 1, 1.835, 0, 2.465, 0, 3.520, 0, 3.435, 0, 3.840, //
    0, 3.845, 1, 1.935, 1, 2.140, 1, 1.513, 1, 3.170, 1, 2.770, 1, 3.570, 1, 2.780,
};

static const char *const names[] = {"y", "a", "b", "c", "d"};

struct setting {
    double positive, ridge;
    int intercept, scale;
};

static struct bound *bind(size_t columns, struct setting s)
{
    struct err e = {0};
    struct function_setting set[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                     {"positive", FUNCTION_NUMBER, {.number = s.positive}},
                                     {"intercept", FUNCTION_BOOLEAN, {.integer = s.intercept}},
                                     {"scale", FUNCTION_BOOLEAN, {.integer = s.scale}},
                                     {"ridge", FUNCTION_NUMBER, {.number = s.ridge}}};
    struct bound *b = bound_create(registry_find("logreg", &e), set, 5, names, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static const struct setting plain = {1, 0, 1, 1};

/* The summary of glm(am ~ wt, binomial, mtcars) in R, to the digits that it prints; its
 * standard errors are those of the step before the last. */
START_TEST(cars_are_as_published)
{
    struct err e = {0};
    struct bound *b = bind(2, plain);
    struct rounds r = {
        .data = cars, .rows = 32, .columns = 2, .parts = (size_t)_i, .each = 5, .most = 30};
    struct kept out;

    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out);
    ck_assert(r.converged && r.round <= 9);
    const double *c = kept_values(&out, "coefficients"), *s = kept_values(&out, "standard_error");
    ck_assert(fabs(c[0] - 12.040) < 5.01e-4 && fabs(c[1] - -4.024) < 5.01e-4);
    ck_digits(kept_values(&out, "scaled")[1], c[1] * 0.96304771, 7); /* deviation of weights */
    ck_assert(fabs(s[0] - 4.510) < 1e-3 && fabs(s[1] - 1.436) < 1e-3);
    ck_assert(fabs(*kept_values(&out, "null_deviance") - 43.230) < 5.01e-4);
    ck_assert(fabs(*kept_values(&out, "deviance") - 19.176) < 5.01e-4);
    ck_assert(fabs(*kept_values(&out, "aic") - 23.176) < 5.01e-4);
    ck_assert(fabs(kept_values(&out, "odds_ratio")[1] - exp(c[1])) < 1e-15);
    ck_assert(*kept_values(&out, "converged") == 1 && *kept_values(&out, "rows") == 32);
    ck_assert_str_eq(out.array[0].label[0], "intercept");
    ck_assert_str_eq(out.array[0].label[1], "a");
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Columns of very different units, far from 0, and correlated; labels 7 and 3. */
static void random_rows(double *x, size_t rows, uint64_t seed)
{
    for (size_t i = 0; i < rows; i++, x += 5) {
        double u = uniform(&seed) + uniform(&seed) - 1, v = uniform(&seed) - 0.5,
               w = uniform(&seed);
        x[1] = 1e3 * (5 + u);
        x[2] = 1e-3 * (u + uniform(&seed) / 4);
        x[3] = 40 + v;
        x[4] = w < 0.2 ? 1 : 0;
        double eta = 3 * u - 4 * v + x[4];
        x[0] = uniform(&seed) < 1 / (1 + exp(-eta)) ? 7 : 3;
    }
}

/* In many partitions, block sizes and orders; against the slow version, which knows
 * neither centres nor spreads. */
START_TEST(rounds_find_the_pooled_fit)
{
    enum { ROWS = 1500 };
    static double x[ROWS * 5];
    static const struct setting settings[] = {
        {7, 0, 1, 1}, {7, 0, 0, 1}, {3, 8, 1, 1}, {7, 8, 1, 0}, {7, 1e-4, 0, 0}};
    static const size_t parts[] = {1, 2, 7, 16}, each[] = {1500, 1, 64, 33};
    struct setting s = settings[_i];
    struct err e = {0};
    double first[5] = {0};

    random_rows(x, ROWS, 88172645463325252u);
    struct slow_glm slow = {.family = SLOW_BINOMIAL,
                            .x = x,
                            .rows = ROWS,
                            .columns = 5,
                            .positive = s.positive,
                            .intercept = s.intercept != 0,
                            .scale = s.scale != 0,
                            .ridge = s.ridge};
    slow_glm(&slow);
    for (int k = 0; k < 4; k++) {
        struct bound *b = bind(5, s);
        struct rounds r = {.data = x,
                           .rows = ROWS,
                           .columns = 5,
                           .parts = parts[k],
                           .each = each[k],
                           .backwards = k % 2,
                           .most = 30};
        struct kept out;
        ck_ok(rounds_run(b, &r, &e), &e);
        finish_state(b, r.state, &out);
        ck_assert(r.converged && r.round <= 10);
        for (size_t i = 0; i < slow.q; i++) {
            ck_digits(kept_values(&out, "coefficients")[i], (double)slow.beta[i], 10);
            ck_digits(kept_values(&out, "standard_error")[i], (double)slow.error[i], 9);
            if (k > 0)
                ck_digits(kept_values(&out, "coefficients")[i], first[i], 11);
            else
                first[i] = kept_values(&out, "coefficients")[i];
        }
        ck_digits(*kept_values(&out, "deviance"), (double)slow.deviance, 11);
        ck_digits(*kept_values(&out, "effective_parameters"), (double)slow.effective, 9);
        rounds_free(&r);
        bound_destroy(b);
    }
}
END_TEST

/* Labels that a column tells, all or some of them: its coefficient has no limit, but with
 * a ridge. */
START_TEST(separation_is_found)
{
    enum { ROWS = 400 };
    static double x[ROWS * 3];
    struct err e = {0};
    uint64_t seed = 4101842887655102017u;

    for (size_t i = 0; i < ROWS; i++) {
        double *row = x + i * 3, noise = uniform(&seed);
        row[1] = _i == 0 ? uniform(&seed) - 0.5 : i % 10 == 0;
        row[2] = uniform(&seed);
        row[0] = _i == 0 ? row[1] > 0.1 : noise < 0.5 || row[1] > 0;
    }
    struct bound *b = bind(3, plain);
    struct rounds r = {.data = x, .rows = ROWS, .columns = 3, .parts = 4, .each = 50, .most = 60};
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT,
             _i == 0 ? "the coefficient of 'a' grows without limit, and with it 'intercept', as"
                     : "the coefficient of 'a' grows without limit, as");
    ck_assert(r.round <= 30);
    rounds_free(&r);
    bound_destroy(b);

    struct setting ridge = {1, 0.1, 1, 1};
    struct slow_glm slow = {.family = SLOW_BINOMIAL,
                            .x = x,
                            .rows = ROWS,
                            .columns = 3,
                            .positive = 1,
                            .intercept = true,
                            .scale = true,
                            .ridge = 0.1};
    struct kept out;
    slow_glm(&slow);
    b = bind(3, ridge);
    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out);
    ck_assert(r.converged);
    for (size_t i = 0; i < 3; i++)
        ck_digits(kept_values(&out, "coefficients")[i], (double)slow.beta[i], 9);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* What each slave may do to its rows. */
enum wrong { HONEST, FLIPPED, UNIT, SHUFFLED, WRONGS };

static void spoil(double *x, size_t rows, enum wrong wrong)
{
    double held = x[(rows - 1) * 5 + 3];

    for (size_t i = 0; i < rows; i++, x += 5) {
        double now = x[3];
        if (wrong == FLIPPED)
            x[0] = 10 - x[0];
        if (wrong == UNIT)
            x[1] /= 10;
        if (wrong == SHUFFLED)
            x[3] = held;
        held = now;
    }
}

/* Labels that are flipped (half of all, so that their number tells nothing) and a column
 * that is out of step are found in the scores, the latter beside a model that knows the
 * column; a wrong unit in every round. What comes out is the fit of the others. */
START_TEST(the_filter_finds_who_is_wrong)
{
    enum { ROWS = 6400, PARTS = 8, WHO = 3 };
    static double x[ROWS * 5];
    static const size_t accepted[WRONGS] = {[FLIPPED] = 1, [UNIT] = 0, [SHUFFLED] = 2};
    struct err e = {0};
    size_t part = ROWS / PARTS;

    random_rows(x, ROWS, 2685821657736338717u);
    spoil(x + WHO * part * 5, part, (enum wrong)_i);
    struct bound *b = bind(5, (struct setting){7, 0, 1, 1});
    struct rounds r = rounds_filtered(x, ROWS, 5, PARTS, 100, 30);
    ck_ok(rounds_run(b, &r, &e), &e);
    ck_assert(r.converged);
    for (size_t i = 0; i < PARTS; i++)
        ck_assert_msg(r.always[i] == (i == WHO && _i ? r.round - accepted[_i] : 0),
                      "%zu was rejected in %zu of %d rounds", i, r.always[i], (int)r.round);
    struct slow_glm slow = {.family = SLOW_BINOMIAL,
                            .x = x,
                            .rows = ROWS,
                            .columns = 5,
                            .positive = 7,
                            .intercept = true,
                            .scale = true};
    if (_i != HONEST) {
        memmove(x + WHO * part * 5, x + (WHO + 1) * part * 5,
                (PARTS - 1 - WHO) * part * 5 * sizeof *x);
        slow.rows -= part;
    }
    slow_glm(&slow);
    struct kept out;
    finish_state(b, r.state, &out);
    for (size_t i = 0; i < slow.q; i++)
        ck_digits(kept_values(&out, "coefficients")[i], (double)slow.beta[i], 9);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* A column that is 0 but in some rows of one slave is no lie of that slave. */
START_TEST(rare_columns_reject_nobody)
{
    enum { ROWS = 1600, PARTS = 8 };
    static double x[ROWS * 5];
    struct bound *b = bind(5, (struct setting){7, 0, 1, 1});

    random_rows(x, ROWS, 88172645463325252u);
    for (size_t i = 0; i < ROWS; i++)
        x[i * 5 + 4] = i >= 600 && i < 800 && i % 20 < 3 ? 1 : 0;
    struct rounds r = rounds_filtered(x, ROWS, 5, PARTS, 99, 30);
    ck_rounds_filtered(b, &r, 0);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Every row twice: the same values, and errors smaller by the root of 2. */
START_TEST(features_do_not_count_rows)
{
    enum { ROWS = 300 };
    static double x[2 * ROWS * 5];
    struct err e = {0};
    struct bound *b = bind(5, (struct setting){7, 0, 1, 1});
    double one[16], two[16], error_one[16], error_two[16];
    char text[64];

    random_rows(x, ROWS, 88172645463325252u);
    memcpy(x + ROWS * 5, x, ROWS * 5 * sizeof *x);
    ck_assert_uint_eq(bound_features_length(b), 16);
    struct rounds r = {.data = x, .rows = ROWS, .columns = 5, .parts = 1, .each = 99, .most = 3};
    ck_ok(rounds_run(b, &r, &e), &e);
    rounds_pass(b, &r);
    ck_ok(bound_features(b, r.state, one, error_one, &e), &e);
    r.rows = 2 * ROWS;
    rounds_pass(b, &r);
    ck_ok(bound_features(b, r.state, two, error_two, &e), &e);
    for (size_t i = 0; i < 16; i++) {
        /* A standard deviation has n - 1 below. */
        ck_assert_msg(fabs(one[i] - two[i]) < 0.002 * fabs(one[i]) + 1e-12, "feature %zu", i);
        if (i != 5) /* labels that are half and half: their deviation errs by 1/n */
            ck_digits(error_one[i], error_two[i] * M_SQRT2, 2.5);
        ck_assert(error_one[i] > 0 && isfinite(error_one[i]));
    }
    bound_feature_name(b, 9, text, sizeof text);
    ck_assert_str_eq(text, "sd(d)");
    bound_feature_name(b, 10, text, sizeof text);
    ck_assert_str_eq(text, "score(intercept)");
    bound_feature_name(b, 14, text, sizeof text);
    ck_assert_str_eq(text, "score(d)");
    bound_feature_name(b, 15, text, sizeof text);
    ck_assert_str_eq(text, "deviance");
    r.state[bound_length(b) - 1] = -1;
    ck_ok(bound_features(b, r.state, one, error_one, &e), &e);
    ck_assert(isnan(one[0]));
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* A slave that is accepted in one round and not in the next makes deviances that cannot
 * be compared: no step is halved for that. */
START_TEST(other_rows_are_no_worse_step)
{
    enum { ROWS = 600 };
    static double x[ROWS * 5];
    struct err e = {0};
    struct bound *b = bind(5, (struct setting){7, 0, 1, 1});
    struct kept out;
    bool converged = false;

    random_rows(x, ROWS, 88172645463325252u);
    struct rounds r = {
        .data = x, .rows = ROWS / 2, .columns = 5, .parts = 1, .each = 99, .most = 3};
    ck_ok(rounds_run(b, &r, &e), &e);
    for (int i = 0; i < 10 && !converged; i++) {
        /* As many rows, but others: the model so far is far from their best. */
        r.data = x + (i % 2 ? 0 : ROWS / 2) * 5;
        if (i > 4)
            r.data = x;
        rounds_pass(b, &r);
        ck_ok(bound_update(b, r.model, r.state, &converged, &e), &e);
        bound_set_round(b, 4 + (uint64_t)i, r.model);
    }
    finish_state(b, r.state, &out);
    ck_assert(converged && *kept_values(&out, "halvings") == 0);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

START_TEST(what_cannot_be_fitted_is_named)
{
    double x[] = {1, 2, 4, 0, 3, 6, 1, 4, 8, 0, 5, 10};
    struct err e = {0};
    struct bound *b = bind(3, plain);
    struct rounds r = {.data = x, .rows = 4, .columns = 3, .parts = 1, .each = 4, .most = 9};
    struct kept out;

    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, "regressor 'b' is linearly dependent");
    rounds_free(&r);
    r.most = 1;
    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out); /* after one round */
    ck_assert(out.count == 2 && *kept_values(&out, "converged") == 0);
    rounds_free(&r);
    x[2] = x[5] = x[8] = x[11] = 0.1, r.most = 9;
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, "(a constant column is, on the intercept)");
    rounds_free(&r);
    x[0] = x[6] = 0;
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, "all 4 rows have the same label in 'y': not 1");
    struct block block = {.rows = 4, .columns = 3, .first = 40, .data = x};
    x[7] = NAN;
    ck_fails(bound_accumulate(b, r.state, &block, &e), &e, ERR_INPUT,
             "row 42 has a missing value in column 'a'");
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, cars_are_as_published, 1, 6);
    tcase_add_loop_test(t, rounds_find_the_pooled_fit, 0, 5);
    tcase_add_loop_test(t, separation_is_found, 0, 2);
    tcase_add_loop_test(t, the_filter_finds_who_is_wrong, HONEST, WRONGS);
    tcase_add_test(t, rare_columns_reject_nobody);
    tcase_add_test(t, features_do_not_count_rows);
    tcase_add_test(t, other_rows_are_no_worse_step);
    tcase_add_test(t, what_cannot_be_fitted_is_named);
}

UNIT_MAIN("logreg", add)

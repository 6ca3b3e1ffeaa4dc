/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm against published values and a slow Newton in long double; and its families.
 */
#include "rounds.h"
#include "slow_glm.h"

#include <stdio.h>

#include "function/fit/family.h"

/* Dobson (1990), page 93: counts; outcomes 2 and 3; treatments 2 and 3. */
static const double dobson[9 * 5] = {
    18, 0, 0, 0, 0, 17, 1, 0, 0, 0, 15, 0, 1, 0, 0, //
    20, 0, 0, 1, 0, 10, 1, 0, 1, 0, 20, 0, 1, 1, 0, //
    25, 0, 0, 0, 1, 13, 1, 0, 0, 1, 12, 0, 1, 0, 1, //
};

static const char *const names[] = {"y", "a", "b", "c", "d"};

static struct bound *bind(const char *family, size_t columns, double ridge, const char *exposure)
{
    struct err e = {0};
    struct function_setting set[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                     {"family", FUNCTION_STRING, {.string = family}},
                                     {"ridge", FUNCTION_NUMBER, {.number = ridge}},
                                     {"exposure", FUNCTION_STRING, {.string = exposure}}};
    struct bound *b = bound_create(registry_find("glm", &e), set, 4, names, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* The example of ?glm in R, as its summary prints it. */
START_TEST(dobson_is_as_published)
{
    static const double wanted[5][2] = {
        {3.045, 0.1709}, {-0.4543, 0.2022}, {-0.2930, 0.1927}, {0, 0.2000}, {0, 0.2000}};
    struct err e = {0};
    struct bound *b = bind("poisson", 5, 0, "");
    struct rounds r = {
        .data = dobson, .rows = 9, .columns = 5, .parts = (size_t)_i, .each = 2, .most = 30};
    struct kept out;

    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out);
    ck_assert(r.converged);
    for (size_t i = 0; i < 5; i++) {
        ck_assert(fabs(kept_values(&out, "coefficients")[i] - wanted[i][0]) < (i ? 5.01e-5 : 5e-4));
        ck_assert(fabs(kept_values(&out, "standard_error")[i] - wanted[i][1]) < 5.01e-5);
    }
    /* The margins of a table without interaction. */
    ck_digits(kept_values(&out, "coefficients")[0], log(63.0 / 3), 11);
    ck_digits(kept_values(&out, "coefficients")[1], log(40.0 / 63), 11);
    ck_digits(kept_values(&out, "rate_ratio")[2], 47.0 / 63, 11);
    ck_assert(fabs(*kept_values(&out, "deviance") - 5.1291) < 5.01e-5);
    ck_assert(fabs(*kept_values(&out, "null_deviance") - 10.5814) < 5.01e-5);
    ck_assert(fabs(*kept_values(&out, "aic") - 56.76) < 5.01e-3);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

static void random_rows(double *x, size_t rows, int family)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < rows; i++, x += 5) {
        double u = uniform(&seed), v = uniform(&seed) - 0.5;
        x[1] = 1e4 + 100 * u, x[2] = 1e-3 * v, x[3] = u * v, x[4] = 0.5 + 3 * uniform(&seed);
        double eta = 2 * u - 3 * v + x[3] + log(x[4]), noise = uniform(&seed), limit = exp(-noise);
        x[0] = eta + noise;
        if (family == SLOW_BINOMIAL)
            x[0] = noise < 1 / (1 + exp(1.5 - eta));
        if (family == SLOW_POISSON) /* D. E. Knuth's products of uniform numbers */
            for (x[0] = -1, limit = exp(-exp(eta)), noise = 1; noise > limit; x[0]++)
                noise *= uniform(&seed);
    }
}

static const char *const families[] = {"gaussian", "binomial", "poisson"};

/* Every family, with and without a ridge and, of counts, an exposure. */
START_TEST(rounds_find_the_pooled_fit)
{
    enum { ROWS = 1200 };
    static double x[ROWS * 5];
    bool exposed = _i == 6 || _i == 7;
    double ridge = _i % 2 ? 5 : 0;
    struct err e = {0};

    struct slow_glm slow = {.family = exposed ? SLOW_POISSON : _i / 2,
                            .x = x,
                            .rows = ROWS,
                            .columns = 5,
                            .positive = 1,
                            .intercept = true,
                            .scale = true,
                            .exposed = exposed,
                            .ridge = ridge};
    random_rows(x, ROWS, slow.family);
    slow_glm(&slow);
    for (size_t parts = 1; parts <= 15; parts += 7) {
        struct bound *b = bind(families[slow.family], 5, ridge, exposed ? "d" : "");
        struct rounds r = {.data = x,
                           .rows = ROWS,
                           .columns = 5,
                           .parts = parts,
                           .each = 1 + 200 / parts,
                           .backwards = parts > 7,
                           .most = 30};
        struct kept out;
        ck_ok(rounds_run(b, &r, &e), &e);
        finish_state(b, r.state, &out);
        ck_assert(r.converged && r.round <= 12 && (slow.family || r.round == 3));
        for (size_t i = 0; i < slow.q; i++) {
            ck_digits(kept_values(&out, "coefficients")[i], (double)slow.beta[i], 10);
            ck_digits(kept_values(&out, "standard_error")[i], (double)slow.error[i], 9);
        }
        ck_digits(*kept_values(&out, "deviance"), (double)slow.deviance, 10);
        rounds_free(&r);
        bound_destroy(b);
    }
}
END_TEST

/* One row far out, whose count is all that it is: from the mean of all, a whole step
 * overshoots by e^thousands. Steps are halved until they do not, and the optimum is
 * found all the same. */
START_TEST(steps_too_long_are_halved)
{
    enum { ROWS = 200 };
    static double x[ROWS * 2];
    struct err e = {0};
    struct kept out;

    for (size_t i = 0; i < ROWS; i++) {
        x[i * 2] = i == 0 ? 5e6 : (double)(i % 3);
        x[i * 2 + 1] = i == 0 ? 40 : (double)(i % 2);
    }
    struct bound *b = bind("poisson", 2, 0, "");
    struct rounds r = {.data = x, .rows = ROWS, .columns = 2, .parts = 3, .each = 99, .most = 60};
    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out);
    ck_assert(r.converged && *kept_values(&out, "halvings") > 0);
    /* The derivatives are 0, beside the sums that they are differences of. */
    const double *c = kept_values(&out, "coefficients");
    double score[2] = {0}, sum[2] = {0};
    for (size_t i = 0; i < ROWS; i++) {
        double mean = exp(c[0] + c[1] * x[i * 2 + 1]);
        for (int j = 0; j < 2; j++) {
            score[j] += (x[i * 2] - mean) * (j ? x[i * 2 + 1] : 1);
            sum[j] += mean * (j ? x[i * 2 + 1] : 1);
        }
    }
    ck_assert(fabs(score[0]) < 1e-11 * sum[0] && fabs(score[1]) < 1e-11 * sum[1]);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* The same step, but the next round has other rows, which cannot tell by how much it made
 * things worse: it is seen all the same. */
START_TEST(steps_far_too_long_are_halved_by_other_rows)
{
    enum { ROWS = 200 };
    static double x[ROWS * 2];
    struct err e = {0};
    bool converged = false;
    struct kept out;

    for (size_t i = 0; i < ROWS; i++) {
        x[i * 2] = i == 0 ? 5e6 : (double)(i % 3);
        x[i * 2 + 1] = i == 0 ? 40 : (double)(i % 2);
    }
    struct bound *b = bind("poisson", 2, 0, "");
    struct rounds r = {.data = x, .rows = ROWS, .columns = 2, .parts = 1, .each = 99, .most = 2};
    ck_ok(rounds_run(b, &r, &e), &e);
    for (uint64_t round = 3; round < 60 && !converged; round++) {
        r.rows = ROWS - 10 * (round % 2);
        bound_set_round(b, round, r.model);
        rounds_pass(b, &r);
        ck_ok(bound_update(b, r.model, r.state, &converged, &e), &e);
        bound_set_round(b, round, r.model);
        finish_state(b, r.state, &out);
        if (round == 3)
            ck_assert(*kept_values(&out, "halvings") == 1);
        if (*kept_values(&out, "last_step") < 1e-3)
            break;
    }
    ck_assert(*kept_values(&out, "last_step") < 1e-3);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Terms against libm, far out, too: no overflow, nothing negative, and the derivatives
 * are those of the deviance. */
START_TEST(families_are_smooth_and_finite)
{
    for (double eta = -90; eta <= 90; eta += 0.37)
        for (double y = 0; y <= 12; y += 1) {
            struct family_terms t = family_terms(FAMILY_POISSON, eta, y);
            double mean = exp(eta), d = 2 * ((y > 0 ? y * log(y / mean) : 0) - (y - mean));
            ck_assert(fabs(t.weight - mean) <= 1e-14 * mean);
            ck_assert(fabs(t.residual - (y - mean)) <= 1e-14 * (y + mean));
            ck_assert(t.deviance >= 0 &&
                      fabs(t.deviance - d) <= 1e-12 * (1 + y * fabs(eta) + mean));
            if (y > 1)
                continue;
            t = family_terms(FAMILY_BINOMIAL, eta, y);
            double s = y > 0 ? -eta : eta, wrong = 1 / (1 + exp(-s)), right = 1 / (1 + exp(s));
            ck_digits(t.weight, wrong * right, 13);
            ck_digits(fabs(t.residual), wrong, 13);
            ck_assert(y > 0 ? t.residual > 0 : t.residual < 0);
            ck_digits(t.deviance, 2 * (s > 0 ? s + log1p(exp(-s)) : log1p(exp(s))), 13);
        }
    for (double eta = -1e9; eta <= 1e9; eta += 2e9)
        for (int f = FAMILY_GAUSSIAN; f <= FAMILY_POISSON; f++) {
            struct family_terms t = family_terms((enum family)f, eta, 1);
            ck_assert(isfinite(t.residual) && isfinite(t.weight) && isfinite(t.deviance));
            ck_assert(t.weight >= 0 && t.deviance >= 0);
        }
    for (double y = 0.5; y < 1e6; y *= 1.7)
        ck_assert(fabs(family_saturated(FAMILY_POISSON, y) - (y * log(y) - y - lgamma(y + 1))) <
                  1e-14 * (100 + y * fabs(log(y))));
    ck_assert(family_saturated(FAMILY_POISSON, 0) == 0);
    ck_assert(isnan(family_terms(FAMILY_POISSON, INFINITY, 1).deviance));
    ck_digits(family_link(FAMILY_BINOMIAL, 0.2), log(0.25), 14);
}
END_TEST

/* A slave whose counts are of another unit is found in each round by the filter, and the
 * others' fit comes out. */
START_TEST(the_filter_finds_who_is_wrong)
{
    enum { ROWS = 1600, PARTS = 8 };
    static double x[ROWS * 5];
    struct kept out;

    random_rows(x, ROWS, _i);
    for (size_t i = 0; i < ROWS / PARTS; i++)
        x[i * 5 + (_i == SLOW_BINOMIAL ? 2 : 0)] *= 10;
    struct slow_glm slow = {.family = _i,
                            .x = x + ROWS / PARTS * 5,
                            .rows = ROWS - ROWS / PARTS,
                            .columns = 5,
                            .positive = 1,
                            .intercept = true,
                            .scale = true};
    slow_glm(&slow);
    struct bound *b = bind(families[_i], 5, 0, "");
    struct rounds r = rounds_filtered(x, ROWS, 5, PARTS, 100, 30);
    ck_rounds_filtered(b, &r, 1);
    finish_state(b, r.state, &out);
    ck_assert(r.always[0] == r.round);
    for (size_t i = 0; i < slow.q; i++)
        ck_digits(kept_values(&out, "coefficients")[i], (double)slow.beta[i], 9);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Counts of a group that are all 0, and which coefficients have no limit then. Column c is far
 * from 0: what is centred in it moves the centred constant, whose own estimate is finite. */
static const char *const separated[] = {
    "coefficient of 'a' grows without limit, as the columns tell with certainty that some counts "
    "are 0: leave columns out, or set a ridge above 0", /* a is 1 in the group, a third of all */
    "coefficient of 'a' grows without limit, and with it 'b', as", /* b is 1 in another one */
    "coefficient of 'a' grows without limit, and with it 'intercept', as", /* 1 in all others */
    "coefficient of 'a' grows without limit, as",                          /* nearly all rows */
};

START_TEST(what_grows_without_limit_is_named)
{
    enum { ROWS = 600 };
    static double x[ROWS * 4];
    uint64_t seed = 88172645463325252u;
    struct err e = {0};

    for (size_t i = 0; i < ROWS; i++) {
        double *row = x + i * 4;
        bool group = _i == 3 ? i % 10 > 0 : i % 3 == 0 || (_i == 1 && i % 3 == 1);
        row[1] = _i == 1 ? i % 3 == 0 : (_i == 2) != group;
        row[2] = _i == 1 ? i % 3 == 1 : uniform(&seed);
        row[3] = 2000 + 3 * uniform(&seed);
        row[0] = group ? 0 : floor(3 * uniform(&seed));
    }
    struct bound *b = bind("poisson", 4, 0, "");
    struct rounds r = {.data = x, .rows = ROWS, .columns = 4, .parts = 3, .each = 99, .most = 60};
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, separated[_i]);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

START_TEST(what_does_not_fit_is_named)
{
    struct err e = {0};
    const struct function *f = registry_find("glm", &e);
    struct function_setting s[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                   {"family", FUNCTION_STRING, {.string = "poisson"}},
                                   {"exposure", FUNCTION_STRING, {.string = "z"}}};
    double x[] = {1, 2, 0, -1, 1, 1, 2, 2, 3};
    struct block block = {.rows = 3, .columns = 3, .first = 7, .data = x};

    ck_fails(bound_create(f, s, 3, names, 3, &e) ? 0 : -1, &e, ERR_INPUT,
             "'exposure' is 'z', which is none of the 3 columns");
    s[2].value.string = "y";
    ck_fails(bound_create(f, s, 3, names, 3, &e) ? 0 : -1, &e, ERR_INPUT,
             "'y' is both target and exposure");
    s[2].value.string = "a", s[1].value.string = "binomial";
    ck_fails(bound_create(f, s, 3, names, 3, &e) ? 0 : -1, &e, ERR_INPUT,
             "'exposure' is for the family poisson only");
    s[0].value.string = "z";
    ck_fails(bound_create(f, s, 2, names, 3, &e) ? 0 : -1, &e, ERR_INPUT,
             "'target' is 'z', which is none of the 3 columns");

    struct bound *b = bind("poisson", 3, 0, "");
    double *state = new_state(b);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT,
             "row 8: the target 'y' is -1; it must be a count");
    bound_destroy(b), free(state);
    b = bind("poisson", 3, 0, "b"), state = new_state(b);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT,
             "row 7: the exposure 'b' is 0; expected more than 0");
    bound_destroy(b), free(state);
    b = bind("binomial", 3, 0, ""), state = new_state(b);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT,
             "row 8: the target 'y' is -1; it must be 0 or 1");
    bound_destroy(b), free(state);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, dobson_is_as_published, 1, 5);
    tcase_add_loop_test(t, rounds_find_the_pooled_fit, 0, 8);
    tcase_add_test(t, steps_too_long_are_halved);
    tcase_add_test(t, steps_far_too_long_are_halved_by_other_rows);
    tcase_add_test(t, families_are_smooth_and_finite);
    tcase_add_loop_test(t, the_filter_finds_who_is_wrong, SLOW_GAUSSIAN, SLOW_POISSON + 1);
    tcase_add_loop_test(t, what_grows_without_limit_is_named, 0, 4);
    tcase_add_test(t, what_does_not_fit_is_named);
}

UNIT_MAIN("glm", add)

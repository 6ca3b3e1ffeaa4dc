/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sweep and sweep_data against the slow version: the other function itself, bound anew for
 * each point, which must give the same bits.
 */
#include "function.h"
#include "leaks.h"

#include <stdio.h>

static struct bound *try_bind(const char *name, const char *function, const char *grid,
                              int64_t common, const char *const *columns, size_t count,
                              struct err *e)
{
    const struct function_setting s[] = {{"function", FUNCTION_STRING, {.string = function}},
                                         {"grid", FUNCTION_STRING, {.string = grid}},
                                         {"common", FUNCTION_BOOLEAN, {.integer = common}}};

    return registry_bind(registry_find(name, e), s, count > 0 ? 2 : 3, columns, count, e);
}

static struct bound *bind(const char *function, const char *grid, int64_t common)
{
    struct err e = {0};
    struct bound *b = try_bind("sweep", function, grid, common, NULL, 0, &e);

    ck_assert_msg(b != NULL, "%s: %s", grid, e.text);
    return b;
}

static struct bound *bind_option(double volatility, double strike)
{
    const struct function_setting s[] = {{"experiment", FUNCTION_STRING, {.string = "option"}},
                                         {"samples", FUNCTION_INTEGER, {.integer = 50}},
                                         {"volatility", FUNCTION_NUMBER, {.number = volatility}},
                                         {"strike", FUNCTION_NUMBER, {.number = strike}}};
    struct err e = {0};
    struct bound *b = bound_create(registry_find("montecarlo", &e), s, 4, NULL, 0, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static void add_units(struct bound *b, double *state, uint64_t first, uint64_t end)
{
    struct err e = {0};

    for (uint64_t u = first; u < end; u++) {
        struct block unit = {.rows = 1, .first = u};
        ck_ok(bound_accumulate(b, state, &unit, &e), &e);
    }
}

#define GRID "experiment = option; samples=50;volatility=0.1:0.4:4; strike=90, 110 ;"

/* Of point p; what 0.1:0.4:4 comes to is written out. */
static const double volatility[] = {0.1, 0.2, 0.3, 0.4}, strike[] = {90, 110};

static void check_points(int64_t common)
{
    struct bound *b = bind("montecarlo@1", GRID, common);
    double *state = new_state(b);
    struct err e = {0};

    ck_assert_uint_eq(bound_length(b), 1 + 8 * 3);
    add_units(b, state, 0, 21); /* points 0 to 4 three times, 5 to 7 twice */
    ck_assert(state[0] == 21);
    for (uint64_t p = 0; p < 8; p++) {
        struct bound *own = bind_option(volatility[p / 2], strike[p % 2]);
        double one[3] = {0};
        for (uint64_t u = p; u < 21; u += 8) {
            struct block unit = {.rows = 1, .first = common ? u / 8 : u};
            ck_ok(bound_accumulate(own, one, &unit, &e), &e);
        }
        ck_assert_msg(memcmp(state + 1 + 3 * p, one, sizeof one) == 0, "point %d", (int)p);
        ck_assert(one[0] == (p < 5 ? 3 : 2) && one[1] > 0);
        bound_destroy(own);
    }
    free(state);
    bound_destroy(b);
}

START_TEST(a_point_has_the_bits_of_the_function)
{
    check_points(1);
    check_points(0);
}
END_TEST

START_TEST(merging_is_that_of_the_function)
{
    struct bound *b = bind("montecarlo@1", GRID, 1);
    double *left = new_state(b), *right = new_state(b);
    struct err e = {0};

    add_units(b, left, 0, 13);
    add_units(b, right, 13, 20);
    for (uint64_t p = 0; p < 8; p++) {
        struct bound *own = bind_option(volatility[p / 2], strike[p % 2]);
        double l[3], r[3];
        memcpy(l, left + 1 + 3 * p, sizeof l);
        memcpy(r, right + 1 + 3 * p, sizeof r);
        ck_ok(bound_merge(own, l, r, &e), &e);
        memcpy(right + 1 + 3 * p, l, sizeof l); /* what is wanted, out of the way */
        double into[3];
        memcpy(into, left + 1 + 3 * p, sizeof into);
        double *all = new_state(b), *from = new_state(b);
        all[0] = from[0] = 1;
        memcpy(all + 1 + 3 * p, into, sizeof into);
        memcpy(from + 1 + 3 * p, r, sizeof r);
        ck_ok(bound_merge(b, all, from, &e), &e);
        ck_assert(all[0] == 2);
        ck_assert_mem_eq(all + 1 + 3 * p, l, sizeof l);
        free(all);
        free(from);
        bound_destroy(own);
    }
    double *state = new_state(b);
    memset(left, 0, bound_length(b) * sizeof *left);
    add_units(b, left, 0, 13);
    memcpy(state, right, bound_length(b) * sizeof *state);
    memset(right, 0, bound_length(b) * sizeof *right);
    add_units(b, right, 13, 20);
    ck_ok(bound_merge(b, left, right, &e), &e);
    ck_assert(left[0] == 20);
    ck_assert_mem_eq(left + 1, state + 1, 24 * sizeof *left);
    free(left);
    free(right);
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(the_result_is_a_table)
{
    struct bound *b = bind("montecarlo@1", GRID, 1);
    double *state = new_state(b);
    struct kept k, own_k;
    static const char *const names[] = {"estimate", "standard_error", "exact", "z", "samples"};

    add_units(b, state, 0, 14); /* twice points 0 to 5, once 6 and 7 */
    memset(state + 1 + 3 * 7, 0, 3 * sizeof *state);
    finish_state(b, state, &k);
    for (uint64_t p = 0; p < 7; p++) {
        struct bound *own = bind_option(volatility[p / 2], strike[p % 2]);
        finish_state(own, state + 1 + 3 * p, &own_k);
        for (int i = 0; i < 5; i++)
            ck_assert(kept_values(&k, names[i])[p] == kept_values(&own_k, names[i])[0]);
        ck_assert(kept_values(&k, "at_volatility")[p] == volatility[p / 2]);
        ck_assert(kept_values(&k, "at_strike")[p] == strike[p % 2]);
        ck_assert(kept_values(&k, "at_items")[p] == (p < 6 ? 2 : 1));
        bound_destroy(own);
    }
    for (int i = 0; i < 5; i++)
        ck_assert(isnan(kept_values(&k, names[i])[7]));
    ck_assert(kept_values(&k, "at_items")[7] == 0 && k.array[0].rows == 8);
    ck_assert_str_eq(k.array[0].label[3], "volatility=0.2 strike=110");
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(features_are_those_of_points_with_data)
{
    struct bound *b = bind("montecarlo@1", GRID, 1), *own = bind_option(0.2, 90);
    double *state = new_state(b), value[8], error[8], v, se;
    struct err e = {0};
    char name[200];

    ck_assert_uint_eq(bound_features_length(b), 8);
    add_units(b, state, 2, 3);
    add_units(b, state, 10, 11);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_ok(bound_features(own, state + 1 + 3 * 2, &v, &se, &e), &e);
    for (int p = 0; p < 8; p++) {
        ck_assert(value[p] == (p == 2 ? v : 0));
        ck_assert(p == 2 ? error[p] == se && se > 0 : isinf(error[p]));
    }
    bound_feature_name(b, 5, name, sizeof name);
    ck_assert_str_eq(name, "estimate at volatility=0.3 strike=110");
    free(state);
    bound_destroy(own);
    bound_destroy(b);
}
END_TEST

START_TEST(every_function_without_data_is_taken)
{
    struct bound *b = bind("wait@1", "seconds=0; busy=true,false", 0);
    double *state = new_state(b);
    struct kept k;

    add_units(b, state, 0, 9);
    ck_assert(state[1] == 5 && state[2] == 0 + 2 + 4 + 6 + 8);
    ck_assert(state[4] == 4 && state[5] == 1 + 3 + 5 + 7);
    finish_state(b, state, &k);
    ck_assert(kept_values(&k, "at_busy")[0] == 1 && kept_values(&k, "units")[1] == 4);
    free(state);
    bound_destroy(b);

    b = bind("wait@1", "", 1); /* one point, all defaults */
    ck_assert_uint_eq(bound_length(b), 4);
    bound_destroy(b);
}
END_TEST

START_TEST(systems_of_equations_are_taken)
{
    static const char grid[] = "problem=ensemble; cells=8; sigma=0; options=, -ksp_type gmres";
    struct bound *b = bind("poisson@1", grid, 1);
    double *state = new_state(b);
    struct kept k;

    add_units(b, state, 0, 2);
    finish_state(b, state, &k);
    ck_digits(kept_values(&k, "mean")[2], 0.25, 8); /* flux: columns mean, centre, flux */
    ck_digits(kept_values(&k, "mean")[5], 0.25, 8);
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(what_makes_no_sweep_is_refused)
{
    static const struct {
        const char *function, *grid, *words;
    } cases[] = {
        {"montecarlo", "", "'montecarlo' is not of the form NAME@VERSION"},
        {"nothing@1", "", "'nothing' is not known"},
        {"montecarlo@7", "", "montecarlo@7 is wanted, here is montecarlo@1"},
        {"moments@1", "", "moments is over data: sweep_data takes it"},
        {"sweep@1", "", "a sweep of sweeps"},
        {"montecarlo@1", "samples", "'samples' is not of the form NAME=VALUE"},
        {"montecarlo@1", "drift=1", "montecarlo has no parameter 'drift'"},
        {"montecarlo@1", "seed=1; seed=2", "seed is there twice"},
        {"montecarlo@1", "seed=1,,2", "'' is no number for seed"},
        {"montecarlo@1", "seed=1.5", "seed takes whole numbers, not 1.5"},
        {"montecarlo@1", "seed=0:1:3", "seed takes whole numbers, not 0.5"},
        {"montecarlo@1", "strike=1:2", "strike wants FROM:TO:COUNT"},
        {"montecarlo@1", "strike=1:2:1", "strike wants FROM:TO:COUNT"},
        {"montecarlo@1", "strike=1:2:1e9", "strike wants FROM:TO:COUNT"},
        {"montecarlo@1", "samples=1,0", "parameter 'samples' is 0; expected"},
        {"montecarlo@1", "experiment=pi,e", "parameter 'experiment' is 'e'; expected"},
        {"montecarlo@1", "seed=0:99:100; strike=1:50:50", "more than 4096 points"},
        {"wait@1", "busy=yes", "busy is true or false, not 'yes'"},
        {"poisson@1", "levels=2,3", "at levels=3 the state has 10 doubles with 3 features, at the"},
        {"poisson@1", "cells=8,8192", "poisson at cells=8192: 65536 cells along a side"},
        {"poisson@1", "options=-ksp_view", "'-ksp_view' is not allowed"},
    };
    struct err e = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bound *b = try_bind("sweep", cases[i].function, cases[i].grid, 1, NULL, 0, &e);
        ck_assert_msg(!b && e.code == ERR_INPUT && strstr(e.text, cases[i].words),
                      "%s, %s: %s, expected %s", cases[i].function, cases[i].grid, e.text,
                      cases[i].words);
        err_clear(&e);
    }
    const struct function_setting s[] = {{"function", FUNCTION_STRING, {.string = "wait@1"}},
                                         {"grid", FUNCTION_STRING, {.string = ""}}};
    ck_fails(bound_create(registry_find("sweep", &e), s, 2, NULL, 0, &e) ? 0 : -1, &e, ERR_INPUT,
             "no functions can be looked up");
}
END_TEST

/* --- over data */

static const char *const columns[] = {"x", "z", "y"};

static void make_rows(double *rows, size_t n)
{
    uint64_t seed = 3;

    for (size_t i = 0; i < n; i++) {
        double x = uniform(&seed), z = uniform(&seed);
        rows[3 * i] = x, rows[3 * i + 1] = z;
        rows[3 * i + 2] = 2 * x - z + uniform(&seed) / 10;
    }
}

START_TEST(a_ridge_grid_takes_one_pass)
{
    static const double ridge[] = {0, 0.5, 10};
    double rows[3 * 40];
    struct err e = {0};
    struct kept k, own_k;
    struct bound *b =
        try_bind("sweep_data", "linreg@1", "target=y; ridge=0,0.5,10", 0, columns, 3, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    make_rows(rows, 40);
    double *state = new_state(b), *half = new_state(b);
    add_rows(b, state, rows, 24, 3, 10);
    add_rows(b, half, rows + 3 * 24, 16, 3, 10);
    ck_ok(bound_merge(b, state, half, &e), &e);
    ck_assert(state[0] == 40);
    finish_state(b, state, &k);
    for (int i = 0; i < 3; i++) {
        const struct function_setting s[] = {{"target", FUNCTION_STRING, {.string = "y"}},
                                             {"ridge", FUNCTION_NUMBER, {.number = ridge[i]}}};
        struct bound *own = bound_create(registry_find("linreg", &e), s, 2, columns, 3, &e);
        ck_assert_msg(own != NULL, "%s", e.text);
        double *one = new_state(own), *other = new_state(own);
        add_rows(own, one, rows, 24, 3, 10);
        add_rows(own, other, rows + 3 * 24, 16, 3, 10);
        ck_ok(bound_merge(own, one, other, &e), &e);
        finish_state(own, one, &own_k);
        ck_assert(kept_values(&k, "r_squared")[i] == kept_values(&own_k, "r_squared")[0]);
        ck_assert(kept_values(&k, "at_ridge")[i] == ridge[i]);
        ck_assert(kept_values(&k, "at_items")[i] == 40);
        free(one);
        free(other);
        bound_destroy(own);
    }
    ck_assert(kept_values(&k, "r_squared")[0] > kept_values(&k, "r_squared")[2]);
    free(state);
    free(half);
    bound_destroy(b);
    ck_assert_ptr_null(try_bind("sweep_data", "kmeans@1", "clusters=2,3", 0, columns, 3, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "kmeans goes in rounds"));
    err_clear(&e);
    ck_assert_ptr_null(try_bind("sweep_data", "wait@1", "", 0, columns, 3, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "wait has no use for data: sweep takes it"));
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_point_has_the_bits_of_the_function);
    tcase_add_test(t, merging_is_that_of_the_function);
    tcase_add_test(t, the_result_is_a_table);
    tcase_add_test(t, features_are_those_of_points_with_data);
    tcase_add_test(t, every_function_without_data_is_taken);
    unit_add_solving(t, systems_of_equations_are_taken);
    tcase_add_test(t, what_makes_no_sweep_is_refused);
    tcase_add_test(t, a_ridge_grid_takes_one_pass);
}

UNIT_MAIN("sweep", add)

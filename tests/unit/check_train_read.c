/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * train: what is read from its states, what people are told, and what it refuses.
 */
#include "train_case.h"

/* Twice the same rows: the same features; and what the names say. */
START_TEST(features_do_not_depend_on_the_number_of_rows)
{
    const struct set set[] = {SOFTMAX, FEDSGD, {0}};
    struct err e = {0};
    struct bound *b = bind(set);
    size_t d = bound_features_length(b), parameters = bound_model_length(b);
    double x[ROWS * COLUMNS], *model = first_model(b), value[2][64], error[2][64], squares = 0,
                              misses = 0;
    char name[32];

    ck_assert(d <= 64);
    make_rows(x, ROWS, true, 3);
    double *once = state_of(b, 1, model, x, ROWS), *twice = new_state(b);
    ck_ok(bound_merge(b, twice, once, &e), &e);
    ck_ok(bound_merge(b, twice, once, &e), &e);
    ck_ok(bound_features(b, once, value[0], error[0], &e), &e);
    ck_ok(bound_features(b, twice, value[1], error[1], &e), &e);
    ck_near(value[1], value[0], d, 1e-14);
    for (size_t i = 0; i < d; i++) {
        bound_feature_name(b, i, name, sizeof name);
        ck_assert(error[0][i] >= 0 && (strncmp(name, "miss", 4) != 0 || error[1][i] < error[0][i]));
    }
    for (size_t c = 0; c < CLASSES; c++)
        misses += once[TRAIN_HEAD + c * TRAIN_CLASS + TRAIN_CLASS_MISSES] / ROWS;
    ck_digits(value[0][0], misses, 14);
    for (size_t i = 0; i < parameters; i++)
        squares += pow(change_of(b, once, parameters)[i] / ROWS, 2);
    ck_digits(value[0][1], sqrt(squares), 13);
    bound_feature_name(b, 1, name, sizeof name);
    ck_assert_str_eq(name, "change");
    bound_feature_name(b, 2 + CLASSES - 1, name, sizeof name);
    ck_assert_str_eq(name, "miss(3)");
    bound_feature_name(b, d - 1, name, sizeof name);
    ck_assert_str_eq(name, "direction(16)");
    free(once), free(twice), free(model);
    bound_destroy(b);
}
END_TEST

/* A direction is a vector of +1 and -1: the change of one parameter shows in all, by its
 * size; and directions are apart. */
START_TEST(directions_are_signs)
{
    const struct set set[] = {SOFTMAX, FEDSGD, {0}};
    struct err e = {0};
    struct bound *b = bind(set);
    size_t d = bound_features_length(b), n = bound_model_length(b), first = d - 16;
    double *state = new_state(b), *model = first_model(b), value[64], error[64], inner[16] = {0};

    state[TRAIN_ROWS] = state[TRAIN_TRAINED] = 2;
    state[TRAIN_HEAD + TRAIN_CLASS_ROWS] = 2;
    for (uint64_t round = 1; round <= 2; round++) {
        bound_set_round(b, round, model);
        for (size_t i = 0; i < n; i++) {
            state[bound_length(b) - n + i] = 3;
            ck_ok(bound_features(b, state, value, error, &e), &e);
            for (size_t k = 0; k < 16; k++) {
                ck_assert(fabs(value[first + k]) == 1.5 && error[first + k] == 1.5);
                inner[k] += value[first + k] * value[first] / 2.25;
            }
            state[bound_length(b) - n + i] = 0;
        }
    }
    ck_assert(inner[0] == 2 * (double)n);
    for (size_t k = 1; k < 16; k++)
        ck_assert_msg(fabs(inner[k]) < 5 * sqrt(2 * (double)n), "%zu: %g", k, inner[k]);
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(counts_that_do_not_fit_are_no_features)
{
    const struct set set[] = {SOFTMAX, {"test_every", NULL, 3}, {0}};
    const size_t spoiled[] = {TRAIN_ROWS,
                              TRAIN_TRAINED,
                              TRAIN_TESTED,
                              TRAIN_TEST_HITS,
                              TRAIN_HEAD + TRAIN_CLASS_ROWS,
                              TRAIN_HEAD + TRAIN_CLASS_HITS};
    struct err e = {0};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b), value[64], error[64];

    make_rows(x, ROWS, true, 3);
    double *state = state_of(b, 1, model, x, ROWS);
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(isfinite(value[0]) && isfinite(value[1]));
    for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
        double held = state[spoiled[i]];
        state[spoiled[i]] += 1000;
        ck_ok(bound_features(b, state, value, error, &e), &e);
        ck_assert(isnan(value[0]) && isnan(value[bound_features_length(b) - 1]));
        state[spoiled[i]] = held;
    }
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(what_people_are_told)
{
    const struct set set[] = {SOFTMAX,
                              {"test_every", NULL, 3},
                              {"layers", "3", 0},
                              {"tolerance", NULL, 0.5},
                              {"rate", NULL, 1e-3},
                              {0}};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b);
    struct kept out;
    bool converged = false;

    make_rows(x, ROWS, true, 3);
    double *state = state_of(b, 1, model, x, ROWS), *next = updated(b, 1, model, state, &converged);
    ck_assert(converged); /* within half of the model's length */
    bound_set_round(b, 1, next);
    finish_state(b, state, &out);
    ck_assert(*kept_values(&out, "rows") == ROWS && *kept_values(&out, "test_rows") == ROWS / 3);
    ck_digits(*kept_values(&out, "train_loss"), state[TRAIN_LOSSES] / 60, 15);
    ck_digits(*kept_values(&out, "test_accuracy"), state[TRAIN_TEST_HITS] / 30, 15);
    ck_assert(*kept_values(&out, "optimizer_bytes") == 8.0 * (5 * 3 + 3 + 3 * 4 + 4));
    ck_assert(*kept_values(&out, "parameters") == 34);
    ck_assert(memcmp(kept_values(&out, "weight_1"), next, 15 * sizeof(double)) == 0);
    ck_assert(memcmp(kept_values(&out, "bias_2"), next + 30, 4 * sizeof(double)) == 0);
    double hits = 0, rows = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        const double *s = state + TRAIN_HEAD + c * TRAIN_CLASS;
        hits += s[TRAIN_CLASS_HITS], rows += s[TRAIN_CLASS_ROWS];
        ck_digits(kept_values(&out, "recall")[c], s[TRAIN_CLASS_HITS] / s[TRAIN_CLASS_ROWS], 15);
    }
    ck_assert(rows == 60);
    ck_digits(*kept_values(&out, "train_accuracy"), hits / 60, 15);
    free(state), free(next), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(rows_that_cannot_be_used_are_named)
{
    static const struct {
        size_t column;
        double value;
        const char *words;
    } bad[] = {{TARGET, 4, "row 107 has 4 in the target column 'y'; expected a class"},
               {TARGET, -1, "row 107 has -1"},
               {TARGET, 1.5, "row 107 has 1.5"},
               {TARGET, NAN, "row 107 has a missing value in column 'y'"},
               {3, NAN, "row 107 has a missing value in column 'c'"},
               {0, INFINITY, "row 107 has an infinite value in column 'a'"}};
    const struct set set[] = {SOFTMAX, {0}};
    struct err e = {0};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b), *state = new_state(b);
    struct block block = {.rows = ROWS, .columns = COLUMNS, .first = 100, .data = x};

    make_rows(x, ROWS, true, 3);
    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT, "there is no model");
    bound_set_round(b, 1, model);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double held = x[7 * COLUMNS + bad[i].column];
        x[7 * COLUMNS + bad[i].column] = bad[i].value;
        ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT, bad[i].words);
        x[7 * COLUMNS + bad[i].column] = held;
    }
    bool converged;
    ck_fails(bound_update(b, model, state, &converged, &e), &e, ERR_INPUT, "no row to train on");
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(parameters_must_fit)
{
    static const struct {
        struct set set[3];
        size_t columns;
        const char *words;
    } bad[] = {
        {{{0}}, COLUMNS, "'classes' is 0; loss softmax needs at least 2"},
        {{SQUARED, SOFTMAX}, COLUMNS, "'classes' is 4; loss squared has none"},
        {{SOFTMAX, {0}}, 2, "'target' is 'y', which is none of the 2 columns"},
        {{SOFTMAX, {"layers", "8 x", 0}}, COLUMNS, "'layers' is '8 x'; expected whole numbers"},
        {{SOFTMAX, {"layers", "8 0", 0}}, COLUMNS, "expected whole numbers from 1"},
        {{SOFTMAX, {"layers", "2.5", 0}}, COLUMNS, "expected whole numbers"},
        {{SOFTMAX, {"layers", "1 1 1 1 1 1 1 1 1", 0}}, COLUMNS, "more than 8 widths"},
        {{SOFTMAX, {"layers", "60000 60000", 0}}, COLUMNS, "more than 134217728 parameters"},
        {{SOFTMAX, {"test_every", NULL, 1}}, COLUMNS, "leaves no row to train on"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = {0};
        struct set set[4] = {bad[i].set[0], bad[i].set[1], bad[i].set[2]};
        ck_assert_msg(!try_bind(set, bad[i].columns, &e), "%s", bad[i].words);
        ck_assert_msg(strstr(e.text, bad[i].words), "%s: %s", bad[i].words, e.text);
    }
}
END_TEST

/* Widths may have spaces around them, and there may be none. */
START_TEST(widths_are_read)
{
    static const struct {
        const char *text;
        size_t parameters;
    } good[] = {{"", 24}, {"  ", 24}, {" 8  3 ", 48 + 27 + 16}, {"1 1 1 1 1 1 1 1", 6 + 14 + 8}};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const struct set set[] = {SOFTMAX, {"layers", good[i].text, 0}, {0}};
        struct bound *b = bind(set);
        ck_assert_uint_eq(bound_model_length(b), good[i].parameters);
        bound_destroy(b);
    }
    const struct set set[] = {SOFTMAX, {"server_momentum", NULL, 0.5}, {"layers", "", 0}, {0}};
    struct bound *b = bind(set);
    ck_assert_uint_eq(bound_model_length(b), 48);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_test(t, features_do_not_depend_on_the_number_of_rows);
    tcase_add_test(t, directions_are_signs);
    tcase_add_test(t, counts_that_do_not_fit_are_no_features);
    tcase_add_test(t, what_people_are_told);
    tcase_add_test(t, rows_that_cannot_be_used_are_named);
    tcase_add_test(t, parameters_must_fit);
    tcase_add_test(t, widths_are_read);
}

UNIT_MAIN("train_read", add)

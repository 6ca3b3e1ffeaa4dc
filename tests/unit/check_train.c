/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * train against finite differences, loops over single rows, and itself: what two ways
 * should agree on. Whole rounds against numpy and PyTorch: tests/t/t0340-train.t.
 */
#include "train_case.h"

/* The derivative of the summed loss by each parameter, by central differences. */
START_TEST(gradients_are_those_of_finite_differences)
{
    static const char *const activations[] = {"relu", "tanh"};
    const struct set loss[] = {SOFTMAX, SQUARED};
    const struct set set[] = {
        FEDSGD, loss[_i % 2], {"activation", activations[_i / 2], 0}, {"layers", "7 5", 0}, {0}};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b);
    size_t n = bound_model_length(b);

    make_rows(x, ROWS, _i % 2 == 0, 77);
    double *state = state_of(b, 1, model, x, ROWS);
    const double *change = change_of(b, state, n);
    for (size_t i = 0; i < n; i++) {
        double h = 1e-6, held = model[i];
        model[i] = held + h;
        double *up = state_of(b, 1, model, x, ROWS);
        model[i] = held - h;
        double *down = state_of(b, 1, model, x, ROWS);
        model[i] = held;
        double slope = (up[TRAIN_LOSSES] - down[TRAIN_LOSSES]) / (2 * h);
        ck_assert_msg(fabs(slope + change[i]) < 1e-6 * (1 + fabs(slope)),
                      "parameter %zu: %.10g, by differences %.10g", i, -change[i], slope);
        free(up), free(down);
    }
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

/* A network with one hidden layer of tanh, row by row. */
static double slow_row(const double *w, size_t hidden, const double *x, double *gradient)
{
    double h[16], z[CLASSES], d[CLASSES], sum = 0, back;
    size_t in = COLUMNS - 1, is = (size_t)x[TARGET];
    const double *v = w + (in + 1) * hidden;
    double *gv = gradient + (in + 1) * hidden;

    for (size_t j = 0; j < hidden; j++) {
        h[j] = w[in * hidden + j];
        for (size_t i = 0; i < in; i++)
            h[j] += x[i < TARGET ? i : i + 1] / 2 * w[i * hidden + j];
        h[j] = tanh(h[j]);
    }
    for (size_t c = 0; c < CLASSES; c++) {
        z[c] = v[hidden * CLASSES + c];
        for (size_t j = 0; j < hidden; j++)
            z[c] += h[j] * v[j * CLASSES + c];
        sum += exp(z[c]);
    }
    for (size_t c = 0; c < CLASSES; c++) {
        d[c] = exp(z[c]) / sum - (c == is);
        gv[hidden * CLASSES + c] += d[c];
    }
    for (size_t j = 0; j < hidden; j++) {
        back = 0;
        for (size_t c = 0; c < CLASSES; c++) {
            gv[j * CLASSES + c] += h[j] * d[c];
            back += d[c] * v[j * CLASSES + c];
        }
        back *= 1 - h[j] * h[j];
        gradient[in * hidden + j] += back;
        for (size_t i = 0; i < in; i++)
            gradient[i * hidden + j] += x[i < TARGET ? i : i + 1] / 2 * back;
    }
    return log(sum) - z[is];
}

START_TEST(sums_are_those_of_single_rows)
{
    enum { HIDDEN = 9, PARAMETERS = COLUMNS * HIDDEN + (HIDDEN + 1) * CLASSES };
    const struct set set[] = {
        FEDSGD, SOFTMAX, {"activation", "tanh", 0}, {"layers", "9", 0}, {"scale", NULL, 2}, {0}};
    struct bound *b = bind(set);
    static double x[700 * COLUMNS];
    double wanted[PARAMETERS] = {0}, losses = 0, *model = first_model(b);

    ck_assert_uint_eq(bound_model_length(b), PARAMETERS);
    make_rows(x, 700, true, 5);
    double *state = state_of(b, 1, model, x, 700); /* more than are judged together */
    for (size_t i = 0; i < 700; i++)
        losses += slow_row(model, HIDDEN, x + i * COLUMNS, wanted);
    for (size_t i = 0; i < PARAMETERS; i++)
        wanted[i] = -wanted[i];
    ck_near(change_of(b, state, PARAMETERS), wanted, PARAMETERS, 1e-13);
    ck_digits(state[TRAIN_LOSSES], losses, 13);
    ck_assert(state[TRAIN_ROWS] == 700 && state[TRAIN_TRAINED] == 700 && state[TRAIN_TESTED] == 0);
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

/* One client that takes one step on all of its rows is a step of gradient descent. */
START_TEST(averaging_one_step_is_gradient_descent)
{
    const struct set common[] = {
        SOFTMAX, {"rate", NULL, 0.3}, {"decay", NULL, 0.01}, {"cooling", NULL, 0.5}, {0}};
    struct set sgd[MANY] = {FEDSGD}, average[MANY] = {{"batch", NULL, 1000}};
    double x[ROWS * COLUMNS], *next[2], *model = NULL;
    size_t n = 0;

    memcpy(sgd + 1, common, sizeof common);
    memcpy(average + 1, common, sizeof common);
    make_rows(x, ROWS, true, 9);
    for (int k = 0; k < 2; k++) {
        struct bound *b = bind(k ? average : sgd);
        model = model ? model : first_model(b);
        n = bound_model_length(b);
        double *state = state_of(b, 3, model, x, ROWS);
        next[k] = updated(b, 3, model, state, NULL);
        free(state);
        bound_destroy(b);
    }
    ck_near(next[0], next[1], n, 1e-14);
    ck_assert(memcmp(next[0], model, n * sizeof *model) != 0);
    free(next[0]), free(next[1]), free(model);
}
END_TEST

/* Many rounds by either algorithm learn what can be learned. */
START_TEST(rounds_learn)
{
    const struct set sets[2][8] = {{SOFTMAX, {"epochs", NULL, 3}, {"test_every", NULL, 5}, {0}},
                                   {SOFTMAX,
                                    FEDSGD,
                                    {"server_momentum", NULL, 0.9},
                                    {"rate", NULL, 0.3},
                                    {"test_every", NULL, 5},
                                    {0}}};
    static double x[600 * COLUMNS];
    struct bound *b = bind(sets[_i]);
    double *model = first_model(b), first = 0, last = 0;
    size_t rounds = _i ? 150 : 20;

    make_rows(x, 600, true, 31);
    for (size_t r = 1; r <= rounds; r++) {
        double *state = new_state(b), *next;
        bound_set_round(b, r, model);
        add_rows(b, state, x, 600, COLUMNS, 150); /* four clients */
        ck_assert(state[TRAIN_TESTED] == 120 && state[TRAIN_TRAINED] == 480);
        last = state[TRAIN_TEST_HITS] / state[TRAIN_TESTED];
        first = r == 1 ? last : first;
        next = updated(b, r, model, state, NULL);
        free(model), free(state);
        model = next;
    }
    ck_assert_msg(first < 0.7 && last > 0.9, "%g of the rows were told right, %g at first", last,
                  first);
    free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(other_orders_of_merging_agree)
{
    const struct set set[] = {SOFTMAX, {"test_every", NULL, 4}, {0}};
    struct err e = {0};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b), *part[3],
                              *sum[2] = {new_state(b), new_state(b)};

    make_rows(x, ROWS, true, 12);
    for (size_t k = 0; k < 3; k++) {
        struct block block = {
            .rows = 30, .columns = COLUMNS, .first = 30 * k, .data = x + 30 * k * COLUMNS};
        part[k] = new_state(b);
        bound_set_round(b, 1, model);
        ck_ok(bound_accumulate(b, part[k], &block, &e), &e);
    }
    for (size_t k = 0; k < 3; k++) {
        ck_ok(bound_merge(b, sum[0], part[k], &e), &e);
        ck_ok(bound_merge(b, sum[1], part[2 - k], &e), &e);
    }
    ck_near(sum[0], sum[1], bound_length(b), 1e-15);
    /* Blocks that were added to one state are the same clients. */
    double *whole = new_state(b);
    add_rows(b, whole, x, ROWS, COLUMNS, 30);
    ck_near(whole, sum[0], bound_length(b), 1e-15);
    for (size_t k = 0; k < 3; k++)
        free(part[k]);
    free(sum[0]), free(sum[1]), free(whole), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(a_seed_fixes_all_bits)
{
    struct set set[] = {SOFTMAX, {"epochs", NULL, 2}, {"seed", NULL, 5}, {0}};
    double x[ROWS * COLUMNS], *model[3], *state[4];
    size_t n = 0, m = 0;

    make_rows(x, ROWS, true, 12);
    for (int k = 0; k < 4; k++) {
        set[2].number = k == 2 ? 6 : 5;
        struct bound *b = bind(set);
        n = bound_model_length(b), m = bound_length(b);
        if (k < 3)
            model[k] = first_model(b);
        state[k] = state_of(b, k == 3 ? 2 : 1, model[0], x, ROWS);
        bound_destroy(b);
    }
    ck_assert(memcmp(model[0], model[1], n * sizeof(double)) == 0);
    ck_assert(memcmp(state[0], state[1], m * sizeof(double)) == 0);
    ck_assert(memcmp(model[0], model[2], n * sizeof(double)) != 0);
    ck_assert(memcmp(state[0], state[2], m * sizeof(double)) != 0); /* rows in another order */
    ck_assert(memcmp(state[0], state[3], m * sizeof(double)) != 0); /* and in another round */
    for (int k = 0; k < 4; k++) {
        free(k < 3 ? model[k] : NULL);
        free(state[k]);
    }
}
END_TEST

START_TEST(first_weights_have_the_variance_of_their_layer)
{
    static const char *const activations[] = {"relu", "tanh"};
    const struct set set[] = {
        SOFTMAX, {"layers", "400 300", 0}, {"activation", activations[_i], 0}, {0}};
    struct bound *b = bind(set);
    double *model = first_model(b), sum = 0, squares = 0;
    size_t from = 5 * 400 + 400, n = 400 * 300;
    double variance = _i ? 2.0 / (400 + 300) : 2.0 / 400;

    for (size_t i = from; i < from + n; i++)
        sum += model[i], squares += model[i] * model[i];
    ck_assert(fabs(sum / (double)n) < 5 * sqrt(variance / (double)n));
    ck_assert(fabs(squares / (double)n / variance - 1) < 5 * sqrt(2 / (double)n));
    for (size_t i = from + n; i < from + n + 300; i++)
        ck_assert(model[i] == 0);
    free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(rows_to_test_on_are_not_trained_on)
{
    const struct set set[] = {SOFTMAX, {"test_every", NULL, 3}, {0}};
    struct bound *b = bind(set);
    double x[ROWS * COLUMNS], *model = first_model(b);

    make_rows(x, ROWS, true, 44);
    double *before = state_of(b, 1, model, x, ROWS);
    for (size_t i = 2; i < ROWS; i += 3)
        x[i * COLUMNS] += 3, x[i * COLUMNS + TARGET] = CLASSES - 1 - x[i * COLUMNS + TARGET];
    double *after = state_of(b, 1, model, x, ROWS);
    ck_assert(before[TRAIN_TEST_LOSSES] != after[TRAIN_TEST_LOSSES]);
    after[TRAIN_TEST_LOSSES] = before[TRAIN_TEST_LOSSES];
    after[TRAIN_TEST_HITS] = before[TRAIN_TEST_HITS];
    ck_assert(memcmp(before, after, bound_length(b) * sizeof *after) == 0);
    x[COLUMNS + TARGET] = CLASSES - 1 - x[COLUMNS + TARGET];
    double *other = state_of(b, 1, model, x, ROWS);
    ck_assert(other[TRAIN_LOSSES] != after[TRAIN_LOSSES]);
    free(before), free(after), free(other), free(model);
    bound_destroy(b);
}
END_TEST

START_TEST(single_precision_is_near)
{
    static const char *const optimizers[] = {"momentum", "adam"}, *const bends[] = {"relu", "tanh"};
    struct set set[] = {SOFTMAX,
                        {"optimizer", optimizers[_i % 2], 0},
                        {"rate", NULL, 0.01},
                        {"precision", "double", 0},
                        {"activation", bends[_i / 2], 0},
                        {0}};
    double x[ROWS * COLUMNS], *state[2], *model = NULL;
    size_t n = 0, length = 0;

    make_rows(x, ROWS, true, 3);
    for (int k = 0; k < 2; k++) {
        set[3].text = k ? "single" : "double";
        struct bound *b = bind(set);
        n = bound_model_length(b), length = bound_length(b);
        model = model ? model : first_model(b);
        state[k] = state_of(b, 1, model, x, ROWS);
        ck_assert(state[k][TRAIN_OPTIMIZER_BYTES] ==
                  ROWS * (double)n * (k ? 4 : 8) * (_i % 2 ? 2 : 1));
        state[k][TRAIN_OPTIMIZER_BYTES] = 0;
        bound_destroy(b);
    }
    ck_near(state[1], state[0], length - n, 1e-5);
    ck_near(state[1] + length - n, state[0] + length - n, n, 1e-3);
    ck_assert(memcmp(state[0], state[1], length * sizeof(double)) != 0);
    free(state[0]), free(state[1]), free(model);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, gradients_are_those_of_finite_differences, 0, 4);
    tcase_add_test(t, sums_are_those_of_single_rows);
    tcase_add_test(t, averaging_one_step_is_gradient_descent);
    tcase_add_loop_test(t, rounds_learn, 0, 2);
    tcase_add_test(t, other_orders_of_merging_agree);
    tcase_add_test(t, a_seed_fixes_all_bits);
    tcase_add_loop_test(t, first_weights_have_the_variance_of_their_layer, 0, 2);
    tcase_add_test(t, rows_to_test_on_are_not_trained_on);
    tcase_add_loop_test(t, single_precision_is_near, 0, 4);
}

UNIT_MAIN("train", add)

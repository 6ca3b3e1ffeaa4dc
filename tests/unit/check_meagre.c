/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of a slave whose rows do not say everything: one row only, a constant column,
 * two equal columns, one class. In each function, its state merges with those of the others,
 * no feature of it is NaN, which would reject it whatever the contract says, and what cannot be
 * told has an infinite error or is equal to what can.
 */
#include "rounds.h"

enum { PARTS = 8, EACH = 60, COLUMNS = 4, WHO = 3 };

static const char *const names[COLUMNS] = {"y", "a", "b", "c"};

enum meagre { ONE_ROW, CONSTANT, ZERO, EQUAL, ONE_CLASS, MEAGRE };

/* Each function with what it needs. */
static const struct computed {
    const char *function;
    struct function_setting set[3];
} computed[] = {
    {"covariance", {{0}}},
    {"glm",
     {{"target", FUNCTION_STRING, {.string = "y"}},
      {"family", FUNCTION_STRING, {.string = "gaussian"}}}},
    {"glm",
     {{"target", FUNCTION_STRING, {.string = "y"}},
      {"family", FUNCTION_STRING, {.string = "binomial"}}}},
    {"glm",
     {{"target", FUNCTION_STRING, {.string = "y"}},
      {"family", FUNCTION_STRING, {.string = "poisson"}}}},
    {"histogram", {{0}}},
    {"histogram",
     {{"x", FUNCTION_STRING, {.string = "a"}}, {"y", FUNCTION_STRING, {.string = "b"}}}},
    {"kmeans", {{"k", FUNCTION_INTEGER, {.integer = 3}}}},
    {"linreg", {{"target", FUNCTION_STRING, {.string = "y"}}}},
    {"linreg",
     {{"target", FUNCTION_STRING, {.string = "y"}}, {"ridge", FUNCTION_NUMBER, {.number = 1}}}},
    {"logreg", {{"target", FUNCTION_STRING, {.string = "y"}}}},
    {"moments", {{0}}},
    {"pca", {{0}}},
    {"quantile", {{0}}},
    {"sweep_data",
     {{"function", FUNCTION_STRING, {.string = "linreg@2"}},
      {"grid", FUNCTION_STRING, {.string = "target=y; ridge=0,1"}}}},
    {"train",
     {{"target", FUNCTION_STRING, {.string = "y"}}, {"classes", FUNCTION_INTEGER, {.integer = 2}}}},
};

enum { COMPUTED = sizeof computed / sizeof computed[0] };

static struct bound *bind(const struct computed *c)
{
    struct err e = {0};
    size_t n = 0;

    while (n < 3 && c->set[n].name)
        n++;
    struct bound *b = registry_bind(registry_find(c->function, &e), c->set, n, names, COLUMNS, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* Rows of all slaves; returns how many the meagre one has. */
static size_t make_rows(double *x, enum meagre kind)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < PARTS * EACH; i++, x += COLUMNS) {
        bool is_meagre = i / EACH == WHO;
        for (size_t j = 1; j < COLUMNS; j++)
            x[j] = uniform(&seed);
        x[0] = uniform(&seed) < (x[1] + x[2]) / 2;
        if (is_meagre && (kind == CONSTANT || kind == ZERO))
            x[2] = kind == ZERO ? 0 : 0.3;
        if (is_meagre && kind == EQUAL)
            x[2] = x[1];
        if (is_meagre && kind == ONE_CLASS)
            x[0] = 1;
    }
    return kind == ONE_ROW ? 1 : EACH;
}

/* Effect: looks at the features of the meagre slave, and merges it with the others. */
static void pass(struct bound *b, const double *x, size_t rows, double *state)
{
    size_t d = bound_features_length(b);
    double *part = new_state(b), *value = calloc(2 * d, sizeof *value), *error = value + d;
    struct err e = {0};
    char name[BOUND_FEATURE];

    memset(state, 0, bound_length(b) * sizeof *state);
    for (size_t i = 0; i < PARTS; i++) {
        memset(part, 0, bound_length(b) * sizeof *part);
        add_rows(b, part, x + i * EACH * COLUMNS, i == WHO ? rows : EACH, COLUMNS, EACH);
        ck_ok(bound_merge(b, state, part, &e), &e);
        if (i == WHO)
            ck_ok(bound_features(b, part, value, error, &e), &e);
    }
    for (size_t i = 0; i < d; i++) {
        bound_feature_name(b, i, name, sizeof name);
        ck_assert_msg(isfinite(value[i]), "%s: %s is %g", bound_function(b)->name, name, value[i]);
        ck_assert_msg(error[i] >= 0, "%s: %s errs by %g", bound_function(b)->name, name, error[i]);
    }
    free(part), free(value);
}

static int keep_nothing(struct function_output *out, const struct function_array *a)
{
    (void)out, (void)a;
    return 0;
}

START_TEST(no_feature_rejects)
{
    static double x[PARTS * EACH * COLUMNS];
    const struct computed *c = &computed[_i / MEAGRE];
    struct function_output out = {.put = keep_nothing};
    size_t rows = make_rows(x, (enum meagre)(_i % MEAGRE));
    struct bound *b = bind(c);
    double *state = new_state(b), *model = calloc(bound_model_length(b) + 1, sizeof *model);
    struct err e = {0};
    bool converged = false;

    if (bound_model_length(b) > 0)
        ck_ok(bound_start(b, model, &e), &e);
    for (uint64_t round = 1; round <= (bound_model_length(b) > 0 ? 4 : 1); round++) {
        if (bound_model_length(b) > 0)
            bound_set_round(b, round, model);
        pass(b, x, rows, state);
        if (bound_model_length(b) > 0)
            ck_ok(bound_update(b, model, state, &converged, &e), &e);
    }
    ck_ok(bound_finish(b, state, &out, &e), &e);
    free(state), free(model);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, no_feature_rejects, 0, COMPUTED * MEAGRE);
}

UNIT_MAIN("meagre", add)

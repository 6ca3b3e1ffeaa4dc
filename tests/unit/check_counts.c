/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What functions over data say of their states, which doubles count rows, against the slow way
 * to find it out: a count gets 0 or 1 from each row alone, and of all rows has the sum of these. */
#include "function.h"

enum { ROWS = 120, COLUMNS = 4, MOST = 6, ROUNDS = 4, EACH = 40 };

static const char *const columns[COLUMNS] = {"x", "y", "label", "group"};

/* A function with its parameters. */
static const struct test {
    const char *name;
    struct function_setting set[MOST];
    bool gaps;       /* it takes rows with missing values */
    uint64_t rounds; /* that are looked at */
} cases[] = {
    {"moments", {{0}}, true, 1},
    {"moments", {{"order", FUNCTION_INTEGER, {.integer = 2}}}, true, 1},
    {"covariance", {{0}}, true, 1},
    {"pca", {{0}}, true, 1},
    {"histogram", {{"bins", FUNCTION_INTEGER, {.integer = 5}}}, true, 1},
    {"histogram",
     {{"bins", FUNCTION_INTEGER, {.integer = 4}},
      {"x", FUNCTION_STRING, {.string = "x"}},
      {"y", FUNCTION_STRING, {.string = "label"}}},
     true,
     1},
    {"quantile", {{"accuracy", FUNCTION_NUMBER, {.number = 0.2}}}, true, 1},
    {"quantile@1", {{"accuracy", FUNCTION_NUMBER, {.number = 0.2}}}, true, 1},
    {"linreg", {{"target", FUNCTION_STRING, {.string = "y"}}}, false, 1},
    {"linreg@1", {{"target", FUNCTION_STRING, {.string = "y"}}}, false, 1},
    {"logreg", {{"target", FUNCTION_STRING, {.string = "label"}}}, false, ROUNDS},
    {"glm",
     {{"target", FUNCTION_STRING, {.string = "label"}},
      {"family", FUNCTION_STRING, {.string = "poisson"}}},
     false,
     ROUNDS},
    {"kmeans", {{"k", FUNCTION_INTEGER, {.integer = 3}}}, false, ROUNDS},
    {"train",
     {{"target", FUNCTION_STRING, {.string = "label"}},
      {"loss", FUNCTION_STRING, {.string = "softmax"}},
      {"classes", FUNCTION_INTEGER, {.integer = 2}},
      {"test_every", FUNCTION_INTEGER, {.integer = 4}}},
     false,
     2},
    {"train",
     {{"target", FUNCTION_STRING, {.string = "y"}},
      {"loss", FUNCTION_STRING, {.string = "squared"}}},
     false,
     2},
    {"anova",
     {{"value", FUNCTION_STRING, {.string = "x"}}, {"group", FUNCTION_STRING, {.string = "label"}}},
     true,
     1},
    {"ttest",
     {{"value", FUNCTION_STRING, {.string = "x"}}, {"group", FUNCTION_STRING, {.string = "group"}}},
     true,
     1},
    {"chisq",
     {{"a", FUNCTION_STRING, {.string = "label"}}, {"b", FUNCTION_STRING, {.string = "group"}}},
     true,
     1},
    {"sweep_data",
     {{"function", FUNCTION_STRING, {.string = "histogram@1"}},
      {"grid", FUNCTION_STRING, {.string = "lower=0,0.1;bins=4"}}},
     true,
     1},
};

/* Numbers that are nowhere whole, a label and a group that are; every tenth x is missing, if that is
 * taken. */
static void make_rows(double *data, bool gaps)
{
    uint64_t seed = 7;

    for (size_t r = 0; r < ROWS; r++) {
        double *row = data + r * COLUMNS;
        row[0] = uniform(&seed) + 1e-3;
        row[1] = 0.3 * row[0] + 0.5 * uniform(&seed);
        row[2] = row[1] + 0.2 * uniform(&seed) > 0.5;
        row[3] = r % 7 < 3;
        if (gaps && r % 10 == 3)
            row[0] = NAN;
    }
}

/* Effect: sum has what each row alone gives; could[i] is whether that is a count. */
static void slow_counts(struct bound *b, const double *data, double *sum, bool *could)
{
    size_t n = bound_length(b);
    double *one = new_state(b);
    struct err e = {0};

    for (size_t i = 0; i < n; i++)
        could[i] = true, sum[i] = 0;
    for (size_t r = 0; r < ROWS; r++) {
        struct block block = {
            .rows = 1, .columns = COLUMNS, .first = r, .data = data + r * COLUMNS};
        memset(one, 0, n * sizeof *one);
        ck_ok(bound_accumulate(b, one, &block, &e), &e);
        for (size_t i = 0; i < n; i++) {
            could[i] = could[i] && (one[i] == 0 || one[i] == 1);
            sum[i] += one[i];
        }
    }
    free(one);
}

/* Returns how many counts of the state are not 0, and declared; all others are none. */
static size_t compare(struct bound *b, const double *data, const double *state)
{
    size_t n = bound_length(b), found = 0;
    double *sum = new_state(b);
    bool *could = calloc(n, sizeof *could);
    unsigned char *is_count = malloc(n);

    ck_assert(could && is_count);
    memset(is_count, 0xff, n);
    slow_counts(b, data, sum, could);
    ck_assert(bound_counts(b, is_count));
    for (size_t i = 0; i < n; i++) {
        bool counts = could[i] && state[i] == sum[i];
        ck_assert_uint_le(is_count[i], 1);
        if (is_count[i])
            ck_assert_msg(counts && state[i] <= ROWS, "double %zu of %zu, %.17g, is no count", i, n,
                          state[i]);
        else
            ck_assert_msg(!counts || state[i] == 0, "double %zu of %zu, %.17g, is a count", i, n,
                          state[i]);
        found += is_count[i] && state[i] > 0;
    }
    ck_assert(is_count[0] == 1 && state[0] == ROWS);
    free(sum);
    free(could);
    free(is_count);
    return found;
}

START_TEST(counts_are_what_the_slow_way_finds)
{
    const struct test *t = &cases[_i];
    double data[ROWS * COLUMNS], *model = NULL, *next = NULL;
    size_t count = 0;
    struct err e = {0};
    bool over = false;

    make_rows(data, t->gaps);
    while (count < MOST && t->set[count].name)
        count++;
    struct bound *b =
        registry_bind(registry_find(t->name, &e), t->set, count, columns, COLUMNS, &e);
    ck_assert_msg(b != NULL, "%s: %s", t->name, e.text);
    size_t m = bound_model_length(b);
    if (m > 0) {
        model = calloc(m, sizeof *model), next = calloc(m, sizeof *next);
        ck_assert(model && next);
        ck_ok(bound_start(b, model, &e), &e);
    }
    for (uint64_t round = 1; round <= t->rounds && !over; round++) {
        bound_set_round(b, round, model);
        double *state = new_state(b);
        add_rows(b, state, data, ROWS, COLUMNS, EACH);
        size_t found = compare(b, data, state);
        ck_assert_uint_ge(found, 1);
        if (m > 0) {
            ck_ok(bound_update(b, next, state, &over, &e), &e);
            memcpy(model, next, m * sizeof *model);
        }
        free(state);
    }
    free(model);
    free(next);
    bound_destroy(b);
}
END_TEST

/* Every function over data declares its counts, but exec, whose states are a program's; and has a
 * test above. */
START_TEST(all_functions_over_data_declare_them)
{
    size_t over_data = 0;

    for (size_t n = 0; registry_at(n); n++) {
        const struct function *f = registry_at(n);
        bool tested = false;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            tested |= strcmp(cases[i].name, f->name) == 0;
        bool declares = METANEURON_FUNCTION_COUNTS(f) != NULL;
        bool wanted = !f->without_data && strcmp(f->name, "exec") != 0;
        ck_assert_msg(declares == wanted && tested == wanted, "%s", f->name);
        over_data += wanted;
    }
    ck_assert_uint_ge(over_data, 10);
}
END_TEST

static int strange(struct function_env *env, unsigned char *is_count)
{
    (void)env;
    is_count[1] = 7;
    return 0;
}

static int unknown(struct function_env *env, unsigned char *is_count)
{
    (void)env, (void)is_count;
    return -1;
}

/* A table of before there were counts is called, and declares none, whatever stands behind it. */
START_TEST(what_is_not_declared_is_not_known)
{
    struct function f = *registry_find("moments", NULL);
    const struct {
        int (*counts)(struct function_env *env, unsigned char *is_count);
        size_t size;
        bool declared;
    } tables[] = {
        {strange, sizeof f, true},
        {unknown, sizeof f, false},
        {NULL, sizeof f, false},
        {strange, METANEURON_FUNCTION_LEAST, false},
    };
    unsigned char is_count[1 + 7 * COLUMNS];
    struct err e = {0};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        f.counts = tables[i].counts;
        f.size = (uint32_t)tables[i].size;
        struct bound *b = bound_create(&f, NULL, 0, columns, COLUMNS, &e);
        ck_assert_msg(b != NULL, "%s", e.text);
        ck_assert_uint_eq(bound_length(b), sizeof is_count);
        ck_assert(bound_counts(b, is_count) == tables[i].declared);
        ck_assert(!tables[i].declared || is_count[1] == 1);
        bound_destroy(b);
    }
    f.size = METANEURON_FUNCTION_LEAST - 1;
    ck_fails(bound_check(&f, &e), &e, ERR_INPUT, "a function whose table has");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, counts_are_what_the_slow_way_finds, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(t, all_functions_over_data_declare_them);
    tcase_add_test(t, what_is_not_declared_is_not_known);
}

UNIT_MAIN("counts", add)

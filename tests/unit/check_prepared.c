/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions whose columns are filled in and standardised: against the same function on rows that
 * were prepared beforehand in the plainest way.
 */
#include "rounds.h"

#include "function/prepared/prepared.h"

enum { COLUMNS = 4, EACH = 50, PARTS = 8, ROWS = EACH * PARTS, WRONG = 5 };

static const char *const names[COLUMNS] = {"y", "a", "b", "c"};
static const struct prepared_column plain[COLUMNS];

/* a is filled in by its mean, b by its median, b and c are standardised. */
static const struct prepared_column roles[COLUMNS] = {
    [1] = {.fill = PREPARED_MEAN},
    [2] = {.fill = PREPARED_MEDIAN, .standardise = true},
    [3] = {.standardise = true},
};

static const struct function_setting of_linreg[] = {
    {"target", FUNCTION_STRING, {.string = "y"}},
};
static const struct function_setting of_kmeans[] = {
    {"k", FUNCTION_INTEGER, {.integer = 3}},
};

static struct bound *bind(const char *name, const struct function_setting *set, size_t count,
                          const struct prepared_column *column, struct err *e)
{
    const struct function *f = registry_find(name, e);

    ck_assert_ptr_nonnull(f);
    return column == plain
               ? registry_bind(f, set, count, names, COLUMNS, e)
               : prepared_bind(registry_look_up, f, set, count, names, COLUMNS, column, e);
}

static void make_rows(double *x)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < ROWS; i++, x += COLUMNS) {
        x[1] = uniform(&seed) < 0.2 ? NAN : 10 * uniform(&seed);
        x[2] = uniform(&seed) < 0.3 ? NAN : 1 + exp(3 * uniform(&seed));
        x[3] = 1000 + uniform(&seed);
        x[0] = x[3] + (isnan(x[1]) ? 0 : x[1]) + uniform(&seed);
    }
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

struct plainly {
    double values, mean, median, fill, centre, spread;
};

/* What is to be learnt of a column, by two passes over all of it. */
static struct plainly look(const double *x, size_t column)
{
    struct plainly l = {0};
    double have[ROWS];
    long double sum = 0, all = 0, squares = 0;
    size_t n = 0;

    for (size_t i = 0; i < ROWS; i++)
        if (!isnan(x[i * COLUMNS + column]))
            sum += have[n++] = x[i * COLUMNS + column];
    qsort(have, n, sizeof *have, ascending);
    l.values = (double)n;
    l.mean = (double)(sum / n);
    l.median = (have[(n - 1) / 2] + have[n / 2]) / 2;
    l.fill = roles[column].fill == PREPARED_MEAN ? l.mean : l.median;
    for (size_t i = 0; i < ROWS; i++)
        all += isnan(x[i * COLUMNS + column]) ? l.fill : x[i * COLUMNS + column];
    l.centre = (double)(all / ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        long double off =
            (isnan(x[i * COLUMNS + column]) ? l.fill : x[i * COLUMNS + column]) - all / ROWS;
        squares += off * off;
    }
    l.spread = (double)sqrtl(squares / (ROWS - 1));
    return l;
}

/* Effect: the rows are as the model says. */
static void prepare(double *x, const double *model)
{
    const struct {
        double values, missing, fill, centre, spread;
    } *l = (const void *)model;

    for (size_t i = 0; i < ROWS; i++, x += COLUMNS)
        for (size_t j = 1; j < COLUMNS; j++) {
            if (isnan(x[j]) && roles[j].fill != PREPARED_KEEP)
                x[j] = l[j - 1].fill;
            if (roles[j].standardise)
                x[j] = (x[j] - l[j - 1].centre) / l[j - 1].spread;
        }
}

static void ck_near(double found, double wanted, double relative)
{
    ck_assert_msg(fabs(found - wanted) <= relative * fabs(wanted), "%.17g, expected %.17g", found,
                  wanted);
}

START_TEST(test_learnt)
{
    static double x[ROWS * COLUMNS];
    struct err e = {0};

    make_rows(x);
    struct bound *b = bind("linreg", of_linreg, 1, roles, &e);
    ck_assert_msg(b != NULL, "%s", e.text);
    struct rounds r = {
        .data = x, .rows = ROWS, .columns = COLUMNS, .parts = PARTS, .each = 7, .most = 5};
    ck_ok(rounds_run(b, &r, &e), &e);
    ck_assert(r.converged);
    ck_assert_uint_eq(r.round, 2);
    for (size_t j = 1; j < COLUMNS; j++) {
        struct plainly l = look(x, j);
        const double *m = r.model + 5 * (j - 1);
        ck_assert(m[0] == l.values);
        ck_assert(m[1] == ROWS - l.values);
        ck_near(m[2], roles[j].fill ? l.fill : 0, j == 2 ? 1e-3 : 1e-13);
        if (roles[j].standardise) {
            ck_near(m[3], l.centre, j == 2 ? 1e-3 : 1e-13);
            ck_near(m[4], l.spread, j == 2 ? 1e-3 : 1e-9);
        } else {
            ck_assert(m[3] == 0 && m[4] == 1);
        }
    }
    free(r.model), free(r.state);
    bound_destroy(b);
}
END_TEST

/* The state of the function's own rounds has the bits of that of the plain function on the rows
 * as they were prepared. */
static void same_as_plain(const char *name, const struct function_setting *set, size_t count,
                          uint64_t most)
{
    static double x[ROWS * COLUMNS];
    struct err e = {0};

    make_rows(x);
    struct bound *b = bind(name, set, count, roles, &e), *p = bind(name, set, count, plain, &e);
    ck_assert_msg(b && p, "%s", e.text);
    struct rounds r = {
        .data = x, .rows = ROWS, .columns = COLUMNS, .parts = PARTS, .each = 9, .most = most + 1};
    ck_ok(rounds_run(b, &r, &e), &e);
    ck_assert(r.round > 1);
    prepare(x, r.model);
    struct rounds q = r;
    q.most = r.round - 1;
    if (bound_model_length(p) > 0) {
        ck_ok(rounds_run(p, &q, &e), &e);
        ck_assert_uint_eq(q.round, r.round - 1);
        ck_assert_int_eq(q.converged, r.converged);
        ck_assert_mem_eq(q.model, r.model + 15, bound_model_length(p) * sizeof *q.model);
        free(q.model);
    } else {
        q.state = new_state(p);
        rounds_pass(p, &q);
    }
    ck_assert_mem_eq(q.state, r.state, bound_length(p) * sizeof *q.state);
    free(q.state);
    free(r.model), free(r.state);
    bound_destroy(b);
    bound_destroy(p);
}

START_TEST(test_one_round)
{
    same_as_plain("linreg", of_linreg, 1, 1);
    same_as_plain("moments", NULL, 0, 1);
    same_as_plain("quantile", NULL, 0, 1); /* its merge is the plain sum */
}
END_TEST

START_TEST(test_iterative)
{
    same_as_plain("kmeans", of_kmeans, 1, 6);
}
END_TEST

/* Who lies about a column is rejected in the round that learns it, and so are no means of it. */
START_TEST(test_liar)
{
    static double x[ROWS * COLUMNS], honest[ROWS * COLUMNS];
    struct err e = {0};

    make_rows(x);
    memcpy(honest, x, sizeof x);
    for (size_t i = WRONG * EACH; i < (WRONG + 1) * EACH; i++)
        x[i * COLUMNS + 2] *= 2.54;
    struct bound *b = bind("linreg", of_linreg, 1, roles, &e);
    struct rounds r = rounds_filtered(x, ROWS, COLUMNS, PARTS, 50, 1);
    ck_ok(rounds_run(b, &r, &e), &e);
    for (size_t k = 0; k < PARTS; k++)
        ck_assert_int_eq(r.rejected[k], k == WRONG);
    ck_assert(r.model[5] + r.model[6] == ROWS - EACH);
    ck_near(r.model[7], look(honest, 2).median, 0.1);
    free(r.model), free(r.state);
    bound_destroy(b);
}
END_TEST

/* Each feature and each double has its place: names, and what counts rows. */
START_TEST(test_names)
{
    static const char *const wanted[] = {"mean of a", "sd of a", "mean of b",   "sd of b",
                                         "mean of c", "sd of c", "median of b", "mean(y)"};
    char name[BOUND_FEATURE];
    struct err e = {0};
    struct bound *b = bind("moments", NULL, 0, roles, &e);

    ck_assert_uint_eq(bound_features_length(b), 7 + 2 * COLUMNS);
    for (size_t i = 0; i < 8; i++) {
        bound_feature_name(b, i, name, sizeof name);
        ck_assert_str_eq(name, wanted[i]);
    }
    unsigned char *is_count = calloc(bound_length(b), 1);
    ck_assert(bound_counts(b, is_count));
    ck_assert(is_count[0] && is_count[1] && is_count[bound_length(b) - 1]);
    free(is_count);
    bound_destroy(b);
}
END_TEST

static void refused(const double *x, const char *why)
{
    struct err e = {0};
    struct bound *b = bind("linreg", of_linreg, 1, roles, &e);
    struct rounds r = {
        .data = x, .rows = ROWS, .columns = COLUMNS, .parts = PARTS, .each = 9, .most = 2};

    ck_assert_int_lt(rounds_run(b, &r, &e), 0);
    ck_assert_msg(strstr(e.text, why) != NULL, "%s", e.text);
    free(r.model), free(r.state);
    bound_destroy(b);
}

START_TEST(test_refused)
{
    static double x[ROWS * COLUMNS];

    make_rows(x);
    for (size_t i = 0; i < ROWS; i++)
        x[i * COLUMNS + 1] = NAN;
    refused(x, "column 'a': no row has a value");
    make_rows(x);
    for (size_t i = 0; i < ROWS; i++)
        x[i * COLUMNS + 3] = 4;
    refused(x, "column 'c': it is the same in all rows");
    make_rows(x);
    for (size_t i = 0; i < ROWS; i++)
        x[i * COLUMNS + 2] *= 1e14;
    refused(x, "column 'b': its median is nearer to 0 than 1e-12, or above 1e12");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, test_learnt);
    tcase_add_test(t, test_one_round);
    tcase_add_test(t, test_iterative);
    tcase_add_test(t, test_liar);
    tcase_add_test(t, test_names);
    tcase_add_test(t, test_refused);
}

UNIT_MAIN("prepared", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that compare groups: against R 4.2 (t.test, aov, chisq.test, fisher.test) on data that
 * comes with R, cut into partitions.
 */
#include "function.h"

#include "function/common/tails.h"

enum { MOST = 1024 };

/* Rows of a table, and where the next goes. */
struct rows {
    double x[MOST * 8];
    size_t columns, count;
};

static struct bound *bind(const char *name, const char *const *columns, size_t count,
                          const struct function_setting *set, size_t settings)
{
    struct err e = {0};
    struct bound *b = registry_bind(registry_find(name, &e), set, settings, columns, count, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* Effect: k is the result of the rows in so many partitions. */
static void compute(struct bound *b, const struct rows *r, size_t parts, struct kept *k)
{
    double *all = new_state(b);
    struct err e = {0};

    for (size_t i = 0; i < parts; i++) {
        size_t from = r->count * i / parts, to = r->count * (i + 1) / parts;
        double *part = new_state(b);
        add_rows(b, part, r->x + from * r->columns, to - from, r->columns, 5);
        ck_ok(bound_merge(b, all, part, &e), &e);
        free(part);
    }
    finish_state(b, all, k);
    free(all);
}

static double only(const struct kept *k, const char *name)
{
    return *kept_values(k, name);
}

/* Student's data of 1908: hours of sleep gained by two drugs. */
static const double sleep[20] = {.7,  -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8,  0,   2,
                                 1.9, .8,   1.1, .1,   -.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void make_sleep(struct rows *r)
{
    r->columns = 2;
    r->count = 22;
    for (size_t i = 0; i < 20; i++) {
        r->x[2 * i] = sleep[i];
        r->x[2 * i + 1] = i >= 10;
    }
    r->x[40] = NAN, r->x[41] = 1; /* of which nothing is to be seen */
    r->x[42] = 100, r->x[43] = NAN;
}

START_TEST(test_welch)
{
    static const char *const names[] = {"extra", "group"};
    static const struct function_setting set[] = {
        {"value", FUNCTION_STRING, {.string = "extra"}},
        {"group", FUNCTION_STRING, {.string = "group"}},
        {"confidence", FUNCTION_NUMBER, {.number = 0.9}},
        {"equal_variances", FUNCTION_BOOLEAN, {.integer = 1}},
    };
    static struct rows r;
    struct kept k;

    make_sleep(&r);
    struct bound *b = bind("ttest", names, 2, set, 2);
    compute(b, &r, 3, &k);
    ck_digits(only(&k, "t"), -1.860813467486853057, 13);
    ck_digits(only(&k, "df"), 17.776473516178498357, 13);
    ck_digits(only(&k, "p"), 0.079394140187358173, 12);
    ck_digits(only(&k, "lower"), -3.365483230711710405, 9);
    ck_digits(only(&k, "upper"), 0.205483230711710180, 8);
    ck_digits(only(&k, "standard_error"), 0.849091017238762014, 13);
    ck_assert(kept_values(&k, "groups")[0] == 10 && kept_values(&k, "groups")[3] == 10);
    ck_digits(kept_values(&k, "groups")[1], 0.75, 14);
    ck_assert_str_eq(k.array[0].label[1], "group = 1");
    bound_destroy(b);
    b = bind("ttest", names, 2, set, 4);
    compute(b, &r, 1, &k);
    ck_digits(only(&k, "df"), 18, 14);
    ck_digits(only(&k, "p"), 0.079186714215938175, 12);
    ck_digits(only(&k, "lower"), -3.052377831699602417, 9);
    bound_destroy(b);
}
END_TEST

/* Weights of plants under a control and two treatments, as columns of a factor. */
static const double plants[30] = {4.17, 5.58, 5.18, 6.11, 4.5,  4.61, 5.17, 4.53, 5.33, 5.14,
                                  4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69,
                                  6.31, 5.12, 5.54, 5.5,  5.37, 5.29, 4.92, 6.15, 5.8,  5.26};
static const char *const plant_names[] = {"group.trt1", "weight", "group.trt2"};
static const struct function_setting plant_set[] = {
    {"value", FUNCTION_STRING, {.string = "weight"}},
    {"group", FUNCTION_STRING, {.string = "group"}},
};

START_TEST(test_anova)
{
    static struct rows r;
    struct kept k;

    r.columns = 3;
    r.count = 30;
    for (size_t i = 0; i < 30; i++) {
        r.x[3 * i] = i / 10 == 1;
        r.x[3 * i + 1] = plants[i];
        r.x[3 * i + 2] = i / 10 == 2;
    }
    struct bound *b = bind("anova", plant_names, 3, plant_set, 2);
    compute(b, &r, 4, &k);
    ck_digits(only(&k, "between"), 3.766339999999999133, 12);
    ck_digits(only(&k, "within"), 10.492090000000001027, 12);
    ck_digits(only(&k, "f"), 4.846087862380134226, 12);
    ck_digits(only(&k, "p"), 0.015909958325622937, 11);
    ck_assert(only(&k, "df_between") == 2 && only(&k, "df_within") == 27);
    ck_assert_str_eq(k.array[0].label[0], "first level of group");
    ck_assert_str_eq(k.array[0].label[2], "trt2");
    char name[BOUND_FEATURE];
    bound_feature_name(b, 3, name, sizeof name);
    ck_assert_str_eq(name, "sd(weight, trt1)");
    bound_destroy(b);
}
END_TEST

static const struct function_setting ab[] = {{"a", FUNCTION_STRING, {.string = "a"}},
                                             {"b", FUNCTION_STRING, {.string = "b"}}};

/* Rows that have a table's counts: columns a.1 .. and b.1 .. */
static void make_table(struct rows *r, const unsigned *count, size_t a, size_t b)
{
    r->columns = a + b - 2;
    r->count = 0;
    for (size_t i = 0; i < a * b; i++)
        for (unsigned n = 0; n < count[i]; n++) {
            double *x = r->x + r->count++ * r->columns;
            memset(x, 0, r->columns * sizeof *x);
            if (i / b > 0)
                x[i / b - 1] = 1;
            if (i % b > 0)
                x[a - 1 + i % b - 1] = 1;
        }
}

/* Hair and eyes of 592 students. */
START_TEST(test_chisq)
{
    static const unsigned table[16] = {68, 20, 15, 5,  119, 84, 54, 29,
                                       26, 17, 14, 14, 7,   94, 10, 16};
    static const char *const names[] = {"a.1", "a.2", "a.3", "b.1", "b.2", "b.3"};
    static struct rows r;
    struct kept k;

    make_table(&r, table, 4, 4);
    struct bound *b = bind("chisq", names, 6, ab, 2);
    compute(b, &r, 5, &k);
    ck_digits(only(&k, "statistic"), 1.3828984162600827e+02, 13);
    ck_digits(only(&k, "p"), 2.3252867870988080e-25, 11);
    ck_digits(only(&k, "cramers_v"), 0.27904462334265839, 13);
    ck_digits(only(&k, "least_expected"), 7.6756756756756754e+00, 13);
    ck_assert(only(&k, "df") == 9);
    for (size_t i = 0; i < 16; i++)
        ck_assert(kept_values(&k, "observed")[i] == table[i]);
    bound_destroy(b);
}
END_TEST

/* The lady who tasted tea, and a larger table. */
START_TEST(test_fisher)
{
    static const unsigned tea[4] = {3, 1, 1, 3}, larger[4] = {12, 7, 5, 40};
    static const char *const names[] = {"a.1", "b.1"};
    static struct rows r;
    struct kept k;
    struct bound *b = bind("chisq", names, 2, ab, 2);

    make_table(&r, tea, 2, 2);
    compute(b, &r, 1, &k);
    ck_digits(only(&k, "fisher_p"), 0.48571428571428582, 12);
    ck_digits(only(&k, "corrected"), 0.5, 14);
    ck_digits(only(&k, "corrected_p"), 0.47950012218695348, 12);
    ck_digits(only(&k, "p"), 0.15729920705028447, 12);
    ck_assert(only(&k, "odds_ratio") == 9);
    make_table(&r, larger, 2, 2);
    compute(b, &r, 3, &k);
    ck_digits(only(&k, "fisher_p"), 4.7683651819193995e-05, 11);
    ck_digits(only(&k, "corrected"), 1.5979647073461711e+01, 13);
    ck_digits(only(&k, "corrected_p"), 6.4027137684665890e-05, 11);
    ck_digits(only(&k, "p"), 1.6534512933064293e-05, 11);
    bound_destroy(b);
}
END_TEST

START_TEST(test_tails)
{
    ck_digits(tails_t(-2.5, 50), 0.015744958273119995, 12);
    ck_digits(tails_t(8, 200), 9.8792009093306947e-14, 11);
    ck_digits(tails_t_quantile(0.05, 45.5), 2.0134926829292747, 9);
    ck_digits(tails_f(3.3, 2, 300), 0.038226596307041193, 12);
    ck_digits(tails_chisq(200, 120), 6.3415034273687685e-06, 11);
    ck_digits(tails_z_quantile(0.05), 1.959963984540054, 12);
    ck_assert(isnan(tails_t(NAN, 3)) && isnan(tails_f(-1, 1, 1)) && isnan(tails_chisq(1, 0)));
    ck_assert(isnan(tails_t_quantile(0, 3)) && isnan(tails_fisher(-1, 1, 1, 1)));
    ck_assert(isnan(tails_fisher(1e9, 1e9, 1e9, 1e9)));
    ck_assert(tails_f(INFINITY, 1, 1) == 0);
}
END_TEST

/* What cannot be bound, with why. */
START_TEST(test_refused)
{
    static const struct {
        const char *function, *columns[3], *first, *second, *why;
    } cases[] = {
        {"ttest", {"x", "g.a", "g.b"}, "x", "g", "has 3 groups; expected 2"},
        {"ttest", {"x", "y", "g"}, "x", "h", "neither a column 'h' nor one of a factor, 'h.LEVEL'"},
        {"anova", {"x", "y", "g"}, "z", "g", "parameter 'value' is 'z'"},
        {"anova", {"x", "y", "g"}, "g", "g", "'g' is both value and group"},
        {"chisq", {"x", "y", "g"}, "g", "g", "'a' and 'b' are both 'g'"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool two = strcmp(cases[i].function, "chisq") == 0;
        struct function_setting set[] = {
            {two ? "a" : "value", FUNCTION_STRING, {.string = cases[i].first}},
            {two ? "b" : "group", FUNCTION_STRING, {.string = cases[i].second}}};
        struct err e = {0};
        struct bound *b =
            registry_bind(registry_find(cases[i].function, &e), set, 2, cases[i].columns, 3, &e);
        ck_assert_ptr_null(b);
        ck_assert_msg(strstr(e.text, cases[i].why) != NULL, "%s", e.text);
    }
}
END_TEST

/* A row that is in no group, or in two, and tables that say nothing. */
START_TEST(test_rows)
{
    static const double rows[3][3] = {{1, 5, 1}, {0.5, 5, 0}, {2, 5, 0}};
    struct err e = {0};
    struct bound *b = bind("anova", plant_names, 3, plant_set, 2);
    double *state = new_state(b);

    for (size_t i = 0; i < 3; i++) {
        struct block block = {.rows = 1, .columns = 3, .first = 6, .data = rows[i]};
        ck_assert_int_lt(bound_accumulate(b, state, &block, &e), 0);
        ck_assert_msg(strstr(e.text, "row 7: a value is neither 0 nor 1, or a second 1") != NULL,
                      "%s", e.text);
    }
    memset(state, 0, bound_length(b) * sizeof *state);
    add_rows(b, state, (const double[]){0, 5, 0, 0, 6, 0}, 2, 3, 2);
    struct kept k = {.base.put = keep_array};
    e = (struct err){0};
    ck_assert_int_lt(bound_finish(b, state, &k.base, &e), 0);
    ck_assert_msg(strstr(e.text, "2 values in 1 groups") != NULL, "%s", e.text);
    free(state);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, test_welch);
    tcase_add_test(t, test_anova);
    tcase_add_test(t, test_chisq);
    tcase_add_test(t, test_fisher);
    tcase_add_test(t, test_tails);
    tcase_add_test(t, test_refused);
    tcase_add_test(t, test_rows);
}

UNIT_MAIN("compare", add)

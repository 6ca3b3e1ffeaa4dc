/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * histogram against a slow, obvious version: every edge is compared with every
 * value. tests/t/t0320-functions.t compares it with numpy.
 */
#include "function.h"

#include <stdio.h>

#define MAX_COLUMNS 70
#define ROWS        1000

static const char *const *names(void)
{
    static char text[MAX_COLUMNS][8];
    static const char *list[MAX_COLUMNS];

    for (int i = 0; i < MAX_COLUMNS; i++) {
        snprintf(text[i], sizeof text[i], "x%d", i);
        list[i] = text[i];
    }
    return list;
}

/* Parameters in short: equal bins, or edges, or edges of two columns. */
struct wanted {
    double lower, upper;
    int bins;
    const char *edges, *x, *y;
};

static struct bound *try_bind(const struct wanted *w, size_t columns, struct err *e)
{
    struct function_setting s[] = {
        {"lower", FUNCTION_NUMBER, {.number = w->lower}},
        {"upper", FUNCTION_NUMBER, {.number = w->upper}},
        {"bins", FUNCTION_INTEGER, {.integer = w->bins}},
        {"edges", FUNCTION_STRING, {.string = w->edges ? w->edges : ""}},
        {"x", FUNCTION_STRING, {.string = w->x ? w->x : ""}},
        {"y", FUNCTION_STRING, {.string = w->y ? w->y : ""}},
    };
    return bound_create(registry_find("histogram", e), s, 6, names(), columns, e);
}

static struct bound *bind(const struct wanted *w, size_t columns)
{
    struct err e = {0};
    struct bound *b = try_bind(w, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* The slow, obvious version: the cell of a value among edges. */
static size_t obvious(double x, const double *edges, size_t bins)
{
    size_t below = 0;

    if (isnan(x))
        return bins + 2;
    if (x == edges[bins])
        return bins;
    for (size_t k = 0; k <= bins; k++)
        below += edges[k] <= x;
    return below;
}

static void equal_edges(double lower, double upper, size_t bins, double *edges)
{
    for (size_t k = 0; k < bins; k++)
        edges[k] = (double)k * ((upper - lower) / (double)bins) + lower;
    edges[bins] = upper;
}

/* Values on edges, a bit beside them, between, outside, infinite and missing. */
static void hard_values(double *x, size_t n, const double *edges, size_t bins)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < n; i++) {
        double u = uniform(&seed), width = edges[bins] - edges[0];
        double edge = edges[(size_t)(uniform(&seed) * (double)(bins + 1))];
        x[i] = edges[0] + (1.2 * uniform(&seed) - 0.1) * width;
        if (u < 0.5)
            x[i] = u < 0.2 ? edge : nextafter(edge, u < 0.35 ? INFINITY : -INFINITY);
        if (u > 0.9)
            x[i] = u > 0.95 ? NAN : u > 0.92 ? INFINITY : -1e308;
    }
}

static void ck_columns(struct bound *b, const double *x, size_t columns, const double *edges,
                       size_t bins)
{
    static const size_t each[] = {1, 7, ROWS};

    for (int i = 0; i < 3; i++) {
        double *state = new_state(b), *wanted = new_state(b);
        ck_assert_uint_eq(bound_length(b), 1 + columns * (bins + 3));
        add_rows(b, state, x, ROWS, columns, each[i]);
        wanted[0] = ROWS;
        for (size_t r = 0; r < ROWS * columns; r++)
            wanted[1 + r % columns * (bins + 3) + obvious(x[r], edges, bins)]++;
        ck_assert_mem_eq(state, wanted, bound_length(b) * sizeof(double));
        free(state), free(wanted);
    }
}

START_TEST(equal_bins_are_as_the_obvious_ones)
{
    static const size_t columns[] = {1, 3, 8, 64, 70};
    static const struct wanted cases[] = {
        {0, 1, 10, 0, 0, 0},
        {-3, 3, 1, 0, 0, 0},
        {0.1, 0.7, 7, 0, 0, 0},
        {1e6, 1e6 + 1e-6, 100, 0, 0, 0},
        {-1e300, 1e300, 1000, 0, 0, 0},
        {1e-290, 3e-290, 3, 0, 0, 0},
    };
    static double x[ROWS * MAX_COLUMNS], edges[1001];

    for (size_t c = 0; c < 5; c++) {
        const struct wanted *w = &cases[_i];
        struct bound *b = bind(w, columns[c]);
        equal_edges(w->lower, w->upper, (size_t)w->bins, edges);
        hard_values(x, ROWS * columns[c], edges, (size_t)w->bins);
        ck_columns(b, x, columns[c], edges, (size_t)w->bins);
        bound_destroy(b);
    }
}
END_TEST

START_TEST(edges_are_as_the_obvious_ones)
{
    static const double edges[] = {-5, -1, 0, 0.1, 0.25, 1, 100, 1e9};
    static double x[ROWS * 5];

    for (size_t columns = 1; columns <= 5; columns++)
        for (size_t bins = 1; bins < 8; bins++) {
            struct wanted w = {.bins = 1, .edges = "-5,-1 ,0,0.1, 25e-2,1,100,1e9"};
            char text[64];
            snprintf(text, sizeof text, "%s", w.edges);
            char *end = text;
            for (size_t k = 0; k < bins; k++)
                end = strchr(end, ',') + 1;
            end[strcspn(end, ",")] = '\0';
            w.edges = text;
            struct bound *b = bind(&w, columns);
            hard_values(x, ROWS * columns, edges, bins);
            ck_columns(b, x, columns, edges, bins);
            bound_destroy(b);
        }
}
END_TEST

/* A list for each of two columns: the finished result, features, and merging. */
START_TEST(a_small_histogram_is_known)
{
    const double x[] = {-1, 10, 0, 20, 0.5, NAN, 1, 40, 3, NAN};
    struct wanted w = {.bins = 1, .edges = "0:1:2;10,20,40"};
    struct bound *b = bind(&w, 2);
    double *state = new_state(b), *part = new_state(b), value[8], error[8];
    struct err e = {0};
    struct kept out;
    char name[64];

    add_rows(b, state, x, 2, 2, 2);
    add_rows(b, part, x + 4, 3, 2, 1);
    ck_ok(bound_merge(b, state, part, &e), &e);
    finish_state(b, state, &out);
    const double count[] = {1, 1, 2, 1, 0, 1, 2, 0};
    for (int i = 0; i < 8; i++) {
        ck_assert(kept_values(&out, "count")[i] == count[i]);
        ck_assert(kept_values(&out, "fraction")[i] == count[i] / (i < 4 ? 5 : 3));
    }
    ck_assert(kept_values(&out, "values_missing")[0] == 0 &&
              kept_values(&out, "values_missing")[1] == 2);
    ck_assert(kept_values(&out, "lower")[2] == 0.5 && kept_values(&out, "upper")[2] == 1);
    ck_assert(isinf(kept_values(&out, "lower")[0]) && kept_values(&out, "upper")[0] == 0);
    ck_assert_str_eq(out.array[0].label[1], "0<=x0<0.5");
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert_uint_eq(bound_features_length(b), 8);
    ck_assert(value[0] == 0.2 && value[6] == 2 / 3.0);
    ck_digits(error[0], sqrt(0.25 * 0.75 / 5), 15);
    ck_digits(error[7], sqrt(0.125 * 0.875 / 3), 15);
    bound_feature_name(b, 6, name, sizeof name);
    ck_assert_str_eq(name, "fraction(20<=x1<=40)");
    bound_feature_name(b, 7, name, sizeof name);
    ck_assert_str_eq(name, "fraction(x1>40)");
    free(state), free(part);
    bound_destroy(b);
}
END_TEST

START_TEST(two_columns_are_as_the_obvious_ones)
{
    enum { C = 4, DOWN = 5 + 2, ACROSS = 2 + 2 };
    const double across[] = {0, 0.3, 1};
    static double x[ROWS * C];
    double down[6], wanted[1 + DOWN * ACROSS + 1] = {ROWS};
    struct wanted w = {.bins = 1, .edges = "0:1:5;0,0.3,1", .x = "x2", .y = "x1"};
    struct bound *b = bind(&w, C);
    double *state = new_state(b), value[DOWN * ACROSS], error[DOWN * ACROSS];
    struct err e = {0};
    struct kept out;
    char name[64];

    equal_edges(0, 1, 5, down);
    hard_values(x, ROWS * C, down, 5);
    add_rows(b, state, x, ROWS, C, 600);
    for (size_t r = 0; r < ROWS; r++) {
        size_t i = obvious(x[r * C + 2], down, 5), j = obvious(x[r * C + 1], across, 2);
        wanted[1 + (i < DOWN && j < ACROSS ? i * ACROSS + j : DOWN * ACROSS)]++;
    }
    ck_assert_uint_eq(bound_length(b), sizeof wanted / sizeof *wanted);
    ck_assert_mem_eq(state, wanted, sizeof wanted);
    finish_state(b, state, &out);
    double missing = wanted[1 + DOWN * ACROSS];
    ck_assert(*kept_values(&out, "values_missing") == missing &&
              kept_values(&out, "edges_y")[1] == 0.3);
    ck_assert_str_eq(out.array[0].label[1], "0<=x2<0.2");
    ck_ok(bound_features(b, state, value, error, &e), &e);
    ck_assert(value[9] == wanted[10] / (ROWS - missing));
    bound_feature_name(b, 6, name, sizeof name);
    ck_assert_str_eq(name, "fraction(0<=x2<0.2,0.3<=x1<=1)");
    free(state);
    bound_destroy(b);
}
END_TEST

START_TEST(states_that_are_no_histograms_show)
{
    static const double hostile[] = {NAN, -1, INFINITY, 5, -0.5};
    const double x[] = {0.5, 2, NAN, 0.1};
    struct wanted w = {.upper = 1, .bins = 2};
    struct bound *b = bind(&w, 1);
    struct err e = {0};
    struct kept out;

    for (size_t i = 0; i < 5 * bound_length(b); i++) {
        double *state = new_state(b), value[4], error[4];
        add_rows(b, state, x, 4, 1, 4);
        state[i / 5] = hostile[i % 5];
        ck_ok(bound_features(b, state, value, error, &e), &e);
        ck_assert(isnan(value[0]) && isnan(value[3]));
        finish_state(b, state, &out);
        ck_assert(isnan(kept_values(&out, "count")[0]));
        free(state);
    }
    double empty[6] = {0}, value[4], error[4];
    ck_ok(bound_features(b, empty, value, error, &e), &e);
    ck_assert(value[0] == 0 && isinf(error[0]));
    bound_destroy(b);
}
END_TEST

START_TEST(wrong_edges_are_refused)
{
    static const struct {
        struct wanted w;
        const char *words;
    } wrong[] = {
        {{1, 1, 5, 0, 0, 0}, "bins from lower 1 to upper 1; expected lower < upper, or edges"},
        {{-1e308, 1e308, 5, 0, 0, 0}, "expected lower < upper"},
        {{1, 1 + 1e-13, 100, 0, 0, 0}, "too narrow for numbers of this size"},
        {{1e-310, 3e-310, 3, 0, 0, 0}, "too narrow"},
        {{0, 1, 1, "1", 0, 0}, "a list of 1; expected 2 to 10001"},
        {{0, 1, 1, "1,2,1x", 0, 0}, "parameter 'edges': '1x' is no number"},
        {{0, 1, 1, "1,,2", 0, 0}, "'' is no number"},
        {{0, 1, 1, "1,2,2", 0, 0}, "edges must rise; found 2 after 2"},
        {{0, 1, 1, "1,2;3,4", 0, 0}, "2 lists; expected 1, or one for each of 3"},
        {{0, 1, 1, "1,2;3,4;", 0, 0}, "a list of 1"},
        {{0, 1, 1, "1:2", 0, 0}, "expected lower:upper:bins"},
        {{0, 1, 1, "1:2:3:4", 0, 0}, "lower:upper:bins and no more"},
        {{0, 1, 1, "1:2:2.5", 0, 0}, "2.5 bins; expected 1 to 10000"},
        {{0, 1, 1, "1:2:0", 0, 0}, "0 bins"},
        {{0, 1, 1, 0, "x1", 0}, "parameter 'y' is '', which is none of the 3 columns"},
        {{0, 1, 1, 0, "z", "x1"}, "parameter 'x' is 'z'"},
        {{0, 1, 9000, 0, "x0", "x1"}, "9002 x 9002 cells; expected at most 16777216"},
    };
    struct err e = {0};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_fails(try_bind(&wrong[i].w, 3, &e) ? 0 : -1, &e, ERR_INPUT, wrong[i].words);
    ck_fails(try_bind(&wrong[0].w, 0, &e) ? 0 : -1, &e, ERR_INPUT, "there are no columns");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, equal_bins_are_as_the_obvious_ones, 0, 6);
    tcase_add_test(t, edges_are_as_the_obvious_ones);
    tcase_add_test(t, a_small_histogram_is_known);
    tcase_add_test(t, two_columns_are_as_the_obvious_ones);
    tcase_add_test(t, states_that_are_no_histograms_show);
    tcase_add_test(t, wrong_edges_are_refused);
}

UNIT_MAIN("histogram", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "report/ledger.h"
#include "report/result.h"
#include "report/text.h"

static void add_array(struct result_arrays *to, size_t rows, size_t columns, const double *values,
                      const char *const *labels)
{
    const struct function_array array = {.name = columns == 1 ? "mean" : "matrix",
                                         .help = "what it is",
                                         .rows = rows,
                                         .columns = columns,
                                         .row_labels = labels,
                                         .values = values};
    struct err e = {0};

    ck_ok(result_add(to, &array, &e), &e);
}

/* Two slaves, of which the second is rejected; its name would colour a terminal. */
static struct result *make_result(void)
{
    static const char *const labels[] = {"height", "width,\"cm\""};
    static const double mean[] = {1.5, NAN};
    struct err e = {0};
    struct result *r = result_create(2, &e);

    ck_assert_ptr_nonnull(r);
    ck_ok(result_set(&r->title, "A title", &e), &e);
    ck_ok(result_set(&r->slave[0].name, "site/data/1", &e), &e);
    ck_ok(result_set(&r->slave[1].name, "site/\033[31m/2", &e), &e);
    for (size_t k = 0; k < 2; k++) {
        struct result_slave *s = &r->slave[k];
        s->answered = true;
        s->items = 10 + k;
        s->share = 0.5;
        s->decision.score = 1 + (double)k;
        s->decision.rejected = k == 1;
        snprintf(s->why, sizeof s->why, "%s", k == 1 ? "score: too far" : "accepted");
    }
    add_array(&r->accepted, 2, 1, mean, labels);
    return r;
}

/* The buffer has exactly that text, and is emptied. */
static void is_text(struct buf *b, const char *wanted)
{
    ck_assert(!buf_failed(b));
    ck_assert_str_eq(b->data, wanted);
    buf_reset(b);
}

START_TEST(tables)
{
    static const uint64_t credits[] = {150, 0};
    struct result *r = make_result();
    struct buf b = {0};

    report_slaves(&b, r, credits, false);
    is_text(&b, "  slave                             items history P  stake    score  decision   "
                "  credits\n"
                "  site/data/1                          10         0  0.500    1.000  accepted   "
                "     1.50\n"
                "  site/<U+001B>[31m/2                  11         0  0.500    2.000  REJECTED   "
                "     0.00\n");
    report_rejections(&b, r, true);
    is_text(&b, "\033[31mrejected\033[0m  site/<U+001B>[31m/2: score: too far\n");
    report_arrays(&b, &r->accepted, NULL);
    is_text(&b, "                                     mean\n"
                "height                                1.5\n"
                "width,\"cm\"                            nan\n");
    buf_free(&b);
    result_free(r);
}
END_TEST

START_TEST(for_programs)
{
    struct result *r = make_result();
    struct buf b = {0};

    report_result_json(&b, r, NULL);
    ck_assert_ptr_nonnull(strstr(b.data, "\n  \"title\": \"A title\",\n"));
    ck_assert_ptr_nonnull(strstr(b.data, "\n      \"name\": \"site/\\u001B[31m/2\",\n"));
    ck_assert_ptr_nonnull(strstr(b.data, "\"decision\": \"rejected\",\n"));
    ck_assert_ptr_nonnull(strstr(b.data, "\"values\": [\n        1.5,\n        null\n      ]\n"));
    ck_assert_str_eq(b.data + b.len - 3, "\n}\n");
    buf_reset(&b);
    report_csv(&b, r, NULL);
    ck_assert_str_eq(strstr(b.data, "array,"), "array,row,column,value\n"
                                               "mean,height,,1.5\n"
                                               "mean,\"width,\"\"cm\"\"\",,nan\n");
    ck_assert(strncmp(b.data, "# title      A title\n", 21) == 0);
    buf_free(&b);
    result_free(r);
}
END_TEST

struct sink {
    struct buf all;
    size_t parts, most;
};

static void take_part(void *context, struct buf *text)
{
    struct sink *s = context;

    buf_add(&s->all, text->data, text->len);
    s->most = text->len > s->most ? text->len : s->most;
    s->parts++;
    buf_reset(text);
}

typedef void writer(struct buf *to, const struct result *r, const struct report_drain *drain);

static void arrays_of(struct buf *to, const struct result *r, const struct report_drain *drain)
{
    report_arrays(to, &r->accepted, drain);
}

/* What is long comes in parts that are not; together they are what comes without a drain. */
START_TEST(long_ones_are_drained)
{
    enum { ROWS = 3, COLUMNS = 20000 };
    writer *const writers[] = {arrays_of, report_csv, report_result_json};
    double *values = calloc(ROWS * COLUMNS, sizeof *values);
    struct result *r = make_result();

    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
        values[i] = 1.0 / (double)(i + 1);
    add_array(&r->accepted, ROWS, COLUMNS, values, NULL);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        struct sink s = {0};
        const struct report_drain drain = {take_part, &s};
        struct buf whole = {0}, rest = {0};
        writers[i](&whole, r, NULL);
        writers[i](&rest, r, &drain);
        take_part(&s, &rest);
        ck_assert_uint_gt(s.parts, whole.len / (2 * (size_t)REPORT_PART));
        ck_assert_uint_lt(s.most, REPORT_PART + 1024);
        ck_assert_str_eq(s.all.data, whole.data);
        buf_free(&whole);
        buf_free(&rest);
        buf_free(&s.all);
    }
    free(values);
    result_free(r);
}
END_TEST

START_TEST(accounts_add_up)
{
    struct account list[] = {{.name = (char *)(uintptr_t) "site", .credits = 100}};
    struct accounts a = {.list = list, .count = 1, .supply = 250, .left = 150};
    struct buf b = {0};

    report_balances(&b, &a);
    ck_assert_ptr_nonnull(strstr(b.data, "\nsupply"));
    ck_assert_ptr_null(strstr(b.data, "DOES NOT ADD UP"));
    buf_reset(&b);
    a.supply = 251;
    report_balances(&b, &a);
    ck_assert_ptr_nonnull(strstr(b.data, "2.51  DOES NOT ADD UP\n"));
    buf_reset(&b);
    report_balances_json(&b, &a);
    is_text(&b, "{\n  \"accounts\": [\n    {\n      \"account\": \"site\",\n"
                "      \"credits\": 100,\n      \"items\": 0,\n      \"rejections\": 0,\n"
                "      \"node_hours\": 0.0\n    }\n  ],\n  \"left\": 150,\n"
                "  \"supply\": 251\n}\n");
    buf_free(&b);
}
END_TEST

START_TEST(lines_are_harmless)
{
    char text[] = "one\007\ntwo\nand no end";
    struct buf b = {0};

    report_lines(&b, text);
    is_text(&b, "one<U+0007>\ntwo\n");
    buf_free(&b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, tables);
    tcase_add_test(t, for_programs);
    tcase_add_test(t, long_ones_are_drained);
    tcase_add_test(t, accounts_add_up);
    tcase_add_test(t, lines_are_harmless);
}

UNIT_MAIN("report", add)

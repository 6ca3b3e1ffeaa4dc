/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "report/ledger.h"
#include "report/outcome.h"
#include "report/result.h"

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

/* The page has exactly that text, and is emptied. */
static void is_text(struct page *p, const char *wanted)
{
    ck_assert(!page_failed(p));
    ck_assert_str_eq(page_text(p), wanted);
    page_finish(p);
}

START_TEST(tables)
{
    static const uint64_t credits[] = {150, 0};
    struct result *r = make_result();
    struct page p = {0};

    report_slaves(&p, r, credits, false);
    is_text(&p, "  slave                             items history P  stake    score  decision   "
                "  credits\n"
                "  site/data/1                          10         0  0.500    1.000  accepted   "
                "     1.50\n"
                "  site/<U+001B>[31m/2                  11         0  0.500    2.000  REJECTED   "
                "     0.00\n");
    report_rejections(&p, r, true);
    is_text(&p, "\033[31mrejected\033[0m  site/<U+001B>[31m/2: score: too far\n");
    report_arrays(&p, &r->accepted);
    is_text(&p, "                                     mean\n"
                "height                                1.5\n"
                "width,\"cm\"                            nan\n");
    page_free(&p);
    result_free(r);
}
END_TEST

START_TEST(for_programs)
{
    struct result *r = make_result();
    struct page p = {0};

    report_result_json(&p, r);
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\n  \"title\": \"A title\",\n"));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\n      \"name\": \"site/\\u001b[31m/2\",\n"));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\"decision\": \"rejected\",\n"));
    ck_assert_ptr_nonnull(
        strstr(page_text(&p), "\"values\": [\n        1.5,\n        null\n      ]\n"));
    ck_assert_str_eq(page_text(&p) + strlen(page_text(&p)) - 3, "\n}\n");
    page_finish(&p);
    report_csv(&p, r);
    ck_assert_str_eq(strstr(page_text(&p), "array,"), "array,row,column,value\n"
                                                      "mean,height,,1.5\n"
                                                      "mean,\"width,\"\"cm\"\"\",,nan\n");
    ck_assert(strncmp(page_text(&p), "# title      A title\n", 21) == 0);
    page_free(&p);
    result_free(r);
}
END_TEST

/* Four rows of two columns, of which the last is rejected for the first one; that has a name that
 * would colour a terminal. */
static void report_rows(struct page *p, bool json)
{
    static const char *const names[] = {"a\033[31m", "b"};
    static const double x[] = {1, 9, 2, 9, 3, 9, 10, 9};
    static const double share[] = {.25, .25, .25, .25}, centre[] = {2.5, 9}, middle[] = {2, 9};
    static const bool member[4] = {false, false, false, true};
    const struct agree_group group = {.accepted = 3, .rejected = 1, .count = 1, .within = 0.25};
    struct filter_decision decisions[4] = {0};
    const struct filter_options o = {.method = FILTER_POS_LOF,
                                     .threshold = NAN,
                                     .ratio = NAN,
                                     .cut = FILTER_CUT_SIMULATED,
                                     .target_fpr = 0.05};
    const struct filter_input in = {.n = 4, .d = 2, .features = x, .share = share};
    const struct filter_outcome out = {.threshold = 2,
                                       .cut = FILTER_CUT_SIMULATED,
                                       .scored = 4,
                                       .centre = (double *)centre,
                                       .decisions = decisions};
    const struct outcome outcome = {.options = &o,
                                    .in = &in,
                                    .out = &out,
                                    .names = names,
                                    .explain = true,
                                    .member = member,
                                    .group = &group,
                                    .robust = ESTIMATE_TRIMMED,
                                    .share = 0.4,
                                    .rows = 4,
                                    .middle = middle};

    for (size_t i = 0; i < 4; i++)
        decisions[i] = (struct filter_decision){.score = 1, .worst = {0, 1, 2}, .deviation = {-.5}};
    decisions[3] = (struct filter_decision){.rejected = true,
                                            .why = FILTER_SCORE,
                                            .score = 5,
                                            .worst = {0, 1, 2},
                                            .deviation = {15, .25}};
    (json ? report_outcome_json : report_outcome)(p, &outcome);
}

START_TEST(rows_of_a_matrix)
{
    struct page p = {0};

    report_rows(&p, false);
    is_text(
        &p,
        "     row                    score  decision  why\n"
        "       0                        1  accepted  \n"
        "       1                        1  accepted  \n"
        "       2                        1  accepted  \n"
        "       3                        5  REJECTED  score\n"
        "pos-lof: 1 of 4 rows rejected, threshold 2, cut simulated for 0.05 of clean rounds\n"
        "trimmed-mean of 4 rows, of which 1 may be wrong:\n"
        "                       2  a<U+001B>[31m\n"
        "                       9  b\n"
        "A score above 2 is abnormal: among 4 honest rows whose columns depend on each other as "
        "these do, any has such a score in at most 5 % of tables.\n"
        "All rows are taken to be as precise: nothing says of how many items they are, nor "
        "their standard errors.\n"
        "The rejected rows have 25 % of all rows.\n"
        "1 of the 1 rejected rows agree with one another and not with the 3 accepted: 3; they "
        "differ by 25 % of what they differ from the others: another population, or one and "
        "the same mistake.\n"
        "Row 0 is accepted: its score 1 is 50 % of the cut 2.\n"
        "Row 1 is accepted: its score 1 is 50 % of the cut 2.\n"
        "Row 2 is accepted: its score 1 is 50 % of the cut 2.\n"
        "Row 3 is rejected: its score 5 is 2.5 times the cut 2.\n"
        "    a<U+001B>[31m is 10; the middle of all is 2.5, give or take 0.5: it is 15 times "
        "that above\n");
    report_rows(&p, true);
    ck_assert(!page_failed(&p));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\"name\": \"a\\u001b[31m\",\n"));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\"estimate\": [\n      2.0,\n      9.0\n    ]"));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\"agree\": [\n    3\n  ]"));
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\"of_threshold\": 2.5,\n"));
    page_free(&p);
}
END_TEST

/* What a spreadsheet would take for a formula is text to it; numbers and all else stay. */
START_TEST(cells_are_no_formulas)
{
    static const char *const labels[] = {"=1+1",
                                         "+x",
                                         "-x",
                                         "@a",
                                         " =1",
                                         "-1.5",
                                         "-1e3",
                                         "a=1",
                                         "-",
                                         "\xef\xbc\x9d"
                                         "1",
                                         "\t=1",
                                         "=\"a\",b",
                                         ""};
    static const char *const cells[] = {"'=1+1",
                                        "'+x",
                                        "'-x",
                                        "'@a",
                                        "' =1",
                                        "-1.5",
                                        "-1e3",
                                        "a=1",
                                        "'-",
                                        "'\xef\xbc\x9d"
                                        "1",
                                        "<U+0009>=1",
                                        "\"'=\"\"a\"\",b\"",
                                        ""};
    enum { LABELS = sizeof labels / sizeof labels[0] };
    static const double values[LABELS] = {-1.5, -INFINITY};
    struct result *r = make_result();
    struct page p = {0};
    struct err e = {0};

    ck_ok(result_set(&r->title, "one,=2;  @3, -4 x;\n,+5", &e), &e);
    add_array(&r->accepted, LABELS, 2, (double[2 * LABELS]){-2}, labels);
    add_array(&r->accepted, LABELS, 1, values, labels);
    report_csv(&p, r);
    const char *text = page_text(&p);
    ck_assert(strncmp(text, "# title      one,'=2;'  @3,' -4 x;<U+000A>,'+5\n", 47) == 0);
    ck_assert_ptr_nonnull(strstr(text, "\nmatrix,'=1+1,0,-2\n"));
    text = strstr(text, "\nmean,'=1+1,,-1.5\n");
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < LABELS; i++) {
        char wanted[80];
        snprintf(wanted, sizeof wanted, "\nmean,%s,,%s\n", cells[i],
                 i == 0   ? "-1.5"
                 : i == 1 ? "-inf"
                          : "0");
        ck_assert_msg(strstr(text, wanted) != NULL, "no %s in %s", wanted, text);
    }
    page_free(&p);
    result_free(r);
}
END_TEST

struct sink {
    struct buf all;
    size_t parts, most;
};

static void take_part(void *context, const char *text, size_t len)
{
    struct sink *s = context;

    ck_assert_int_eq(text[len - 1], '\n'); /* no half line */
    buf_add(&s->all, text, len);
    s->most = len > s->most ? len : s->most;
    s->parts++;
}

typedef void writer(struct page *to, const struct result *r);

static void arrays_of(struct page *to, const struct result *r)
{
    report_arrays(to, &r->accepted);
}

/* What is long is taken in parts that are not; together they are what comes without it. */
START_TEST(long_ones_are_taken)
{
    enum { ROWS = 3000, COLUMNS = 20 };
    writer *const writers[] = {arrays_of, report_csv, report_result_json};
    double *values = calloc(ROWS * COLUMNS, sizeof *values);
    struct result *r = make_result();

    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
        values[i] = 1.0 / (double)(i + 1);
    add_array(&r->accepted, ROWS, COLUMNS, values, NULL);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        struct sink s = {0};
        struct page whole = {0}, taken = {.take = take_part, .context = &s};
        writers[i](&whole, r);
        writers[i](&taken, r);
        page_finish(&taken);
        ck_assert_uint_gt(s.parts, strlen(page_text(&whole)) / (2 * (size_t)PAGE_PART));
        ck_assert_uint_lt(s.most, PAGE_PART + 1024);
        ck_assert_str_eq(s.all.data, page_text(&whole));
        page_free(&whole);
        page_free(&taken);
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
    struct page p = {0};

    report_balances(&p, &a);
    ck_assert_ptr_nonnull(strstr(page_text(&p), "\nsupply"));
    ck_assert_ptr_null(strstr(page_text(&p), "DOES NOT ADD UP"));
    page_finish(&p);
    a.supply = 251;
    report_balances(&p, &a);
    ck_assert_ptr_nonnull(strstr(page_text(&p), "2.51  DOES NOT ADD UP\n"));
    page_finish(&p);
    report_balances_json(&p, &a);
    is_text(&p, "{\n  \"accounts\": [\n    {\n      \"account\": \"site\",\n"
                "      \"credits\": 100,\n      \"items\": 0,\n      \"rejections\": 0,\n"
                "      \"node_hours\": 0.0\n    }\n  ],\n  \"left\": 150,\n"
                "  \"supply\": 251\n}\n");
    page_free(&p);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, tables);
    tcase_add_test(t, for_programs);
    tcase_add_test(t, rows_of_a_matrix);
    tcase_add_test(t, cells_are_no_formulas);
    tcase_add_test(t, long_ones_are_taken);
    tcase_add_test(t, accounts_add_up);
}

UNIT_MAIN("report", add)

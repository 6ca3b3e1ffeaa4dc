/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "util/json.h"
#include "util/json_page.h"
#include "util/page.h"
#include "util/text.h"

/* A bell, a line that tells what to do, a C1 control, one that turns the line round, a byte that is
 * not UTF-8, a delete, and what may stay. */
static const char hostile[] = "\a\ndo: run it\r\xc2\x9b\xe2\x80\xae\xff\x7f\xe2\x80\xa8 \xc3\xa9";
static const char harmless[] =
    "<U+0007><U+000A>do: run it<U+000D><U+009B><U+202E><0xFF><U+007F><U+2028> \xc3\xa9";

/* The page has exactly that text, and is emptied. */
static void is_text(struct page *p, const char *wanted)
{
    ck_assert(!page_failed(p));
    ck_assert_str_eq(page_text(p), wanted);
    page_finish(p);
    ck_assert_str_eq(page_text(p), "");
}

START_TEST(strings_are_cleaned)
{
    struct page p = {0};

    page_addf(&p, "a\n\033[31m%s\033[0m\tb\n", hostile);
    is_text(&p, "a\n\033[31m<U+0007><U+000A>do: run it<U+000D><U+009B><U+202E><0xFF><U+007F>"
                "<U+2028> \xc3\xa9\033[0m\tb\n");
    page_addf(&p, "%c%c|", '\n', 'x');
    is_text(&p, "<U+000A>x|");
    page_free(&p);
}
END_TEST

/* Every number and every field, as printf has them. */
START_TEST(formats_are_those_of_printf)
{
    struct page p = {0};
    char wanted[1200];

#define SAME(...)                                 \
    snprintf(wanted, sizeof wanted, __VA_ARGS__); \
    page_addf(&p, __VA_ARGS__);                   \
    is_text(&p, wanted)
    SAME("%d|%5d|%-5d|%05d|%+d|%.3d|%*d", -7, 42, 42, 42, 42, 7, 6, 1);
    SAME("%ld %lld %zd %jd", LONG_MIN, LLONG_MAX, (ssize_t)-3, (intmax_t)INT64_MIN);
    SAME("%u %lu %llu %zu %ju %x %08lx %X %#o", UINT_MAX, ULONG_MAX, ULLONG_MAX, (size_t)SIZE_MAX,
         UINTMAX_MAX, 255u, 255ul, 255u, 8u);
    SAME("%" PRIu64 " %" PRId64 " %" PRIu32, UINT64_MAX, INT64_MIN, UINT32_MAX);
    SAME("%g %8.3f %-10.4g| %+.1f %12.17g %f %.3e", 1e300, 3.14159, 2.5, 1.0, 0.1, 1e300, 12.5);
    SAME("%g %8.3g %f", (double)NAN, (double)INFINITY, -0.0);
    SAME("100 %% %s|%8s|%-8s|%.2s|%5.1s|%*s|%-*s|%.*s|%*s|", "a", "bc", "de", "xyz", "uvw", 4, "q",
         4, "r", 1, "st", -4, "u");
#undef SAME
    page_free(&p);
}
END_TEST

/* The width is in columns, of what is shown; the precision cuts no character in two. */
START_TEST(fields_are_columns)
{
    struct page p = {0};

    page_addf(&p, "%-6s|%6s|%-4s|%3s|", "\xc3\xa9t\xc3\xa9", "\xe6\x97\xa5", "e\xcc\x81", "\a");
    is_text(&p, "\xc3\xa9t\xc3\xa9   |    \xe6\x97\xa5|e\xcc\x81   |<U+0007>|");
    page_addf(&p, "%.1s|%.2s|%.3s|%.0s|", "\xc3\xa9", "\xc3\xa9", "a\xc3\xa9z", "z");
    is_text(&p, "|\xc3\xa9|a\xc3\xa9||");
    page_free(&p);
}
END_TEST

/* A page shows nothing rather than what it does not know. */
START_TEST(failures_stick)
{
    struct page p = {0};

    page_addf(&p, "before ");
    page_fail(&p);
    page_addf(&p, "behind");
    ck_assert(page_failed(&p));
    ck_assert_str_eq(page_text(&p), "before ");
    page_free(&p);
    ck_assert(!page_failed(&p));
}
END_TEST

struct sink {
    struct buf all;
    size_t parts;
};

static void take(void *context, const char *text, size_t len)
{
    struct sink *s = context;

    ck_assert_uint_gt(len, 0);
    ck_assert_int_eq(text[len - 1], '\n');
    buf_add(&s->all, text, len);
    s->parts++;
}

START_TEST(whole_lines_are_taken)
{
    struct sink s = {0};
    struct page p = {.take = take, .context = &s};
    struct buf wanted = {0};

    for (int i = 0; i < 20000; i++) {
        page_addf(&p, "line %d ", i);
        page_addf(&p, "of many\n");
        buf_addf(&wanted, "line %d of many\n", i);
        ck_assert_uint_lt(strlen(page_text(&p)), PAGE_PART + 100);
    }
    page_finish(&p);
    ck_assert_uint_gt(s.parts, 4);
    ck_assert_str_eq(s.all.data, wanted.data);
    page_addf(&p, "and no more\n");
    page_fail(&p); /* what is not whole is not taken */
    size_t parts = s.parts;
    page_finish(&p);
    ck_assert_uint_eq(s.parts, parts);
    buf_free(&s.all);
    buf_free(&wanted);
    page_free(&p);
}
END_TEST

/* However it comes in parts, what is passed is the same. */
START_TEST(what_is_passed_is_shown)
{
    static const char text[] = "one\n\ttwo\r\nthree\r4\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\033[1m"
                               "\xc2\x9b\xe2\x80\xae\xff\xe2\x82x\xf0\x9f\n\xc3";
    static const char wanted[] = "one\n\ttwo\nthree<U+000D>4\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80"
                                 "<U+001B>[1m<U+009B><U+202E><0xFF><0xE2><0x82>x<0xF0><0x9F>\n"
                                 "<0xC3>";
    struct page p = {0};

    for (size_t step = 1; step <= sizeof text; step++) {
        struct page_part part = {0};
        for (size_t i = 0; i < sizeof text - 1; i += step)
            page_pass(&p, &part, text + i, sizeof text - 1 - i < step ? sizeof text - 1 - i : step);
        page_pass(&p, &part, NULL, 0);
        is_text(&p, wanted);
    }
    page_free(&p);
}
END_TEST

START_TEST(nul_is_passed_and_shown)
{
    struct page_part part = {0};
    struct page p = {0};

    page_pass(&p, &part, "a\0b\r", 4);
    page_pass(&p, &part, NULL, 0);
    is_text(&p, "a<U+0000>b<U+000D>");
    page_free(&p);
}
END_TEST

/* Every character up to 0x3000, and some of other planes: nothing is obeyed, all comes back. */
START_TEST(json_has_every_string)
{
    static const unsigned far[] = {0xe000, 0xfeff, 0xfffd, 0x1f600, 0xe0001, 0x10ffff};

    for (unsigned i = 1; i < 0x3000 + sizeof far / sizeof far[0]; i++) {
        unsigned c = i < 0x3000 ? i : far[i - 0x3000];
        char text[16], back[40];
        struct buf b = {0};
        int n = c < 0x80    ? snprintf(text, sizeof text, "%c", (int)c)
                : c < 0x800 ? snprintf(text, sizeof text, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63))
                : c < 0x10000
                    ? snprintf(text, sizeof text, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63),
                               0x80 | (c & 63))
                    : snprintf(text, sizeof text, "%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 63),
                               0x80 | (c >> 6 & 63), 0x80 | (c & 63));
        ck_assert_int_gt(n, 0);
        json_quote_shown(text, &b);
        text_printable(back, sizeof back, b.data);
        ck_assert_str_eq(back, b.data);
        json_t *value = json_loads(b.data, JSON_DECODE_ANY, NULL);
        ck_assert_str_eq(json_string_value(value), text);
        json_decref(value);
        buf_free(&b);
    }
}
END_TEST

START_TEST(documents)
{
    struct page p = {0};
    struct json_page j = {.to = &p};

    json_page_object(&j, NULL);
    json_page_text(&j, "text", hostile);
    json_page_text(&j, "none", NULL);
    json_page_list(&j, "numbers");
    json_page_number(&j, NULL, 0.1);
    json_page_number(&j, NULL, 3);
    json_page_number(&j, NULL, NAN);
    json_page_number(&j, NULL, -INFINITY);
    json_page_integer(&j, NULL, INT64_MIN);
    json_page_count(&j, NULL, UINT64_MAX);
    json_page_end(&j);
    json_page_list(&j, "empty");
    json_page_end(&j);
    json_page_object(&j, "\nodd\"");
    json_page_end(&j);
    json_page_boolean(&j, "yes", true);
    json_page_parsed(&j, "parsed", "{\"a\":[1,2.5,\"\xe2\x80\xae\",null,false,{}],\"b\":{}}");
    json_page_end(&j);
    is_text(&p,
            "{\n"
            "  \"text\": \"\\u0007\\ndo: run it\\r\\u009b\\u202e<0xFF>\\u007f\\u2028 \xc3\xa9\",\n"
            "  \"none\": null,\n"
            "  \"numbers\": [\n"
            "    0.10000000000000001,\n    3.0,\n    null,\n    null,\n"
            "    -9223372036854775808,\n    18446744073709551615\n"
            "  ],\n"
            "  \"empty\": [],\n"
            "  \"\\nodd\\\"\": {},\n"
            "  \"yes\": true,\n"
            "  \"parsed\": {\n    \"a\": [\n      1,\n      2.5,\n      \"\\u202e\",\n"
            "      null,\n      false,\n      {}\n    ],\n    \"b\": {}\n  }\n"
            "}\n");
    page_free(&p);
}
END_TEST

/* What cannot be built is an error, and no document. */
START_TEST(documents_that_fail)
{
    struct page p = {0};
    struct json_page j = {.to = &p};
    struct buf deep = {0};

    json_page_parsed(&j, NULL, "{\"a\":");
    ck_assert(page_failed(&p));
    page_free(&p);
    for (int i = 0; i < 200; i++)
        buf_adds(&deep, "[");
    for (int i = 0; i < 200; i++)
        buf_adds(&deep, "]");
    j = (struct json_page){.to = &p};
    json_page_parsed(&j, NULL, deep.data);
    ck_assert(page_failed(&p));
    page_free(&p);
    j = (struct json_page){.to = &p};
    json_page_end(&j);
    ck_assert(page_failed(&p));
    page_free(&p);
    buf_free(&deep);
}
END_TEST

START_TEST(one_way_of_showing)
{
    char text[200];
    struct page p = {0};

    page_addf(&p, "%s", hostile);
    ck_assert_str_eq(text_printable(text, sizeof text, hostile), harmless);
    is_text(&p, harmless);
    page_free(&p);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, strings_are_cleaned);
    tcase_add_test(t, formats_are_those_of_printf);
    tcase_add_test(t, fields_are_columns);
    tcase_add_test(t, failures_stick);
    tcase_add_test(t, whole_lines_are_taken);
    tcase_add_test(t, what_is_passed_is_shown);
    tcase_add_test(t, nul_is_passed_and_shown);
    tcase_add_test(t, json_has_every_string);
    tcase_add_test(t, documents);
    tcase_add_test(t, documents_that_fail);
    tcase_add_test(t, one_way_of_showing);
}

UNIT_MAIN("page", add)

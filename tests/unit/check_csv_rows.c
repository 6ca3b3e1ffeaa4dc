/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a CSV file by number: ranges, the index, changed files, and random bytes. */
#include "data_fixture.h"

#include "util/buf.h"

START_TEST(changed_files_are_noticed)
{
    struct err e = {0};
    struct buf text = {0};
    double data[2];
    size_t kept;

    buf_adds(&text, "a\n");
    for (int i = 0; i < 300000; i++)
        buf_addf(&text, "%d\n", i);
    put_bytes("f.csv", text.data, text.len);
    struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, NULL);
    ck_assert_int_eq(truncate("f.csv", 1000), 0);
    ck_fails(source_read(s, 299999, 1, data, &kept, &e), &e, ERR_INPUT, "f.csv: changed while");
    ck_assert_int_eq(truncate("f.csv", (off_t)text.len), 0);
    /* Of the same size, but the rows are gone. */
    ck_fails(source_read(s, 299999, 1, data, &kept, &e), &e, ERR_INPUT, "f.csv");
    /* And back again: a failed read leaves no trace. */
    FILE *f = fopen("f.csv", "w");
    ck_assert_uint_eq(fwrite(text.data, 1, text.len, f), text.len);
    ck_assert_int_eq(fclose(f), 0);
    ck_ok(source_read(s, 299999, 1, data, &kept, &e), &e);
    ck_assert_double_eq(data[0], 299999);
    ck_fails(source_read(s, 299999, 2, data, &kept, &e), &e, ERR_SOFTWARE, "has 300000");
    ck_fails(source_read(s, 300001, 0, data, &kept, &e), &e, ERR_SOFTWARE, "has 300000");
    ck_ok(source_read(s, 300000, 0, data, &kept, &e), &e);
    ck_assert_uint_eq(kept, 0);
    source_close(s);
    buf_free(&text);
}
END_TEST

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* which one is drawn */

/* A field in one of the ways it can be written; NAN is missing. */
static void add_field(struct buf *b, double v, bool quotes)
{
    static const char *const none[] = {"", "NA", "NaN", "nan", "null", "NULL", "?", " "};
    static const char *const plain[] = {"%.17g", "%.6f", " %.17e", "%+.3g ", "%.0f"};
    const char *quote = quotes && draw() % 3 == 0 ? "\"" : "";

    buf_adds(b, quote);
    if (isnan(v))
        buf_adds(b, none[draw() % 8]);
    else
        buf_addf(b, plain[draw() % 5], v);
    buf_adds(b, quote);
}

/* The slow obvious version: one number of the text that was just written. */
static double read_back(const char *text)
{
    char *end;

    text += strspn(text, "\" ");
    double v = strtod(text, &end);
    return end == text ? NAN : v;
}

enum { TABLE_ROWS = 20000, TABLE_COLUMNS = 3 };

/* Writes columns a, t, b, c, where t is text, and what a, b, c hold to table. */
static void write_random(const char *path, double *table, bool quotes, double missing)
{
    static const char *const words[] = {"word", "", "\"a,b\"", "\"two\nlines\"", "\"\"\"q\"\"\""};
    struct buf b = {0};

    buf_adds(&b, "a,t,b,c\n");
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        for (size_t k = 0; k < TABLE_COLUMNS; k++) {
            double v = (double)(int64_t)draw() / (double)(draw() >> 20);
            size_t at = b.len;
            add_field(&b, (double)(draw() % 1000) < missing * 1000 ? NAN : v, quotes);
            *table++ = read_back(b.data + at);
            buf_addc(&b, k + 1 < TABLE_COLUMNS ? ',' : draw() % 2 ? '\r' : ' ');
            if (k == 0) {
                buf_adds(&b, words[draw() % (quotes ? 5 : 2)]);
                buf_addc(&b, ',');
            }
        }
        buf_addc(&b, '\n');
    }
    ck_assert(!buf_failed(&b));
    put_bytes(path, b.data, b.len);
    buf_free(&b);
}

/* Reads random ranges, short and long, forward and back, on and on, and compares
 * each with the rows of the table (missing ones left out if skip). */
static void compare_ranges(const char *path, const double *table, bool skip)
{
    struct err e = {0};
    size_t kept, width = TABLE_COLUMNS;
    double *data = malloc(TABLE_ROWS * width * sizeof *data);
    struct source *s = open_ok(path, skip ? SOURCE_MISSING_SKIP : SOURCE_MISSING_NAN,
                               (const char *const[3]){"a", "b", "c"});

    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(source_rows(s), TABLE_ROWS);
    size_t first = 0, count = TABLE_ROWS;
    for (int round = 0; round < 200; round++) {
        ck_ok(source_read(s, first, count, data, &kept, &e), &e);
        size_t n = 0;
        for (size_t i = first; i < first + count; i++) {
            const double *row = table + i * width;
            if (skip && (isnan(row[0]) || isnan(row[1]) || isnan(row[2])))
                continue;
            for (size_t k = 0; k < width; k++)
                ck_assert_msg(n < kept && (data[n * width + k] == row[k] ||
                                           (isnan(data[n * width + k]) && isnan(row[k]))),
                              "%s: range %zu+%zu, row %zu, column %zu", path, first, count, i, k);
            n++;
        }
        ck_assert_uint_eq(n, kept);
        if (draw() % 3 > 0 || first + count == TABLE_ROWS)
            first = draw() % TABLE_ROWS;
        else
            first += count;
        size_t most = TABLE_ROWS - first;
        count = draw() % (draw() % 2 ? most : most < 10 ? most : 10) + 1;
        if (draw() % 20 == 0)
            count = 0;
    }
    source_close(s);
    free(data);
}

START_TEST(ranges_are_parts_of_the_whole)
{
    double *table = malloc(TABLE_ROWS * TABLE_COLUMNS * sizeof *table);

    ck_assert_ptr_nonnull(table);
    for (int form = 0; form < 4; form++) {
        write_random("f.csv", table, form & 1, form & 2 ? 0.1 : 0);
        compare_ranges("f.csv", table, true);
        compare_ranges("f.csv", table, false);
    }
    free(table);
}
END_TEST

/* Reads all rows, count at a time. Returns how many, or SIZE_MAX after an error. */
static size_t read_by(struct source *s, size_t count, double *data)
{
    struct err e = {0};
    size_t n = 0, kept;

    for (uint64_t i = 0; i < source_rows(s); i += count) {
        if (i + count > source_rows(s))
            count = (size_t)(source_rows(s) - i);
        if (source_read(s, i, count, data + n * source_columns(s), &kept, &e) < 0) {
            ck_assert(e.code == ERR_INPUT && e.text[0]);
            return SIZE_MAX;
        }
        n += kept;
    }
    return n;
}

/* Any bytes are read or refused, and read the same in one piece and row by row. */
START_TEST(random_bytes_do_no_harm)
{
    static const char alphabet[] = "\"\",,\n\n\r a1.-";
    int opened = 0, read = 0;

    for (int round = 0; round < 20000; round++) {
        struct err e = {0};
        char text[40] = "a,b\n";
        double whole[80], parts[80];
        size_t n = draw() % 30 + 4;
        for (size_t i = round % 3 ? 4 : 0; i < n; i++)
            text[i] = alphabet[draw() % (sizeof alphabet - 1)];
        FILE *f = fopen("f.csv", "w");
        ck_assert_uint_eq(fwrite(text, 1, n, f), n);
        ck_assert_int_eq(fclose(f), 0);
        struct source *s = open_some("f.csv", SOURCE_MISSING_NAN, NULL, &e);
        if (!s) {
            ck_assert(e.code == ERR_INPUT && e.text[0]);
            continue;
        }
        opened++;
        size_t rows = read_by(s, source_rows(s) ? (size_t)source_rows(s) : 1, whole);
        ck_assert_uint_eq(read_by(s, 1, parts), rows);
        if (rows != SIZE_MAX) {
            ck_assert_mem_eq(whole, parts, rows * source_columns(s) * sizeof *whole);
            read += rows > 0;
        }
        source_close(s);
    }
    ck_assert_int_gt(opened, 1000);
    ck_assert_int_gt(read, 100);
}
END_TEST

/* Rows that begin exactly where the index has a place, and next to it. */
START_TEST(index_places_are_exact)
{
    struct err e = {0};

    for (size_t rows = 4095; rows <= 8193; rows += rows == 4097 ? 4094 : 1) {
        struct buf b = {0};
        double v;
        size_t kept;
        buf_adds(&b, "a\n");
        for (size_t i = 0; i < rows; i++)
            buf_addf(&b, "%zu\n", i);
        put_bytes("f.csv", b.data, b.len);
        buf_free(&b);
        struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, NULL);
        ck_assert_uint_eq(source_rows(s), rows);
        for (size_t i = rows; i-- > 0; i -= i > 4100 ? 90 : i < 4090 ? i / 10 : 0) {
            ck_ok(source_read(s, i, 1, &v, &kept, &e), &e);
            ck_assert_double_eq(v, (double)i);
        }
        source_close(s);
    }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, changed_files_are_noticed);
    tcase_add_test(t, ranges_are_parts_of_the_whole);
    tcase_add_test(t, random_bytes_do_no_harm);
    tcase_add_test(t, index_places_are_exact);
}

UNIT_MAIN("csv_rows", add)

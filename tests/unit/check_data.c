/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "scratch.h"

#include <hdf5.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/number.h"
#include "data/source.h"
#include "util/buf.h"
#include "util/directory.h"
#include "util/store.h"

static void put_bytes(const char *path, const void *bytes, size_t len)
{
    struct err e = {0};

    ck_ok(file_write(path, bytes, len, 0600, &e), &e);
}

static void put(const char *path, const char *text)
{
    put_bytes(path, text, strlen(text));
}

/* Opens with the missing policy and up to three columns, NULL for none. */
static struct source *open_some(const char *location, enum source_missing missing,
                                const char *const columns[3], struct err *e)
{
    struct source_options o = {.missing = missing, .columns = columns};

    while (columns && o.columns_count < 3 && columns[o.columns_count])
        o.columns_count++;
    err_clear(e);
    return source_open(location, &o, e);
}

static struct source *open_ok(const char *location, enum source_missing missing,
                              const char *const columns[3])
{
    struct err e = {0};
    struct source *s = open_some(location, missing, columns, &e);

    ck_assert_msg(s != NULL, "%s", e.text);
    return s;
}

/* The file cannot be opened as a source, and the text says these words. */
static void refused_columns(const char *location, const char *const columns[3], enum err_code code,
                            const char *words)
{
    struct err e = {0};
    struct source *s = open_some(location, SOURCE_MISSING_ERROR, columns, &e);

    ck_assert_msg(!s, "%s should be refused: %s", location, words);
    ck_assert_msg(e.code == code && strstr(e.text, words), "expected %d '%s', got %d: %s",
                  (int)code, words, (int)e.code, e.text);
}

static void refused(const char *text, const char *words)
{
    put("f.csv", text);
    refused_columns("f.csv", NULL, ERR_INPUT, words);
}

/* It can be opened, and reading it all fails with these words. */
static void unreadable(const char *text, const char *const columns[3], const char *words)
{
    struct err e = {0};
    double data[300];
    size_t kept;

    put("f.csv", text);
    struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, columns);
    ck_fails(source_read(s, 0, (size_t)source_rows(s), data, &kept, &e), &e, ERR_INPUT, words);
    source_close(s);
}

/* Reading it all gives these values; NAN stands for itself. */
static void reads(const char *location, enum source_missing missing, const char *const columns[3],
                  uint64_t rows, size_t values, const double *expected)
{
    struct err e = {0};
    double data[300];
    size_t kept;
    struct source *s = open_ok(location, missing, columns);

    ck_assert_uint_eq(source_rows(s), rows);
    ck_ok(source_read(s, 0, rows, data, &kept, &e), &e);
    ck_assert_uint_eq(kept * source_columns(s), values);
    for (size_t i = 0; i < values; i++)
        ck_assert_msg(data[i] == expected[i] || (isnan(data[i]) && isnan(expected[i])),
                      "%s: value %zu is %g, expected %g", location, i, data[i], expected[i]);
    source_close(s);
}

#define READS(text, missing, columns, rows, ...)                                        \
    do {                                                                                \
        const double wanted[] = {__VA_ARGS__};                                          \
        put("f.csv", text);                                                             \
        reads("f.csv", missing, columns, rows, sizeof wanted / sizeof *wanted, wanted); \
    } while (0)

static void same_as_strtod(const char *text)
{
    char *end;
    double slow = strtod(text, &end), fast = 7;
    const char *stop = number_read(text, &fast);

    ck_assert_msg(stop == end, "'%s': stopped at %td, strtod at %td", text, stop - text,
                  end - text);
    ck_assert_msg(memcmp(&fast, &slow, sizeof fast) == 0, "'%s' gave %a, strtod %a", text, fast,
                  slow);
}

/* The slow obvious version is strtod(). */
START_TEST(numbers_are_those_of_strtod)
{
    static const char *const corners[] = {
        "0",
        "-0",
        "0.0",
        "-0e5",
        "1",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1e",
        "1e+",
        "1E5",
        "1e-5",
        "1.5.2",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993e1",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
        "1e22",
        "1e23",
        "8.5e22",
        "123456789012345678e27",
        "123456789012345678e-27",
        "9999999999999999999e27",
        "9999999999999999999e-27",
        "1e28",
        "1e-28",
        "1e308",
        "1.8e308",
        "1e-320",
        "5e-324",
        "2e-324",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e999999",
        "00000000000000000000000001.5",
        "0.00000000000000000000000000015",
        "0.000000000000000000000000000000000000000001234567890123456789",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "7.2057594037927933e16",
        "1x",
        "3,4",
        "123456789012345678901234567890",
    };

    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++)
        same_as_strtod(corners[i]);
    double v;
    for (const char *const *p = (const char *const[]){"", "-", "+", ".", "-.", "e5", "x", " 1",
                                                      "--1", "inf", "nan", NULL};
         *p; p++)
        ck_assert_msg(!number_read(*p, &v), "'%s'", *p);
}
END_TEST

START_TEST(random_numbers_are_those_of_strtod)
{
    char text[64];

    for (int i = 0; i < 300000; i++) {
        uint64_t bits = draw(), form = draw() % 4;
        double v;
        memcpy(&v, &bits, sizeof v);
        if (form == 0 && isfinite(v)) { /* any double, any length */
            snprintf(text, sizeof text, "%.*e", (int)(draw() % 21), v);
        } else if (form == 1) { /* an integer and an exponent near the fast limits */
            snprintf(text, sizeof text, "%" PRIu64 "e%d", draw() >> draw() % 64,
                     (int)(draw() % 64) - 32);
        } else if (form == 2) { /* fixed point */
            snprintf(text, sizeof text, "-%" PRIu64 ".%0*" PRIu64, draw() >> draw() % 64,
                     (int)(draw() % 20), draw() >> draw() % 64);
        } else { /* near the middle of two doubles */
            uint64_t m = draw() >> 11 | UINT64_C(1) << 52;
            snprintf(text, sizeof text, "%" PRIu64 "%s", m * 2 + 1, draw() % 2 ? "e0" : ".5");
        }
        same_as_strtod(text);
    }
}
END_TEST

START_TEST(csv_forms_are_read)
{
    const enum source_missing error = SOURCE_MISSING_ERROR;

    READS("a,b\n1,2\n3,4\n", error, NULL, 2, 1, 2, 3, 4);
    READS("a,b\r\n1,2\r\n3,4", error, NULL, 2, 1, 2, 3, 4);
    READS("\xef\xbb\xbf\"a\",b\n1,2\n\n\r\n\n", error, NULL, 1, 1, 2);
    READS("a,b\n 1 ,\t2 \n\"3\", \" 4 \" \n", error, NULL, 2, 1, 2, 3, 4);
    READS("a\n1\n2\n", error, NULL, 2, 1, 2);
    READS("a,b,c\n1,2,3\n", error, ((const char *const[3]){"c", "a"}), 1, 3, 1);
    READS("a,b\n+.5,-1.e2\n", error, NULL, 1, .5, -100);
    /* Quotes hold commas, quotes and ends of lines. */
    READS("\"a,\"\"1\"\"\n\",b\n1,2\n", error, ((const char *const[3]){"a,\"1\"\n"}), 1, 1);
    READS("t,b\n\"x,\n\"\"y\"\"\r\n\",1\n\"\",2\nplain text,3\n", error,
          ((const char *const[3]){"b"}), 3, 1, 2, 3);
    put("f.csv", "a,b\n");
    reads("f.csv", error, NULL, 0, 0, NULL);
    put("f.csv", "a,b");
    reads("f.csv", error, NULL, 0, 0, NULL);
}
END_TEST

START_TEST(csv_columns_get_names)
{
    struct err e = {0};

    put("f.csv", ",a, b ,\" c \",\n1,2,3,4,5\n");
    struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, NULL);
    static const char *const names[] = {"c0", "a", "b", " c ", "c4"};
    ck_assert_uint_eq(source_columns(s), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(source_column_names(s)[i], names[i]);
    source_close(s);
    s = open_ok("f.csv", SOURCE_MISSING_ERROR, (const char *const[3]){"b", "c0"});
    ck_assert_uint_eq(source_columns(s), 2);
    ck_assert_str_eq(source_column_names(s)[0], "b");
    ck_assert_str_eq(source_column_names(s)[1], "c0");
    source_close(s);
    refused_columns("f.csv", (const char *const[3]){"zebra"}, ERR_INPUT,
                    "has no column 'zebra'; it has: c0, a, b,  c , c4");
    refused_columns("f.csv", (const char *const[3]){"a", "a"}, ERR_INPUT, "'a' is chosen twice");
    refused_columns("f.csv", (const char *const[3]){NULL}, ERR_INPUT, "no column is chosen");
    struct source_options none = {0};
    ck_assert(!source_open("f.csv", &none, &e) && e.code == ERR_SOFTWARE);
    source_close(NULL);
}
END_TEST

START_TEST(missing_values_follow_the_policy)
{
    static const char text[] = "a,b\n1,2\n,3\n4,NA\nNaN,nan\nnull,NULL\n?, \n\"\",\"NA\"\n5,6\n";
    const char *const only_a[3] = {"a"};

    READS(text, SOURCE_MISSING_SKIP, NULL, 8, 1, 2, 5, 6);
    READS(text, SOURCE_MISSING_NAN, NULL, 8, 1, 2, NAN, 3, 4, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
          NAN, NAN, 5, 6);
    READS(text, SOURCE_MISSING_SKIP, only_a, 8, 1, 4, 5);
    unreadable(text, NULL, "f.csv:3: column 'a' has no value (found ''); set missing to skip");
    unreadable("a,b\n1,2\n1,NA\n", NULL, "f.csv:3: column 'b' has no value (found 'NA')");
    /* In a file of one column a blank line is a missing value, but not at the end. */
    READS("a\n1\n\n3\n\n\n", SOURCE_MISSING_NAN, NULL, 3, 1, NAN, 3);
    READS("a\n1\n\r\n3\n\n\n", SOURCE_MISSING_SKIP, NULL, 3, 1, 3);
}
END_TEST

START_TEST(csv_headers_are_refused)
{
    refused("", "f.csv: is empty");
    refused("\n\r\n\n", "f.csv: is empty");
    refused("\xef\xbb\xbf", "f.csv: is empty");
    refused("\n1,2\n", "f.csv:1: is blank");
    refused("1,2\n3,4\n", "f.csv:1: holds only numbers");
    READS("\"1\",\"2\"\n3,4\n", SOURCE_MISSING_ERROR, NULL, 1, 3, 4);
    refused("a,b,a\n1,2,3\n", "two columns have the name 'a'");
    refused(",c0\n1,2\n", "two columns have the name 'c0'");
    refused("a;b\n1;2\n", "f.csv:1: has no comma");
    READS("\"a;b\"\n1\n", SOURCE_MISSING_ERROR, NULL, 1, 1);
    refused("a,b\r1,2\r", "f.csv:1: has a carriage return inside");
    refused("a,b\"c\n1,2\n", "f.csv:1: a quote in this record is never closed");
    refused("a,b\"\"c\n1,2\n", "f.csv:1: the name of column 2 has a quote");
    refused("a,\"b\"c\n1,2\n", "f.csv:1: the name of column 2 has a quote");
    refused("a,\"b\n1,2\n", "f.csv:1: a quote in this record is never closed");
    put_bytes("f.csv", "a\0b\n1\n", 6);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:1: has a NUL byte");

    struct buf many = {0};
    for (int i = 0; i <= 65536; i++)
        buf_addf(&many, "%sx%d", i ? "," : "", i);
    put("f.csv", many.data);
    buf_free(&many);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:1: has more than 65536 columns");
}
END_TEST

START_TEST(csv_rows_are_refused)
{
    const char *const only_b[3] = {"b"};

    unreadable("a,b\n1,2\n3\n", NULL, "f.csv:3: has 1 field, expected 2");
    unreadable("a,b\n1,2,\n", NULL, "f.csv:2: has 3 fields, expected 2");
    unreadable("a,b\n1,2,3,4\n", only_b, "f.csv:2: has 4 fields, expected 2");
    unreadable("a,b\n1,2\n\n1,2\n", NULL, "f.csv:3: is blank, expected 2 fields");
    unreadable("a,b\n1,2\n\n1,2\n", only_b, "f.csv:3: is blank, expected 2 fields");
    /* Lines are those of an editor, also behind and inside quotes. */
    unreadable("a,b\n\"x\ny\n\",2\n\"\n\n\",zz\n", only_b, "f.csv:7: column 'b' has 'zz'");
    unreadable("a,b\n1,x y z\n", only_b, "f.csv:2: column 'b' has 'x y z', expected a number");
    unreadable("a,b\n1,x\n", NULL, "expected a number; choose the columns to read");
    unreadable("a,b\n1,inf\n", NULL, "f.csv:2: column 'b' has 'inf', expected a finite number");
    unreadable("a,b\n1,-Infinity\n", NULL, "expected a finite number");
    unreadable("a,b\n1,1e999\n", NULL, "column 'b' has '1e999', expected a finite number");
    unreadable("a,b\n1,1 2\n", NULL, "column 'b' has '1 2', expected a number");
    unreadable("a,b\n1,0x10\n", NULL, "column 'b' has '0x10', expected a number");
    unreadable("a,b\n1,1e\n", NULL, "column 'b' has '1e', expected a number");
    unreadable("a,b\n1,-nan\n", NULL, "column 'b' has '-nan', expected a number");
    unreadable("a,b\n1,\"1,5\"\n", NULL, "column 'b' has '1,5', expected a number");
    unreadable("a,b\n1,aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd\x01"
               "eeeeeeeeee\n",
               NULL, "has 'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd?e...'");
    unreadable("a,b\n5\"\"in,1\n", only_b, "f.csv:2: field 1 has a quote where none can be");
    unreadable("a,b\n\"x\" y,1\n", only_b, "f.csv:2: field 1 has a quote where none can be");
    unreadable("a,b\n1,2,\"x\n\" y\n", NULL, "f.csv:3: field 3 has a quote");
}
END_TEST

START_TEST(csv_files_are_refused)
{
    refused("a,b\n1,2\n3,\"4\n5,6\n", "f.csv:3: the quote that is open at the end of this line");
    put_bytes("f.csv", "a,b\n1,2\n3,\0\n", 12);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:3: has a NUL byte");
    put_bytes("f.csv",
              "\xff\xfe"
              "a\0,\0b\0\n\0",
              10);
    refused_columns("f.csv", NULL, ERR_INPUT, "UTF-16");
    refused_columns("none.csv", NULL, ERR_OPEN, "none.csv: cannot be opened for reading");
    refused_columns("none.csv:/x", NULL, ERR_OPEN, "none.csv:/x: cannot be opened for reading");
    refused_columns(".", NULL, ERR_INPUT, ".: is a directory");
    refused_columns("/dev/null", NULL, ERR_INPUT, "/dev/null: is a device");
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    refused_columns("pipe", NULL, ERR_INPUT, "pipe: is a pipe");
    refused_columns("f.csv:/x", NULL, ERR_INPUT, "f.csv: is not an HDF5 file");
    if (geteuid() != 0) {
        ck_assert_int_eq(chmod("f.csv", 0), 0);
        refused_columns("f.csv", NULL, ERR_OPEN, "f.csv: cannot be opened");
    }
}
END_TEST

/* Lines longer than the window, and longer than is allowed. */
START_TEST(long_lines_are_bounded)
{
    enum { SOME = 3 << 20, MOST = 17 << 20 };
    char *text = malloc(MOST + 100);
    int n = sprintf(text, "a,b\n1,");

    ck_assert_ptr_nonnull(text);
    memset(text + n, 'x', SOME);
    strcpy(text + n + SOME, "\n2,y\n");
    put("f.csv", text);
    reads("f.csv", SOURCE_MISSING_ERROR, (const char *const[3]){"a"}, 2, 2, (const double[]){1, 2});
    memset(text, 'x', MOST);
    put_bytes("f.csv", text, MOST);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:1: the record that begins here is longer");
    memcpy(text, "a,b\n1,2\n", 8);
    put_bytes("f.csv", text, MOST);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:3: is longer than 16 MiB");
    memset(text + 8, '\n', MOST - 8);
    text[8] = '"';
    text[MOST - 1] = 'x';
    put_bytes("f.csv", text, MOST);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:3: the quote that is open");
    free(text);
}
END_TEST

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

/* Writes rows x columns doubles, 0, 1, 2, …, with NaN at element hole, if any. */
static void put_hdf5(const char *path, hsize_t userblock, hsize_t rows, hsize_t columns,
                     size_t hole, double value)
{
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    hsize_t extent[2] = {rows, columns};
    double *data = malloc(rows * columns * sizeof *data);

    H5Pset_userblock(create, userblock);
    for (size_t i = 0; i < rows * columns; i++)
        data[i] = i == hole ? value : (double)i;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, extent, NULL);
    hid_t set =
        H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
    H5Pclose(create);
    free(data);
}

START_TEST(hdf5_is_read_like_csv)
{
    const double all[] = {0, 1, 2, 3, 4, 5}, some[] = {2, 1, 5, 4};
    const char *const two[3] = {"c2", "c1"};

    put_hdf5("f.h5", 0, 2, 3, SIZE_MAX, 0);
    reads("f.h5", SOURCE_MISSING_ERROR, NULL, 2, 6, all);
    reads("f.h5:/x", SOURCE_MISSING_ERROR, two, 2, 4, some);
    put_hdf5("user.h5", 2048, 2, 3, SIZE_MAX, 0);
    reads("user.h5", SOURCE_MISSING_ERROR, NULL, 2, 6, all);
    refused_columns("f.h5:/y", NULL, ERR_INPUT, "f.h5:/y: no such object");
    refused_columns("f.h5", (const char *const[3]){"zebra"}, ERR_INPUT,
                    "f.h5: has no numeric column 'zebra'; it has: c0, c1, c2");
    put("cut.h5", "\x89HDF\r\n\x1a\n and no more");
    refused_columns("cut.h5", NULL, ERR_INPUT, "cut.h5: cannot be read as HDF5");
    /* A path with the sign in it: what exists wins, from the longest on. */
    struct err e = {0};
    ck_ok(file_mkdirs("f.h5:", &e), &e);
    put("f.h5:/x", "a\n7\n");
    reads("f.h5:/x", SOURCE_MISSING_ERROR, NULL, 1, 1, (const double[]){7});
    put_hdf5("f.h5:/y", 0, 2, 3, SIZE_MAX, 0);
    reads("f.h5:/y:/x", SOURCE_MISSING_ERROR, two, 2, 4, some);
}
END_TEST

START_TEST(hdf5_holes_follow_the_policy)
{
    struct err e = {0};
    double data[6];
    size_t kept;

    put_hdf5("f.h5", 0, 3, 2, 2, NAN);
    reads("f.h5", SOURCE_MISSING_SKIP, NULL, 3, 4, (const double[]){0, 1, 4, 5});
    reads("f.h5", SOURCE_MISSING_NAN, NULL, 3, 6, (const double[]){0, 1, NAN, 3, 4, 5});
    reads("f.h5", SOURCE_MISSING_ERROR, (const char *const[3]){"c1"}, 3, 3,
          (const double[]){1, 3, 5});
    struct source *s = open_ok("f.h5", SOURCE_MISSING_ERROR, NULL);
    ck_fails(source_read(s, 0, 3, data, &kept, &e), &e, ERR_INPUT,
             "f.h5:/x: row 1 (from 0): column 'c0' has no value (found NaN); set missing to skip");
    source_close(s);
    put_hdf5("f.h5", 0, 3, 2, 2, INFINITY);
    s = open_ok("f.h5", SOURCE_MISSING_SKIP, NULL);
    ck_fails(source_read(s, 1, 2, data, &kept, &e), &e, ERR_INPUT,
             "row 1 (from 0): column 'c0' has an infinity");
    source_close(s);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, numbers_are_those_of_strtod);
    tcase_add_test(t, random_numbers_are_those_of_strtod);
    tcase_add_test(t, csv_forms_are_read);
    tcase_add_test(t, csv_columns_get_names);
    tcase_add_test(t, missing_values_follow_the_policy);
    tcase_add_test(t, csv_headers_are_refused);
    tcase_add_test(t, csv_rows_are_refused);
    tcase_add_test(t, csv_files_are_refused);
    tcase_add_test(t, long_lines_are_bounded);
    tcase_add_test(t, changed_files_are_noticed);
    tcase_add_test(t, ranges_are_parts_of_the_whole);
    tcase_add_test(t, random_bytes_do_no_harm);
    tcase_add_test(t, index_places_are_exact);
    tcase_add_test(t, hdf5_is_read_like_csv);
    tcase_add_test(t, hdf5_holes_follow_the_policy);
}

UNIT_MAIN("data", add)

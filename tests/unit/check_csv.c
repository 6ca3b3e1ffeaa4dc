/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files as a source: which forms are read, what becomes of holes, and what is refused. */
#include "data_fixture.h"

#include <sys/stat.h>

#include "util/buf.h"

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

#define READS(text, missing, columns, rows, ...)                                        \
    do {                                                                                \
        const double wanted[] = {__VA_ARGS__};                                          \
        put("f.csv", text);                                                             \
        reads("f.csv", missing, columns, rows, sizeof wanted / sizeof *wanted, wanted); \
    } while (0)

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
    unreadable(text, NULL, "f.csv:3: column 'a' has no value (found ''); set data.missing to skip");
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

/* A matrix has as many columns as it has, of any name, in records as long as that takes. */
START_TEST(csv_matrix_is_wide)
{
    enum { WIDE = 70000, PADDED = 250 }; /* a record of 17.5 MB */
    const struct source_options o = {
        .missing = SOURCE_MISSING_NAN, .header_optional = true, .wide = true};
    struct buf text = {0};
    struct err e = {0};
    double *data = malloc(2 * WIDE * sizeof *data);
    size_t kept;

    for (int i = 0; i < 2 * WIDE; i++)
        buf_addf(&text, "%*d%c", PADDED, i / 2, i % WIDE == WIDE - 1 ? '\n' : ',');
    put("f.csv", text.data);
    refused_columns("f.csv", NULL, ERR_INPUT, "is longer than 16 MiB");
    struct source *s = source_open("f.csv", &o, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_uint_eq(source_columns(s), WIDE);
    ck_ok(source_read(s, 0, 2, data, &kept, &e), &e);
    for (int i = 0; i < 2 * WIDE; i++)
        if (data[i] != i / 2) /* Check writes down each assertion */
            ck_abort_msg("value %d is %g", i, data[i]);
    source_close(s);
    put("f.csv", "a,b,a\n1,2,3\n");
    s = source_open("f.csv", &o, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_uint_eq(source_columns(s), 3);
    source_close(s);
    buf_free(&text);
    free(data);
}
END_TEST

/* The file is opened with these columns and tells this of itself, or nothing. */
static void tells(const char *text, const char *const columns[3], const char *words)
{
    put("f.csv", text);
    struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, columns);
    ck_assert_msg(*words ? strstr(source_notes(s), words) != NULL : !*source_notes(s),
                  "expected '%s', got '%s'", words, source_notes(s));
    source_close(s);
}

START_TEST(rows_are_not_names)
{
    refused("1.5,NA\n2,3\n", "f.csv:1: holds only numbers and missing values, but "
                             "should name the columns: put a line of names before it");
    refused("1.5,\n2,3\n", "; found '1.5'");
    refused(",1.5\n2,3\n", "holds only numbers and empty fields");
    refused("1,,3\n4,5,6\n", "holds only numbers and empty fields");
    refused("1,2,3,4,inf\n1,2,3,4,5\n", "; found '1', '2', '3', ...");
    refused("1.5,n/a\n2,3\n", "; found '1.5', 'n/a'");
    refused("1.5,None\n2,3\n", "missing values");
    refused("1.5,-\n2,3\n", "missing values");
    refused("NA\n1\n", "holds no name, but");
    refused("?,NA\n1,2\n", "holds no name");
    refused(",,\n1,2,3\n", "holds no name");
    refused("\"1.5\",NA\n\"2\",\"3\"\n", "; found '1.5', 'NA'");
    refused("1,2\n", "; found '1', '2'");
    refused("1.5,1.5\n2,3\n", "holds only numbers");
    refused(" \t\n1\n2\n", "f.csv:1: is blank");
    refused("1,5;2,5\n3,5;4,5\n", "numbers that no comma separates");
    refused("1,5 2,5\n3,5 4,5\n", "numbers that no comma separates");
    refused("1 2 3\n4 5 6\n", "numbers that no comma separates");
    /* A table that pandas has numbered, and a row that only begins like one. */
    tells(",0,1,2\n0,5,6,7\n", NULL, "column 1 has no name and is called 'c0'");
    tells(",0\n0,5\n1,6\n", NULL, "numbers in the first line ('0') are read as names");
    refused(",0\n3,5\n1,6\n", "holds only numbers and empty fields");
    refused(",0,2\n0,5,6\n", "holds only numbers and empty fields");
    refused(",1,0,1\n0,5,6,7\n", "holds only numbers and empty fields");
}
END_TEST

START_TEST(numbers_can_be_names)
{
    const char *const year[3] = {"2002"}, *const nameless[3] = {"c0"}, *const other[3] = {"x"};

    refused("2001,2002\n1,2\n", "or choose columns by them, if they are the names");
    READS("2001,2002\n1,2\n", SOURCE_MISSING_ERROR, year, 1, 2);
    READS(",2001,2002\n,1,2\n", SOURCE_MISSING_ERROR, year, 1, 2);
    tells("2001,2002\n1,2\n", year, "");
    put("f.csv", ",2001\n1,2\n");
    refused_columns("f.csv", nameless, ERR_INPUT, "holds only numbers and empty fields");
    refused_columns("f.csv", other, ERR_INPUT, "holds only numbers and empty fields");
    tells("\"2001\",\"2002\"\n1,2\n", NULL, "");
    tells("\"2001\",\"2002\"\n\"1\",\"2\"\n", year, "");
    tells("\"2001\",\"2002\"\n\"1\",\"2\"\n", NULL,
          "the first line holds only quoted numbers ('2001', '2002'), as the second does");
    tells("id,2001,2002\n1,2,3\n", NULL, "numbers in the first line ('2001', '2002')");
    tells("a,b\n1,2\n", NULL, "");
    tells("a,b\n\"1\",\"2\"\n", NULL, "");
    tells("a,b,\n1,2,3\n", NULL, "column 3 has no name and is called 'c2' (the first line ends");
    tells("a,,b\n1,2,3\n", NULL, "column 2 has no name and is called 'c1'\n");
    unreadable("a,b,\n1,2,\n", NULL,
               "f.csv:2: column 'c2' (which has no name: the first line ends with a comma) has no "
               "value");
    unreadable("a,,b\n1,,2\n", NULL, "column 'c1' (which has no name in the first line) has no");
    unreadable("a,b\n1,2,\n", NULL, "expected 2 as in the header (it ends with a comma)");
    unreadable("a,b\n1,\"2,5\"\n", NULL, "decimals are written with a point");
    unreadable("x y\n1 2\n", NULL, "columns are separated by commas");
}
END_TEST

/* Where names are not needed, a line that looks like a row is one. */
START_TEST(rows_can_do_without_names)
{
    struct source_options o = {.missing = SOURCE_MISSING_NAN, .header_optional = true};
    static const struct {
        const char *text;
        uint64_t rows;
        const char *name;
    } cases[] = {
        {"1.5,NA\n2,3\n", 2, "c0"},     {",2\n2,3\n", 2, "c0"},         {",\n2,3\n", 2, "c0"},
        {"a,NA\n2,3\n", 1, "a"},        {",0,1,2\n0,5,6,7\n", 1, "c0"}, {"1,2\n3,4\n", 2, "c0"},
        {"\"1\",\"2\"\n3,4\n", 1, "1"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        put("f.csv", cases[i].text);
        struct source *s = source_open("f.csv", &o, &e);
        ck_assert_msg(s != NULL, "%s", e.text);
        ck_assert_uint_eq(source_rows(s), cases[i].rows);
        ck_assert_str_eq(source_column_names(s)[0], cases[i].name);
        source_close(s);
    }
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
    unreadable("a,b\n\"x\ny\n\",2\n\"\n\n\",zz\n", only_b, "f.csv:7: column 'b' has text");
    unreadable("a,b\n1,x y z\n", only_b, "f.csv:2: column 'b' has text, expected a number");
    unreadable("a,b\n1,x y z\n", only_b, "; found 'x y z'");
    unreadable("a,b\n1,1e999\n", NULL, "; found '1e999'");
    unreadable("a,b\n1,\"1,5\"\n", NULL, "; found '1,5'");
    unreadable("a,b\n1,x\n", NULL, "expected a number; choose the columns to read");
    unreadable("a,b\n1,2024-02-29\n", only_b, "expected a number; if the column holds dates");
    unreadable("a,b\n1,2024-02-30\n", NULL, "expected a number; columns are separated by commas");
    unreadable("a,b\n1,inf\n", NULL,
               "f.csv:2: column 'b' has an infinity, expected a finite number");
    unreadable("a,b\n1,-Infinity\n", NULL, "expected a finite number");
    unreadable("a,b\n1,1e999\n", NULL, "column 'b' has an infinity, expected a finite number");
    unreadable("a,b\n1,1 2\n", NULL, "column 'b' has text, expected a number");
    unreadable("a,b\n1,0x10\n", NULL, "column 'b' has text, expected a number");
    unreadable("a,b\n1,1e\n", NULL, "column 'b' has text, expected a number");
    unreadable("a,b\n1,-nan\n", NULL, "column 'b' has text, expected a number");
    unreadable("a,b\n1,\"1,5\"\n", NULL, "column 'b' has text, expected a number");
    unreadable("a,b\n1,aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd\x01"
               "eeeeeeeeee\n",
               NULL, "found 'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...'");
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

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, csv_matrix_is_wide);
    tcase_add_test(t, csv_forms_are_read);
    tcase_add_test(t, csv_columns_get_names);
    tcase_add_test(t, missing_values_follow_the_policy);
    tcase_add_test(t, csv_headers_are_refused);
    tcase_add_test(t, rows_are_not_names);
    tcase_add_test(t, numbers_can_be_names);
    tcase_add_test(t, rows_can_do_without_names);
    tcase_add_test(t, csv_rows_are_refused);
    tcase_add_test(t, csv_files_are_refused);
    tcase_add_test(t, long_lines_are_bounded);
}

UNIT_MAIN("csv", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of texts, from CSV and HDF5: what is a text, what is refused, the same rows by any ranges. */
#include "data_fixture.h"

#include <hdf5.h>
#include <inttypes.h>

#include "data/choice.h"
#include "data/location.h"
#include "data/survey.h"
#include "util/buf.h"

/* A table of which some columns are read, "n" numbers, "t" texts, one letter for each. */
struct opened {
    const struct format *format;
    void *table;
    struct choice choice;
    struct strip strip;
    bool texts[8];
};

static int try_open(struct opened *o, const char *location, const char *const *names,
                    const char *kinds, struct err *e)
{
    const struct source_options options = {
        .columns = names, .columns_count = strlen(kinds), .missing = SOURCE_MISSING_NAN};

    *o = (struct opened){0};
    for (size_t i = 0; kinds[i]; i++)
        o->texts[i] = kinds[i] == 't';
    o->choice.texts = o->texts;
    o->table = location_open(location, &options, true, &o->format, e);
    if (!o->table || choice_make(&o->choice, o->format, o->table, location, &options, e) < 0 ||
        o->format->choose(o->table, &o->choice, e) < 0)
        return -1;
    return strip_make(&o->strip, o->texts, strlen(kinds), e);
}

static void close_opened(struct opened *o)
{
    strip_free(&o->strip);
    choice_free(&o->choice);
    if (o->table)
        o->format->close(o->table);
}

static void open_texts(struct opened *o, const char *location, const char *const *names,
                       const char *kinds)
{
    struct err e = {0};

    ck_ok(try_open(o, location, names, kinds, &e), &e);
}

/* Appends what is in a row: numbers with 17 digits, texts in <>, ~ for what is missing. */
static void add_row(struct buf *b, const struct strip *s, size_t row)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct strip_column *c = &s->columns[i];
        if (c->numbers ? isnan(c->numbers[row]) : !c->texts[row].at)
            buf_adds(b, "~");
        else if (c->numbers)
            buf_addf(b, "%.17g", c->numbers[row]);
        else {
            buf_adds(b, "<");
            buf_add(b, c->texts[row].at, c->texts[row].length);
            buf_adds(b, ">");
        }
    }
    buf_adds(b, "\n");
}

/* Appends rows [first, first + rows), read so many at once at most. */
static void add_rows(struct buf *b, struct opened *o, uint64_t first, uint64_t rows, size_t most)
{
    struct err e = {0};
    uint64_t end = first + rows;

    while (first < end) {
        size_t n = end - first < most ? (size_t)(end - first) : most;
        n = n < o->strip.room ? n : o->strip.room;
        ck_ok(o->format->read_strip(o->table, first, n, &o->strip, &e), &e);
        ck_assert_uint_gt(o->strip.rows, 0);
        ck_assert_uint_le(o->strip.rows, n);
        for (size_t i = 0; i < o->strip.rows; i++)
            add_row(b, &o->strip, i);
        first += o->strip.rows;
    }
}

static void has_rows(const char *location, const char *const *names, const char *kinds,
                     const char *expected)
{
    struct buf b = {0};
    struct opened o;

    open_texts(&o, location, names, kinds);
    for (size_t most = 1; most < 5; most++) {
        buf_reset(&b);
        add_rows(&b, &o, 0, o.format->rows(o.table), most);
        ck_assert_str_eq(b.len ? b.data : "", expected);
    }
    close_opened(&o);
    buf_free(&b);
}

static void bad_rows(const char *location, const char *const *names, const char *kinds,
                     const char *words)
{
    struct opened o;
    struct err e = {0};

    open_texts(&o, location, names, kinds);
    ck_fails(o.format->read_strip(o.table, 0, (size_t)o.format->rows(o.table), &o.strip, &e), &e,
             ERR_INPUT, words);
    close_opened(&o);
}

static const char *const a_b[] = {"a", "b"};

START_TEST(a_text_of_csv_is_what_stands_there)
{
    put("f.csv", "a,x,b\n"
                 "F,1,1\n"
                 "  M\t,2, 2 \n"
                 "\" a \",3,\"3\"\n"
                 "\"say \"\"no\"\"\",,\n"
                 "1.50,\"x,y\",NA\n"
                 "\"two\nlines\"  ,7,?\n"
                 "\xc3\xbc\xf0\x9f\x98\x80,8,nan\n"
                 "inf,8,-0\r\n");
    has_rows("f.csv", a_b, "tn",
             "<F>1\n<M>2\n< a >3\n<say \"no\">~\n<1.50>~\n<two\nlines>~\n"
             "<\xc3\xbc\xf0\x9f\x98\x80>~\n<inf>-0\n");
    bad_rows("f.csv", (const char *const[]){"b", "a", "x"}, "ttn",
             "f.csv:6: column 'x' has text, expected a number");
}
END_TEST

START_TEST(a_missing_text_is_nothing_or_a_bare_word)
{
    put("f.csv", "a,b\n,\n\"\",\"NA\"\nNA,NaN\nnan,null\nNULL,?\n\" NA\",\"?\"\nna,N/A\n  ,\t\n");
    has_rows("f.csv", a_b, "tt", "~~\n~<NA>\n~~\n~~\n~~\n< NA><?>\n<na><N/A>\n~~\n");
    /* One column, of which a row may be blank. */
    put("f.csv", "a\nx\n\ny\n");
    has_rows("f.csv", a_b, "t", "<x>\n~\n<y>\n");
}
END_TEST

START_TEST(what_is_wrong_with_csv_is_told)
{
    put("f.csv", "a,b\nx,1\n\xfcx,2\n");
    bad_rows("f.csv", a_b, "tn", "f.csv:3: column 'a' has text that is not UTF-8");
    put("f.csv", "a,b\n\"x\n\xed\xa0\x80\",1\n"); /* a surrogate */
    bad_rows("f.csv", a_b, "tn", "f.csv:2: column 'a' has text that is not UTF-8");
    put("f.csv", "a,b\nx,y\n");
    bad_rows("f.csv", a_b, "tn",
             "f.csv:2: column 'b' has text, expected a number; if the column holds text, the "
             "contract says so");
    put("f.csv", "a,b\nx,inf\n");
    bad_rows("f.csv", a_b, "tn", "f.csv:2: column 'b' has an infinity, expected a finite number");
    put("f.csv", "a,b\nx,1,2\n");
    bad_rows("f.csv", a_b, "tn", "f.csv:2: has 3 fields, expected 2");
    put("f.csv", "a,b\nx\n");
    bad_rows("f.csv", a_b, "tt", "f.csv:2: has 1 field, expected 2");
    put("f.csv", "a,b\n\nx,y\n");
    bad_rows("f.csv", a_b, "tt", "f.csv:2: is blank, expected 2 fields");
    put("f.csv", "a,b\nx\"y\",\"\"\n");
    bad_rows("f.csv", a_b, "tt", "f.csv:2: field 1 has a quote where none can be");
    put_bytes("f.csv", "a,b\nx\0y,1\n", 10);
    refused_columns("f.csv", NULL, ERR_INPUT, "f.csv:2: has a NUL byte");
}
END_TEST

START_TEST(plain_sources_say_what_to_do_about_texts)
{
    struct err e = {0};
    double data[2];
    size_t kept;

    put("f.csv", "a,b\nF,1\n");
    struct source *s = open_ok("f.csv", SOURCE_MISSING_ERROR, (const char *const[3]){"a"});
    ck_fails(source_read(s, 0, 1, data, &kept, &e), &e, ERR_INPUT,
             "column 'a' has text, expected a number; if the column holds text, the contract says "
             "so: under data, types: {COLUMN: text} or factors: {COLUMN: [LEVEL");
    source_close(s);
}
END_TEST

enum { ROWS = 9000 };

/* Writes columns a, n, b of ROWS rows, and to expected what reading "tnt" of them gives. */
static void write_random(struct buf *expected)
{
    static const char *const plain[] = {"F", "M", "long-ish text", "\xc3\xa4", "1e5", "-"};
    static const char *const quoted[] = {"a,b", "two\nlines", "say \"\"x\"\"", " blank ", "NA"};
    struct buf b = {0};

    buf_adds(&b, "a,n,b\n");
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < 2; k++) {
            uint64_t which = draw() % 12;
            const char *text = which < 6 ? plain[which] : which < 11 ? quoted[which - 6] : NULL;
            const char *quote = which >= 6 && text ? "\"" : "";
            if (k == 1) {
                buf_addf(&b, ",%zu,", i);
                buf_addf(expected, "%zu", i);
            }
            buf_addf(&b, "%s%s%s", quote, text ? text : "", quote);
            buf_addf(expected, text ? "<%s>" : "~", which == 8 ? "say \"x\"" : text);
        }
        buf_adds(&b, "\n");
        buf_adds(expected, "\n");
    }
    put_bytes("f.csv", b.data, b.len);
    buf_free(&b);
}

START_TEST(any_ranges_give_the_same_rows)
{
    static const char *const names[] = {"a", "n", "b"};
    struct buf expected = {0}, got = {0};
    struct opened o;

    write_random(&expected);
    open_texts(&o, "f.csv", names, "tnt");
    ck_assert_uint_eq(o.format->rows(o.table), ROWS);
    for (size_t most = 1; most <= ROWS; most *= 7) {
        buf_reset(&got);
        add_rows(&got, &o, 0, ROWS, most);
        ck_assert_uint_eq(got.len, expected.len);
        ck_assert_int_eq(memcmp(got.data, expected.data, got.len), 0);
    }
    for (int i = 0; i < 30; i++) {
        uint64_t first = draw() % ROWS;
        char number[32];
        buf_reset(&got);
        add_rows(&got, &o, first, 1, 1);
        snprintf(number, sizeof number, "%" PRIu64, first);
        ck_assert_ptr_nonnull(strstr(got.data, number));
        ck_assert_ptr_nonnull(strstr(expected.data, got.data));
    }
    close_opened(&o);
    buf_free(&expected);
    buf_free(&got);
}
END_TEST

enum { LONG = 300000, LONG_ROWS = 99 };

/* Effect: text i is of LONG bytes, and like no other. */
static void make_long(char text[LONG + 1], size_t i)
{
    memset(text, 'a' + (int)(i % 26), LONG);
    text[LONG] = '\0';
    memcpy(text, (const char[]){(char)('0' + i / 10), (char)('0' + i % 10)}, 2);
}

static void has_long_rows(const char *location)
{
    char *text = malloc(LONG + 1);
    struct err e = {0};
    struct opened o;
    size_t strips = 0;

    open_texts(&o, location, a_b, "t");
    for (uint64_t at = 0; at < LONG_ROWS; strips++) {
        ck_ok(o.format->read_strip(o.table, at, LONG_ROWS - (size_t)at, &o.strip, &e), &e);
        ck_assert_uint_le(o.strip.bytes.used, STRIP_MOST);
        for (size_t i = 0; i < o.strip.rows; i++, at++) {
            make_long(text, (size_t)at);
            ck_assert_uint_eq(o.strip.columns[0].texts[i].length, LONG);
            ck_assert_int_eq(memcmp(o.strip.columns[0].texts[i].at, text, LONG), 0);
        }
    }
    ck_assert_uint_gt(strips, 1); /* or the texts were too short to tell anything */
    close_opened(&o);
    free(text);
}

/* Writes a dataset of one dimension, in chunks if chunk is not 0. */
static void put_set(hid_t file, const char *name, hid_t type, size_t rows, size_t chunk,
                    const void *data)
{
    hsize_t extent = rows, chunks = chunk;
    hid_t space = H5Screate_simple(1, &extent, NULL), create = H5Pcreate(H5P_DATASET_CREATE);

    if (chunk)
        H5Pset_chunk(create, 1, &chunks);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    ck_assert(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set);
    H5Pclose(create);
    H5Sclose(space);
}

static hid_t make_string(size_t size, H5T_str_t padding)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    ck_assert(H5Tset_size(type, size) >= 0);
    ck_assert(padding == H5T_STR_ERROR || H5Tset_strpad(type, padding) >= 0);
    return type;
}

static hid_t new_file(const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(file >= 0);
    return file;
}

START_TEST(long_texts_end_a_strip_early)
{
    char *texts = malloc(LONG_ROWS * (size_t)(LONG + 1));
    const char *list[LONG_ROWS];
    hid_t type = make_string(H5T_VARIABLE, H5T_STR_ERROR), file = new_file("f.h5");
    struct buf b = {0};

    buf_adds(&b, "a\n");
    for (size_t i = 0; i < LONG_ROWS; i++) {
        char *text = texts + i * (LONG + 1);
        make_long(text, i);
        list[i] = text;
        buf_adds(&b, text);
        buf_adds(&b, "\n");
    }
    put_bytes("f.csv", b.data, b.len);
    put_set(file, "a", type, LONG_ROWS, 0, list);
    H5Tclose(type);
    type = make_string(LONG + 1, H5T_STR_NULLTERM);
    H5Fclose(file);
    file = new_file("g.h5");
    put_set(file, "a", type, LONG_ROWS, 7, texts);
    H5Fclose(file);
    H5Tclose(type);
    has_long_rows("f.csv");
    has_long_rows("f.h5");
    has_long_rows("g.h5");
    buf_free(&b);
    free(texts);
}
END_TEST

START_TEST(a_row_of_too_much_text_is_told)
{
    size_t size = STRIP_MOST;
    char *text = calloc(1, size + 1);
    const char *list[] = {"x", text};
    hid_t type = make_string(H5T_VARIABLE, H5T_STR_ERROR), file = new_file("f.h5");

    memset(text, 'x', size);
    put_set(file, "a", type, 2, 0, list);
    H5Tclose(type);
    type = make_string(size + 1, H5T_STR_NULLPAD);
    put_set(file, "b", type, 1, 0, text);
    H5Tclose(type);
    H5Fclose(file);
    struct opened o;
    struct err e = {0};
    open_texts(&o, "f.h5", a_b, "t");
    ck_ok(o.format->read_strip(o.table, 0, 2, &o.strip, &e), &e);
    ck_assert_uint_eq(o.strip.rows, 1);
    ck_fails(o.format->read_strip(o.table, 1, 1, &o.strip, &e), &e, ERR_INPUT,
             "f.h5:/: row 1 (from 0): with column 'a' its texts have more than 24 MiB together");
    close_opened(&o);
    bad_rows("f.h5", a_b + 1, "t", "row 0 (from 0): with column 'b' its texts have more than");
    free(text);
}
END_TEST

START_TEST(strings_of_hdf5_are_texts)
{
    static const char *const names[] = {"term", "null", "space", "any"};
    static const char *const any[] = {"x", "", "\xc3\xbc and more than eight bytes", NULL};
    const H5T_str_t paddings[] = {H5T_STR_NULLTERM, H5T_STR_NULLPAD, H5T_STR_SPACEPAD};
    const char *const bytes[] = {"ab\0d\0\0\0\0"
                                 "x\0"
                                 "abc\0\0",
                                 "ab\0\0abcd\0\0\0\0x y\0", "ab  abcd    x y "};

    for (size_t chunk = 0; chunk < 4; chunk += 3) {
        hid_t file = new_file("f.h5"), type;
        for (size_t i = 0; i < 3; i++) {
            type = make_string(4, paddings[i]);
            put_set(file, names[i], type, 4, chunk, bytes[i]);
            H5Tclose(type);
        }
        type = make_string(H5T_VARIABLE, H5T_STR_ERROR);
        put_set(file, "any", type, 4, chunk, any);
        H5Tclose(type);
        H5Fclose(file);
        has_rows("f.h5", names, "tttt",
                 "<ab><ab><ab><x>\n~<abcd><abcd>~\n<x>~~<\xc3\xbc and more than eight bytes>\n"
                 "<c><x y><x y>~\n");
    }
}
END_TEST

static hid_t make_enumeration(hid_t base)
{
    static const char *const names[] = {"F", "M", "unknown"};
    hid_t type = H5Tenum_create(base);

    for (int i = 0; i < 3; i++) {
        int64_t value = i == 1 ? -2 : i;
        H5Tconvert(H5T_NATIVE_INT64, base, 1, &value, NULL, H5P_DEFAULT);
        ck_assert(H5Tenum_insert(type, names[i], &value) >= 0);
    }
    return type;
}

START_TEST(enumerations_are_texts)
{
    const hid_t bases[] = {H5T_STD_I8LE, H5T_STD_I16BE, H5T_STD_I64LE};

    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        int64_t values[] = {0, -2, 2, 0, 1};
        hid_t file = new_file("f.h5"), type = make_enumeration(bases[i]);
        H5Tconvert(H5T_NATIVE_INT64, bases[i], 5, values, NULL, H5P_DEFAULT);
        put_set(file, "a", type, 4, 0, values);
        put_set(file, "bad", type, 5, 0, values);
        H5Tclose(type);
        H5Fclose(file);
        has_rows("f.h5", a_b, "t", "<F>\n<M>\n<unknown>\n<F>\n");
        bad_rows("f.h5", (const char *const[]){"bad"}, "t",
                 "f.h5:/: row 4 (from 0): column 'bad' has a value for which its enumeration "
                 "has no name");
    }
}
END_TEST

START_TEST(numbers_of_hdf5_can_be_read_as_texts)
{
    static const char *const names[] = {"i", "u", "d", "s", "d"};
    hid_t file = new_file("f.h5"), space = H5Screate(H5S_SCALAR);
    const double scale = 0.5;

    put_set(file, "i", H5T_NATIVE_INT64, 3, 2, (const int64_t[]){INT64_MIN, 0, INT64_MAX});
    put_set(file, "u", H5T_NATIVE_UINT64, 3, 0, (const uint64_t[]){UINT64_MAX, 7, 0});
    put_set(file, "d", H5T_NATIVE_DOUBLE, 3, 0, (const double[]){0.1, NAN, -1e22});
    put_set(file, "s", H5T_NATIVE_INT, 3, 0, (const int[]){3, 4, -1});
    put_set(file, "inf", H5T_NATIVE_DOUBLE, 3, 0, (const double[]){1, 2, INFINITY});
    hid_t set = H5Dopen2(file, "s", H5P_DEFAULT);
    hid_t at = H5Acreate2(set, "scale_factor", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Awrite(at, H5T_NATIVE_DOUBLE, &scale) >= 0);
    H5Aclose(at);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
    has_rows("f.h5", names, "tttt",
             "<-9223372036854775808><18446744073709551615><0.1><1.5>\n<0><7>~<2>\n"
             "<9223372036854775807><0><-1e+22><-0.5>\n");
    bad_rows("f.h5", (const char *const[]){"inf"}, "t", "row 2 (from 0): column 'inf' has an inf");
    bad_rows("f.h5", (const char *const[]){"inf"}, "n", "row 2 (from 0): column 'inf' has an inf");
    has_rows("f.h5", names, "nntn",
             "-9.2233720368547758e+181.8446744073709552e+19<0.1>1.5\n07~2\n"
             "9.2233720368547758e+180<-1e+22>-0.5\n");
}
END_TEST

START_TEST(a_column_of_a_grid_is_read_as_texts)
{
    static const char *const names[] = {"c2", "c0"};
    const int64_t values[2][3] = {{1, 2, 3}, {4, 5, INT64_MAX}};
    hsize_t extent[2] = {2, 3};
    hid_t file = new_file("f.h5"), space = H5Screate_simple(2, extent, NULL);
    hid_t set =
        H5Dcreate2(file, "x", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(H5Dwrite(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
    has_rows("f.h5", names, "tn", "<3>1\n<9223372036854775807>4\n");
}
END_TEST

START_TEST(what_is_wrong_with_hdf5_is_told)
{
    hid_t file = new_file("f.h5"), type = make_string(4, H5T_STR_NULLPAD);
    struct opened o;
    struct err e = {0};

    put_set(file, "nul", type, 2, 0,
            "abcd"
            "a\0b");
    put_set(file, "latin", type, 2, 0, "abcda\xfc\0");
    put_set(file, "a", H5T_NATIVE_INT, 2, 0, (const int[]){1, 2});
    H5Tclose(type);
    H5Fclose(file);
    bad_rows("f.h5", (const char *const[]){"nul"}, "t",
             "f.h5:/: row 1 (from 0): column 'nul' has text with a NUL byte in it");
    bad_rows("f.h5", (const char *const[]){"latin"}, "t",
             "row 1 (from 0): column 'latin' has text that is not UTF-8");
    /* Texts that are wanted as numbers, without a recipe and with one. */
    refused_columns("f.h5", (const char *const[3]){"latin"}, ERR_INPUT,
                    "f.h5: column 'latin' holds text, expected numbers; if the column holds "
                    "text, the contract says so: under data, types: {COLUMN: text} or factors:");
    ck_assert(try_open(&o, "f.h5", (const char *const[]){"latin"}, "n", &e) < 0);
    ck_assert_int_eq(e.code, ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(e.text, "column 'latin' holds text, expected numbers; if"));
    close_opened(&o);
    reads("f.h5", SOURCE_MISSING_ERROR, NULL, 2, 2, (const double[]){1, 2});
}
END_TEST

START_TEST(a_survey_tells_what_columns_hold)
{
    static const char *const names[] = {"b", "a"};
    hid_t file = new_file("f.h5"), type = make_string(2, H5T_STR_NULLPAD);
    double numbers[5000];
    char strings[5000][2];
    struct survey s;
    struct err e = {0};

    put("f.csv", "a,b\nF,1\nM,2020-02-01\nF,\n,3\n");
    ck_ok(survey_make(&s, "f.csv", names, 2, 2, &e), &e);
    ck_assert_uint_eq(s.rows, 4);
    ck_assert_uint_eq(s.count, 2);
    ck_assert_str_eq(s.columns[0].name, "b");
    ck_assert_int_eq(s.columns[0].kind, SURVEY_TEXT); /* of two kinds */
    ck_assert(s.columns[0].many && s.columns[0].count == 0);
    ck_assert_uint_eq(s.columns[0].missing, 1);
    ck_assert_uint_eq(s.columns[1].count, 2);
    ck_assert_str_eq(s.columns[1].levels[0].text, "F");
    ck_assert_uint_eq(s.columns[1].levels[0].rows, 2);
    survey_free(&s);
    for (size_t i = 0; i < 5000; i++) {
        numbers[i] = i % 10 ? (double)i : NAN;
        memcpy(strings[i], i % 2 ? "7" : "8\0", 2);
    }
    put_set(file, "many", H5T_NATIVE_DOUBLE, 5000, 0, numbers);
    put_set(file, "text", type, 5000, 0, strings);
    H5Tclose(type);
    H5Fclose(file);
    ck_ok(survey_make(&s, "f.h5", NULL, 0, 100, &e), &e);
    ck_assert(s.columns[0].kind == SURVEY_NUMBER && s.columns[0].many);
    ck_assert_uint_eq(s.columns[0].missing, 500);
    ck_assert_int_eq(s.columns[1].kind, SURVEY_TEXT); /* as the file says */
    ck_assert_uint_eq(s.columns[1].count, 2);
    ck_assert_uint_eq(s.columns[1].levels[1].rows, 2500);
    survey_free(&s);
    ck_fails(survey_make(&s, "f.csv", (const char *const[]){"x"}, 1, 100, &e), &e, ERR_INPUT,
             "f.csv: has no column 'x'; it has: a, b");
    put("f.csv", "a\nx\n\xff\n");
    ck_fails(survey_make(&s, "f.csv", NULL, 0, 100, &e), &e, ERR_INPUT, "that is not UTF-8");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_text_of_csv_is_what_stands_there);
    tcase_add_test(t, a_missing_text_is_nothing_or_a_bare_word);
    tcase_add_test(t, what_is_wrong_with_csv_is_told);
    tcase_add_test(t, plain_sources_say_what_to_do_about_texts);
    tcase_add_test(t, any_ranges_give_the_same_rows);
    tcase_add_test(t, long_texts_end_a_strip_early);
    tcase_add_test(t, a_row_of_too_much_text_is_told);
    tcase_add_test(t, strings_of_hdf5_are_texts);
    tcase_add_test(t, enumerations_are_texts);
    tcase_add_test(t, numbers_of_hdf5_can_be_read_as_texts);
    tcase_add_test(t, a_column_of_a_grid_is_read_as_texts);
    tcase_add_test(t, what_is_wrong_with_hdf5_is_told);
    tcase_add_test(t, a_survey_tells_what_columns_hold);
}

UNIT_MAIN("texts", add)

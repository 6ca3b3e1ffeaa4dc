/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources with a recipe: the same rows from CSV and HDF5, by any ranges, with what is counted. */
#include "data_fixture.h"

#include <hdf5.h>

#include "util/buf.h"

#define TEXT(text)  ((char[]){text})
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static struct recipe_typed typed[] = {{TEXT("id"), RECIPE_TEXT}, {TEXT("seen"), RECIPE_DATE}};
static char *sexes[] = {TEXT("F"), TEXT("M")};
static char *sites[] = {TEXT("a"), TEXT("b")};
static struct recipe_factor factors[] = {
    {.name = TEXT("sex"), .levels = sexes, .levels_count = 2},
    {.name = TEXT("site"), .levels = sites, .levels_count = 2, .other = true},
};
static struct recipe_derived derived[] = {{TEXT("old"), TEXT("age > 65")},
                                          {TEXT("day"), TEXT("days(seen)")}};
static const struct recipe recipe = {
    .typed = typed,
    .typed_count = COUNT(typed),
    .where = TEXT("age >= 18 && id != \"out\""),
    .factors = factors,
    .factors_count = COUNT(factors),
    .derived = derived,
    .derived_count = COUNT(derived),
};
static const char *const chosen[] = {"sex", "age", "old", "site", "day"};

static struct source *open_cooked(const char *location, const struct recipe *r,
                                  const char *const *columns, size_t count,
                                  enum source_missing missing, struct err *e)
{
    const struct source_options o = {
        .columns = columns, .columns_count = count, .missing = missing, .recipe = r};

    return source_open(location, &o, e);
}

/* Another column, in which no one is interested, holds what cannot be read. */
static const char table[] = "x,age,sex,site,id,seen\n"
                            "?!,70,F,a,p1,1970-01-02\n"
                            ",17,F,b,p2,1970-01-02\n"
                            ",30,M,\"NA\",p3,NA\n"
                            ",40,M,b,out,1970-01-02\n"
                            ",,F,b,p4,1970-01-02\n"
                            ",50,,b,\"p,5\",1970-01-05\n";

static void put_strings(hid_t file, const char *name, const char *const *texts, size_t rows)
{
    hsize_t extent = rows;
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &extent, NULL);

    H5Tset_size(type, H5T_VARIABLE);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
}

/* Writes the same rows, with a unit of age. */
static void put_hdf5(const char *path)
{
    const double age[] = {70, 17, 30, 40, NAN, 50};
    hsize_t extent = 6;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), type, at;
    hid_t space = H5Screate_simple(1, &extent, NULL), one = H5Screate(H5S_SCALAR);
    hid_t set =
        H5Dcreate2(file, "age", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, age) >= 0);
    type = H5Tcopy(H5T_C_S1);
    at = H5Acreate2(set, "units", type, one, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Awrite(at, type, "a") >= 0);
    H5Aclose(at);
    H5Tclose(type);
    H5Dclose(set);
    H5Sclose(space);
    H5Sclose(one);
    put_strings(file, "sex", (const char *const[]){"F", "F", "M", "M", "F", ""}, 6);
    put_strings(file, "site", (const char *const[]){"a", "b", "NA", "b", "b", "b"}, 6);
    put_strings(file, "id", (const char *const[]){"p1", "p2", "p3", "out", "p4", "p,5"}, 6);
    put_strings(file, "seen",
                (const char *const[]){"1970-01-02", "1970-01-02", "", "1970-01-02", "1970-01-02",
                                      "1970-01-05"},
                6);
    H5Fclose(file);
}

/* Reads all, so many rows at once, and returns how many values there are. */
static size_t read_by(struct source *s, size_t most, double *data)
{
    size_t n = 0, columns = source_columns(s), kept;
    uint64_t rows = source_rows(s);
    struct err e = {0};

    for (uint64_t at = 0; at < rows; at += most) {
        size_t count = rows - at < most ? (size_t)(rows - at) : most;
        ck_ok(source_read(s, at, count, data + n, &kept, &e), &e);
        n += kept * columns;
    }
    return n;
}

static void has_values(const double *data, size_t n, const double *expected, size_t count)
{
    ck_assert_uint_eq(n, count);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(data[i] == expected[i] || (isnan(data[i]) && isnan(expected[i])),
                      "value %zu is %g, expected %g", i, data[i], expected[i]);
}

static void cooks(const char *location, const char *unit)
{
    static const char *const names[] = {"sex.M", "age", "old", "site.b", "site.other", "day"};
    const double all[] = {0, 70, 1, 0, 0, 1, 1, 30, 0, 0, 1, NAN, NAN, 50, 0, 1, 0, 4};
    double data[100];
    struct err e = {0};
    struct source *s =
        open_cooked(location, &recipe, chosen, COUNT(chosen), SOURCE_MISSING_NAN, &e);

    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_uint_eq(source_rows(s), 6);
    ck_assert_uint_eq(source_columns(s), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_str_eq(source_column_names(s)[i], names[i]);
        ck_assert_str_eq(source_unit(s, i), i == 1 ? unit : "");
    }
    for (size_t most = 1; most < 8; most++) {
        ck_ok(source_count_anew(s, &e), &e);
        has_values(data, read_by(s, most, data), all, COUNT(all));
        const struct recipe_tally *t = source_tally(s);
        ck_assert_uint_eq(t->rows, 6);
        ck_assert_uint_eq(t->left_out, 3);
        ck_assert_uint_eq(t->unknown, 1);
        ck_assert_uint_eq(t->incomplete, 0);
        ck_assert_uint_eq(t->missing[0], 1);
        ck_assert_uint_eq(t->missing[5], 1);
        ck_assert_uint_eq(t->levels[0] + t->levels[1], 2);
        ck_assert_uint_eq(t->levels[4], 1);
    }
    source_close(s);
    s = open_cooked(location, &recipe, chosen, COUNT(chosen), SOURCE_MISSING_SKIP, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    has_values(data, read_by(s, 6, data), all, 6);
    ck_assert_uint_eq(source_tally(s)->incomplete, 2);
    source_close(s);
}

START_TEST(files_of_both_formats_are_cooked)
{
    put("f.csv", table);
    put_hdf5("f.h5");
    cooks("f.csv", "");
    cooks("f.h5", "a");
}
END_TEST

/* Opening, or reading all, fails with these words. */
static void refuses(const char *location, const struct recipe *r, const char *column,
                    const char *words)
{
    char whole[ERR_WHOLE];
    double data[100];
    size_t kept;
    struct err e = {0};
    struct source *s = open_cooked(location, r, &column, 1, SOURCE_MISSING_ERROR, &e);

    ck_assert(!s || source_read(s, 0, (size_t)source_rows(s), data, &kept, &e) < 0);
    err_whole(&e, whole);
    ck_assert_msg(e.code == ERR_INPUT && strstr(whole, words), "expected '%s', got %d: %s", words,
                  (int)e.code, whole);
    source_close(s);
}

START_TEST(what_is_wrong_is_told)
{
    struct recipe plain = {.factors = factors, .factors_count = 1};

    put("f.csv", "sex,age\nF,1\nX,2\n");
    refuses("f.csv", &plain, "sex", "f.csv: ");
    refuses("f.csv", &plain, "sex", "'X'");
    put("f.csv", "sex,age\nF,1\n,2\n");
    refuses("f.csv", &plain, "sex", "f.csv: ");
    put("f.csv", "age\n1\n");
    refuses("f.csv", &plain, "sex", "f.csv: has no column 'sex'; it has: age");
    put("f.csv", "sex,age\nF,1\n\xff,2\n");
    refuses("f.csv", &plain, "sex", "f.csv:3: column 'sex' has text that is not UTF-8");
    /* A column of texts that nothing declares. */
    put_hdf5("f.h5");
    refuses("f.h5", &(struct recipe){.where = TEXT("id > 1")}, "age",
            "column 'id' holds text, expected numbers; if the column holds");
    struct recipe_derived alone = {TEXT("one"), TEXT("1 + 1")};
    refuses("f.h5", &(struct recipe){.derived = &alone, .derived_count = 1}, "one",
            "f.h5: no column of it is read");
}
END_TEST

START_TEST(an_empty_recipe_is_none)
{
    const struct recipe none = {0};
    const char *const columns[] = {"b"};
    struct err e = {0};
    double data[2];

    put("f.csv", "a,b\n1,2\n3,4\n");
    struct source *s = open_cooked("f.csv", &none, columns, 1, SOURCE_MISSING_ERROR, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_ptr_null(source_tally(s));
    ck_ok(source_count_anew(s, &e), &e);
    has_values(data, read_by(s, 2, data), (const double[]){2, 4}, 2);
    source_close(s);
    ck_assert(!open_cooked("f.csv", &recipe, NULL, 0, SOURCE_MISSING_ERROR, &e));
    ck_assert_int_eq(e.code, ERR_SOFTWARE);
}
END_TEST

enum { MANY = 20000 };

START_TEST(long_files_are_cooked_strip_by_strip)
{
    struct recipe_derived twice = {TEXT("twice"), TEXT("id == `t` ? 2 * n : -1")};
    struct recipe_typed texts[] = {{TEXT("id"), RECIPE_TEXT}, {TEXT("t"), RECIPE_TEXT}};
    const struct recipe r = {.typed = texts,
                             .typed_count = 2,
                             .where = TEXT("n % 3 != 1"),
                             .derived = &twice,
                             .derived_count = 1};
    const char *const columns[] = {"twice"};
    double *data = malloc(MANY * sizeof *data);
    struct buf b = {0};
    struct err e = {0};

    buf_adds(&b, "id,n,t\n");
    for (int i = 0; i < MANY; i++)
        buf_addf(&b, "p%d,%d,p%d\n", i, i, i % 5 ? i : -1);
    put_bytes("f.csv", b.data, b.len);
    struct source *s = open_cooked("f.csv", &r, columns, 1, SOURCE_MISSING_ERROR, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    for (size_t most = 999; most <= MANY; most += MANY - 999) {
        size_t n = read_by(s, most, data), at = 0;
        for (int i = 0; i < MANY; i++) {
            if (i % 3 == 1)
                continue;
            ck_assert_uint_lt(at, n);
            ck_assert_double_eq(data[at++], i % 5 ? 2.0 * i : -1);
        }
        ck_assert_uint_eq(at, n);
    }
    source_close(s);
    buf_free(&b);
    free(data);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, files_of_both_formats_are_cooked);
    tcase_add_test(t, what_is_wrong_is_told);
    tcase_add_test(t, an_empty_recipe_is_none);
    tcase_add_test(t, long_files_are_cooked_strip_by_strip);
}

UNIT_MAIN("cooking", add)

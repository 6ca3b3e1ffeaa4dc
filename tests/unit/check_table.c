/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grids and columns of HDF5 files: how they are found, read, and refused. */
#include "scratch.h"

#include <fcntl.h>
#include <hdf5.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "h5/table_private.h"

enum { ROWS = 150000, COLUMNS = 5 }; /* more rows than are read at once */

static double value(size_t row, size_t column)
{
    return (double)((row * 7 + column * 31) % 120);
}

static hid_t make_file(const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(file >= 0);
    return file;
}

/* Makes an empty dataset: rank 1 or 2, chunked and deflated if chunk > 0. */
static hid_t make_set(hid_t place, const char *name, hid_t type, size_t rows, size_t columns,
                      size_t chunk)
{
    hsize_t extent[2] = {rows, columns}, chunks[2] = {chunk, 2};
    int rank = columns ? 2 : 1;
    hid_t space = H5Screate_simple(rank, extent, NULL), create = H5Pcreate(H5P_DATASET_CREATE);

    if (chunk) {
        H5Pset_chunk(create, rank, chunks);
        H5Pset_deflate(create, 1);
    }
    hid_t set = H5Dcreate2(place, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    ck_assert(set >= 0);
    H5Pclose(create);
    H5Sclose(space);
    return set;
}

static void close_set(hid_t set)
{
    ck_assert(H5Dclose(set) >= 0);
}

/* Fills a dataset with value(), from this column on. */
static void fill(hid_t set, size_t rows, size_t columns, size_t from)
{
    double *data = malloc(rows * columns * sizeof *data);

    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            data[i * columns + k] = value(i, from + k);
    ck_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    free(data);
}

static struct table *open_ok(const char *path, const char *object)
{
    struct err e = {0};
    struct table *t = table_open(path, object, &(struct table_wanted){0}, &e);

    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

static void refused(const char *path, const char *object, enum err_code code, const char *words)
{
    struct err e = {0};
    struct table *t = table_open(path, object, &(struct table_wanted){0}, &e);

    ck_assert_msg(!t, "should be refused: %s", words);
    ck_assert_msg(e.code == code && strstr(e.text, words), "expected %d '%s', got %d: %s",
                  (int)code, words, (int)e.code, e.text);
}

/* Reads random ranges of random columns and compares each value. */
static void compare(struct table *t)
{
    struct err e = {0};
    double *data = malloc(ROWS * COLUMNS * sizeof *data);

    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(table_rows(t), ROWS);
    ck_assert_uint_eq(table_columns(t), COLUMNS);
    for (int round = 0; round < 8; round++) {
        size_t columns[COLUMNS] = {0, 1, 2, 3, 4}, count = COLUMNS;
        size_t first = round ? draw() % ROWS : 0;
        size_t rows = round ? draw() % (ROWS - first) : ROWS;
        if (round % 4) {
            count = draw() % (COLUMNS + 1);
            for (size_t k = 0; k < count; k++)
                columns[k] = draw() % COLUMNS;
        }
        ck_ok(table_read(t, first, rows, columns, count, data, &e), &e);
        for (size_t i = 0; i < rows; i++)
            for (size_t k = 0; k < count; k++)
                if (data[i * count + k] != value(first + i, columns[k]))
                    ck_abort_msg("row %zu, column %zu", first + i, columns[k]);
    }
    free(data);
}

START_TEST(grids_of_any_kind_are_read)
{
    const hid_t types[] = {H5T_IEEE_F64LE, H5T_IEEE_F64BE, H5T_IEEE_F32LE,
                           H5T_STD_I8LE,   H5T_STD_U16BE,  H5T_STD_I64LE};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        for (size_t chunk = 0; chunk <= 1000; chunk += 1000) {
            hid_t file = make_file("f.h5");
            hid_t set = make_set(file, "x", types[i], ROWS, COLUMNS, chunk);
            fill(set, ROWS, COLUMNS, 0);
            close_set(set);
            H5Fclose(file);
            struct table *t = open_ok("f.h5", i % 2 ? "x" : NULL);
            ck_assert_str_eq(table_location(t), i % 2 ? "f.h5:x" : "f.h5:/x");
            ck_assert_str_eq(table_column_name(t, 4), "c4");
            compare(t);
            table_close(t);
        }
    }
    table_close(NULL);
}
END_TEST

/* Rows that are read a few at a time unpack each chunk once. */
START_TEST(a_row_of_chunks_is_kept)
{
    const size_t width = 2000, chunk = 1000;
    hid_t file = make_file("f.h5");

    close_set(make_set(file, "x", H5T_IEEE_F64LE, 3 * chunk, width, chunk)); /* two columns each */
    H5Fclose(file);
    for (int named = 0; named < 2; named++) {
        size_t slots, bytes;
        double w0;
        struct table *t = open_ok("f.h5", named ? "/x" : NULL);
        hid_t access = H5Dget_access_plist(t->datasets[0].id);
        ck_assert(H5Pget_chunk_cache(access, &slots, &bytes, &w0) >= 0);
        ck_assert_uint_ge(bytes, chunk * width * sizeof(double));
        ck_assert_uint_ge(slots, width / 2);
        H5Pclose(access);
        table_close(t);
    }
}
END_TEST

START_TEST(groups_of_columns_are_read)
{
    static const char *const names[COLUMNS] = {"B", "a", "b", "b2", "z"};
    hid_t file = make_file("f.h5");
    hid_t group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t text = H5Tcopy(H5T_C_S1), set;

    for (size_t k = COLUMNS; k-- > 0;) {
        set = make_set(group, names[k], k % 2 ? H5T_IEEE_F32LE : H5T_STD_U8LE, ROWS, 0, k * 1000);
        fill(set, ROWS, 1, k);
        close_set(set);
    }
    /* None of these is a column. */
    close_set(make_set(group, "label", text, ROWS, 0, 0));
    close_set(make_set(group, "grid", H5T_NATIVE_INT, 2, 2, 0));
    H5Gclose(H5Gcreate2(group, "inner", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_soft("/g/a", group, "alias", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", group, "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/x", group, "elsewhere", H5P_DEFAULT, H5P_DEFAULT);
    H5Tclose(text);
    H5Gclose(group);
    H5Fclose(file);

    struct table *t = open_ok("f.h5", "/g");
    for (size_t k = 0; k < COLUMNS; k++)
        ck_assert_str_eq(table_column_name(t, k), names[k]);
    compare(t);
    table_close(t);
    t = open_ok("f.h5", "/g/b2");
    ck_assert_uint_eq(table_columns(t), 1);
    ck_assert_str_eq(table_column_name(t, 0), "b2");
    table_close(t);
}
END_TEST

/* Doubles are read past HDF5, so their place in the file must be right. */
START_TEST(doubles_have_a_place)
{
    static const char *const names[COLUMNS] = {"a", "b", "c", "d", "e"};
    struct err e = {0};
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    size_t column = 0;
    double data[2] = {1, 1};

    H5Pset_userblock(create, 2048);
    hid_t file = H5Fcreate("f.h5", H5F_ACC_TRUNC, create, H5P_DEFAULT);
    hid_t group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t set = make_set(file, "x", H5T_NATIVE_DOUBLE, ROWS, COLUMNS, 0);
    fill(set, ROWS, COLUMNS, 0);
    close_set(set);
    for (size_t k = 0; k < COLUMNS; k++) {
        set = make_set(group, names[k], H5T_NATIVE_DOUBLE, ROWS, 0, k % 2 ? 1000 : 0);
        fill(set, ROWS, 1, k);
        close_set(set);
    }
    close_set(make_set(file, "unwritten", H5T_NATIVE_DOUBLE, 2, 0, 0));
    H5Gclose(group);
    H5Pclose(create);
    H5Fclose(file);

    struct table *t = open_ok("f.h5", "/x");
    compare(t);
    table_close(t);
    t = open_ok("f.h5", "/g");
    compare(t);
    table_close(t);
    t = open_ok("f.h5", "/unwritten");
    ck_ok(table_read(t, 0, 2, &column, 1, data, &e), &e);
    ck_assert(data[0] == 0 && data[1] == 0);
    table_close(t);
}
END_TEST

/* A table in the root group is found without a name, as is the only grid. */
START_TEST(objects_are_found)
{
    hid_t file = make_file("f.h5");

    close_set(make_set(file, "b", H5T_NATIVE_INT, 3, 0, 0));
    close_set(make_set(file, "a", H5T_NATIVE_INT, 3, 0, 0));
    H5Fclose(file);
    struct table *t = open_ok("f.h5", NULL);
    ck_assert_str_eq(table_location(t), "f.h5:/");
    ck_assert_uint_eq(table_columns(t), 2);
    ck_assert_str_eq(table_column_name(t, 0), "a");
    table_close(t);

    file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "deep", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    close_set(make_set(file, "deep/grid", H5T_NATIVE_INT, 4, 2, 0));
    H5Fclose(file);
    t = open_ok("f.h5", NULL);
    ck_assert_str_eq(table_location(t), "f.h5:/deep/grid");
    table_close(t);

    file = H5Fopen("f.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    close_set(make_set(file, "grid", H5T_NATIVE_INT, 4, 2, 0));
    H5Fclose(file);
    t = open_ok("f.h5", NULL);
    ck_assert_str_eq(table_location(t), "f.h5:/");
    table_close(t);

    file = make_file("two.h5");
    close_set(make_set(file, "x", H5T_NATIVE_INT, 4, 2, 0));
    close_set(make_set(file, "y", H5T_NATIVE_INT, 4, 2, 0));
    H5Fclose(file);
    refused("two.h5", NULL, ERR_INPUT,
            "two.h5: which table? it has /x (4 x 2), /y (4 x 2); name one as");
}
END_TEST

/* Gives x two columns named by an attribute of count elements of this type. */
static void put_names(const char *path, hid_t type, hsize_t count, const void *names)
{
    hid_t file = make_file(path), set = make_set(file, "x", H5T_NATIVE_INT, 4, 2, 0);
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t attribute = H5Acreate2(set, "columns", type, space, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(H5Awrite(attribute, type, names) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    close_set(set);
    H5Fclose(file);
}

static void has_names(const char *path, const char *one, const char *two)
{
    struct table *t = open_ok(path, NULL);

    ck_assert_str_eq(table_column_name(t, 0), one);
    ck_assert_str_eq(table_column_name(t, 1), two);
    table_close(t);
}

START_TEST(grids_have_names)
{
    hid_t variable = H5Tcopy(H5T_C_S1), fixed = H5Tcopy(H5T_C_S1);

    H5Tset_size(variable, H5T_VARIABLE);
    put_names("f.h5", variable, 2, (const char *const[]){"radius", ""});
    has_names("f.h5", "radius", "c1");
    put_names("f.h5", variable, 2, (const char *const[]){NULL, "\xc3\xa4"});
    has_names("f.h5", "c0", "\xc3\xa4");
    put_names("f.h5", variable, 3, (const char *const[]){"a", "b", "c"});
    refused("f.h5", NULL, ERR_INPUT, "attribute 'columns' has 3 elements, expected the names of");
    H5Tset_size(fixed, 4);
    put_names("f.h5", fixed, 2, "a\0\0\0long");
    has_names("f.h5", "a", "long");
    H5Tset_strpad(fixed, H5T_STR_SPACEPAD);
    put_names("f.h5", fixed, 2, "a b     ");
    has_names("f.h5", "a b", "c1");
    put_names("f.h5", H5T_NATIVE_INT, 2, (const int[]){1, 2});
    refused("f.h5", NULL, ERR_INPUT, "2 elements that are not strings");
    H5Tclose(fixed);
    H5Tclose(variable);
}
END_TEST

START_TEST(objects_are_refused)
{
    hsize_t one = 1;
    hid_t file = make_file("f.h5"), text = H5Tcopy(H5T_C_S1), scalar = H5Screate(H5S_SCALAR);

    H5Gclose(H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    close_set(make_set(file, "g/a", H5T_NATIVE_INT, 3, 0, 0));
    close_set(make_set(file, "g/b", H5T_NATIVE_INT, 4, 0, 0));
    close_set(make_set(file, "text", text, 3, 0, 0));
    close_set(make_set(file, "wide", H5T_NATIVE_INT, 1, 65537, 0));
    close_set(
        H5Dcreate2(file, "scalar", H5T_NATIVE_INT, scalar, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Tcommit2(file, "type", text, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &one, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(create, "raw", 0, 8);
    close_set(H5Dcreate2(file, "raw", H5T_NATIVE_INT, space, H5P_DEFAULT, create, H5P_DEFAULT));
    H5Lcreate_external("other.h5", "/x", file, "elsewhere", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/elsewhere", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Pclose(create);
    H5Sclose(space);
    H5Sclose(scalar);
    H5Tclose(text);
    H5Fclose(file);
    file = make_file("other.h5");
    close_set(make_set(file, "x", H5T_NATIVE_INT, 2, 2, 0));
    H5Fclose(file);

    refused("f.h5", "/g", ERR_INPUT, "f.h5:/g: 'a' has 3 rows and 'b' has 4");
    refused("f.h5", "/text", ERR_INPUT,
            "f.h5:/text: holds text, expected a 2-D or 1-D dataset of numbers");
    refused("f.h5", "/scalar", ERR_INPUT, "expected a 2-D or 1-D dataset of numbers");
    refused("f.h5", "/wide", ERR_INPUT, "has 65537 columns, expected 1 to 65536");
    refused("f.h5", "/type", ERR_INPUT, "is neither a dataset nor a group");
    refused("f.h5", "/raw", ERR_INPUT, "the data of '/raw' lie in other files");
    refused("f.h5", "/elsewhere", ERR_OPEN, "f.h5:/elsewhere: no such object");
    refused("f.h5", "/soft", ERR_OPEN, "f.h5:/soft: no such object");
    refused("f.h5", "/none", ERR_OPEN, "f.h5:/none: no such object");
    refused("none.h5", NULL, ERR_OPEN, "none.h5: cannot be opened");
    ck_assert_int_eq(truncate("other.h5", 700), 0);
    refused("other.h5", NULL, ERR_INPUT, "other.h5: cannot be read as HDF5 (HDF5: ");
}
END_TEST

static void put_attribute(hid_t set, const char *name, hid_t type, hsize_t count,
                          const void *values)
{
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t attribute = H5Acreate2(set, name, type, space, H5P_DEFAULT, H5P_DEFAULT);

    ck_assert(H5Awrite(attribute, type, values) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
}

/* As MATLAB stores a matrix: columns x rows. */
START_TEST(matrices_that_are_stored_turned_are_read)
{
    hid_t text = H5Tcopy(H5T_C_S1);
    double *data = malloc(ROWS * COLUMNS * sizeof *data);

    H5Tset_size(text, 6);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < COLUMNS; k++)
            data[k * ROWS + i] = value(i, k);
    for (size_t chunk = 0; chunk <= 3; chunk += 3) {
        hid_t file = make_file("m.h5");
        hid_t set = make_set(file, "x", H5T_IEEE_F64LE, COLUMNS, ROWS, chunk);
        ck_assert(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
        put_attribute(set, "MATLAB_class", text, 1, "double");
        close_set(set);
        H5Fclose(file);
        struct table *t = open_ok("m.h5", NULL);
        compare(t);
        table_close(t);
    }
    H5Tclose(text);
    free(data);
}
END_TEST

/* What is packed is compared as it is stored, and unpacked wherever it is read. */
START_TEST(packed_numbers_are_values)
{
    const int hole = 7, range[2] = {3, 100};
    const double scale = 0.5, offset = -1, limits[2] = {0, 1};
    double data[120];
    struct err e = {0};
    hid_t file = make_file("p.h5"), set = make_set(file, "x", H5T_STD_I16LE, 60, 2, 0);

    fill(set, 60, 2, 0);
    put_attribute(set, "scale_factor", H5T_NATIVE_DOUBLE, 1, &scale);
    put_attribute(set, "add_offset", H5T_NATIVE_DOUBLE, 1, &offset);
    put_attribute(set, "_FillValue", H5T_NATIVE_INT, 1, &hole);
    put_attribute(set, "valid_range", H5T_NATIVE_INT, 2, range);
    close_set(set);
    set = make_set(file, "y", H5T_STD_I16LE, 60, 2, 0);
    put_attribute(set, "valid_range", H5T_NATIVE_DOUBLE, 2, limits);
    close_set(set);
    H5Fclose(file);
    struct table *t = open_ok("p.h5", "/x");
    ck_ok(table_read(t, 0, 60, (const size_t[]){0, 1}, 2, data, &e), &e);
    for (size_t i = 0; i < 120; i++) {
        double raw = value(i / 2, i % 2);
        if (raw == hole || raw < range[0] || raw > range[1])
            ck_assert(isnan(data[i]));
        else
            ck_assert_double_eq(data[i], raw * scale + offset);
    }
    table_close(t);
    refused("p.h5", "/y", ERR_INPUT, "p.h5:/y: its attribute valid_range is no integer");
}
END_TEST

START_TEST(files_being_written_are_not_damaged)
{
    static const char flags[] = {3, 8, 8, 5}; /* a superblock's version, sizes, and flags */
    char bytes[4096] = "";
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    H5Fclose(make_file("locked.h5"));
    int fd = open("locked.h5", O_RDWR);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    refused("locked.h5", NULL, ERR_IO, "locked.h5: cannot be read as HDF5: another program has it");
    close(fd);
    H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    H5Fclose(H5Fcreate("latest.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access));
    H5Pclose(access);
    fd = open("latest.h5", O_RDWR);
    ck_assert(pread(fd, bytes, sizeof bytes, 0) > 12);
    ck_assert_int_eq(bytes[8], 3);
    ck_assert_int_eq(pwrite(fd, flags, sizeof flags, 8), sizeof flags);
    close(fd);
    refused("latest.h5", NULL, ERR_IO, "latest.h5: another program has it open for writing");
}
END_TEST

static size_t flip_bytes(unsigned flags, size_t count, const unsigned values[], size_t bytes,
                         size_t *size, void **data)
{
    (void)flags, (void)count, (void)values, (void)size;
    unsigned char *p = *data;
    for (size_t i = 0; i < bytes; i++)
        p[i] = (unsigned char)(p[i] ^ 0x55);
    return bytes;
}

/* Makes 1000 doubles in chunks that went through that filter, which then is not there. */
static void put_filtered(const char *path, H5Z_filter_t id, const char *name, bool whole)
{
    const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, id, 1, 1, name, NULL, NULL, flip_bytes};
    hsize_t extent = 1000, chunk = 100;
    hid_t file = make_file(path), space = H5Screate_simple(1, &extent, NULL);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);

    ck_assert(H5Zregister(&filter) >= 0);
    H5Pset_chunk(create, 1, &chunk);
    if (whole)
        H5Pset_fletcher32(create);
    else
        H5Pset_filter(create, id, H5Z_FLAG_OPTIONAL, 0, NULL);
    hid_t set = H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, create, H5P_DEFAULT);
    fill(set, 1000, 1, 0);
    close_set(set);
    H5Pclose(create);
    H5Sclose(space);
    H5Fclose(file);
    H5Zunregister(id);
}

static void unread(const char *path, enum err_code code, const char *words)
{
    struct err e = {0};
    double data[1000];
    struct table *t = open_ok(path, NULL);

    ck_fails(table_read(t, 0, 1000, (const size_t[]){0}, 1, data, &e), &e, code, words);
    table_close(t);
}

START_TEST(filters_that_are_not_here_are_named)
{
    put_filtered("lzf.h5", 32000, "", false);
    unread("lzf.h5", ERR_OPEN,
           "x is compressed with lzf (filter 32000), a filter that is not here");
    put_filtered("blosc.h5", 32001, "other", false);
    unread("blosc.h5", ERR_OPEN, "x is compressed with blosc (filter 32001)");
    put_filtered("own.h5", 400, "my\x1b own", false);
    unread("own.h5", ERR_OPEN, "x is compressed with my<U+001B> own (filter 400)");
    put_filtered("none.h5", 401, "", false);
    unread("none.h5", ERR_OPEN, "x is compressed with filter 401");
    /* One that is here and finds damage is another matter. */
    put_filtered("sums.h5", 402, "", true);
    int fd = open("sums.h5", O_RDWR);
    off_t end = lseek(fd, 0, SEEK_END);
    ck_assert_int_eq(pwrite(fd, "damage", 6, end - 600), 6);
    close(fd);
    unread("sums.h5", ERR_INPUT, "rows 0 to 999 of x cannot be read (HDF5: ");
}
END_TEST

START_TEST(reads_are_checked)
{
    struct err e = {0};
    double data[8];
    hid_t file = make_file("f.h5"), set = make_set(file, "x", H5T_NATIVE_INT, 4, 2, 0);

    fill(set, 4, 2, 0);
    close_set(set);
    H5Fclose(file);
    struct table *t = open_ok("f.h5", NULL);
    const size_t columns[] = {0, 1, 2};
    ck_fails(table_read(t, 3, 2, columns, 2, data, &e), &e, ERR_SOFTWARE, "but it has 4");
    ck_fails(table_read(t, UINT64_MAX, 2, columns, 2, data, &e), &e, ERR_SOFTWARE, "it has 4");
    ck_fails(table_read(t, 0, 1, columns, 3, data, &e), &e, ERR_SOFTWARE, "column 2 is wanted");
    ck_ok(table_read(t, 4, 0, columns, 2, data, &e), &e);
    ck_assert_int_eq(truncate("f.h5", 2048), 0);
    ck_fails(table_read(t, 0, 4, columns, 2, data, &e), &e, ERR_INPUT,
             "f.h5: changed while it was being read");
    table_close(t);

    file = make_file("f.h5");
    set = make_set(file, "x", H5T_NATIVE_DOUBLE, 4, 2, 0);
    fill(set, 4, 2, 0);
    close_set(set);
    H5Fclose(file);
    t = open_ok("f.h5", NULL);
    ck_assert_int_eq(truncate("f.h5", 2056), 0);
    ck_fails(table_read(t, 0, 4, columns, 2, data, &e), &e, ERR_INPUT,
             "f.h5: changed while it was being read");
    table_close(t);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, grids_of_any_kind_are_read);
    tcase_add_test(t, a_row_of_chunks_is_kept);
    tcase_add_test(t, groups_of_columns_are_read);
    tcase_add_test(t, doubles_have_a_place);
    tcase_add_test(t, objects_are_found);
    tcase_add_test(t, grids_have_names);
    tcase_add_test(t, objects_are_refused);
    tcase_add_test(t, matrices_that_are_stored_turned_are_read);
    tcase_add_test(t, packed_numbers_are_values);
    tcase_add_test(t, files_being_written_are_not_damaged);
    tcase_add_test(t, filters_that_are_not_here_are_named);
    tcase_add_test(t, reads_are_checked);
}

UNIT_MAIN("table", add)

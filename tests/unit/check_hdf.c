/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 files as a source, against the same rows in CSV. */
#include "data_fixture.h"

#include <hdf5.h>

#include "util/directory.h"

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
    refused_columns("f.h5:/y", NULL, ERR_OPEN, "f.h5:/y: no such object");
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
    ck_fails(
        source_read(s, 0, 3, data, &kept, &e), &e, ERR_INPUT,
        "f.h5:/x: row 1 (from 0): column 'c0' has no value (found NaN); set data.missing to skip");
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
    tcase_add_test(t, hdf5_is_read_like_csv);
    tcase_add_test(t, hdf5_holes_follow_the_policy);
}

UNIT_MAIN("hdf", add)

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes datasets a part at a time. */
#include "h5/slabs_private.h"

#include "h5/h5err.h"
#include "h5/value.h"

static int add_help(hid_t dataset, const char *path, const char *help, struct err *e)
{
    char *texts[] = {(char *)help}; /* which is only read */
    const struct flat_value v = {
        .path = (char *)path, .type = FLAT_STRING, .dims = {1, 1}, .count = 1, .strings = texts};

    return value_write_attribute(dataset, "help", &v, e);
}

/* size: of a string; 0: numbers. */
static int make(struct slabs *s, const char *path, int rank, const hsize_t dims[static 1],
                size_t size, const char *help, struct err *e)
{
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(rank, dims, NULL);
    hid_t type = H5Tcopy(size > 0 ? H5T_C_S1 : H5T_IEEE_F64LE);

    if (size > 0) {
        H5Tset_size(type, size);
        H5Tset_strpad(type, H5T_STR_NULLPAD);
        H5Tset_cset(type, H5T_CSET_UTF8);
    }
    H5Pset_obj_track_times(plist, 0);
    hid_t dataset = H5Dcreate2(s->file, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    int rc = dataset < 0 ? h5err_set(e, ERR_IO, "%s: cannot be made", path) : 0;
    if (rc == 0 && help)
        rc = add_help(dataset, path, help, e);
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Tclose(type);
    H5Sclose(space);
    H5Pclose(plist);
    return rc;
}

int slabs_make(struct slabs *s, const char *path, size_t count, size_t size, const char *help,
               struct err *e)
{
    return make(s, path, 1, (const hsize_t[1]){count}, size, help, e);
}

int slabs_make_rows(struct slabs *s, const char *path, size_t rows, size_t columns, struct err *e)
{
    return make(s, path, 2, (const hsize_t[2]){rows, columns}, 0, NULL, e);
}

/* Writes n elements from a place on, which is of one or two dimensions; type: of those in memory, or
 * that of the dataset (H5I_INVALID_HID). */
static int write_part(struct slabs *s, const char *path, const hsize_t *from, const hsize_t *n,
                      hid_t type, const void *data, struct err *e)
{
    hid_t dataset = H5Dopen2(s->file, path, H5P_DEFAULT);
    int rc = -1;

    if (dataset < 0)
        return h5err_set(e, ERR_SOFTWARE, "%s: is not there", path);
    hid_t own = type < 0 ? H5Dget_type(dataset) : H5Tcopy(type);
    hid_t there = H5Dget_space(dataset);
    hid_t here = H5Screate_simple(H5Sget_simple_extent_ndims(there), n, NULL);
    if (H5Sselect_hyperslab(there, H5S_SELECT_SET, from, NULL, n, NULL) >= 0)
        rc = H5Dwrite(dataset, own, here, there, H5P_DEFAULT, data);
    if (rc < 0)
        h5err_set(e, ERR_IO, "%s: cannot be written (is the disk full?)", path);
    H5Sclose(here);
    H5Sclose(there);
    H5Tclose(own);
    H5Dclose(dataset);
    return rc < 0 ? -1 : 0;
}

int slabs_numbers(struct slabs *s, const char *path, size_t first, size_t count,
                  const double *numbers, struct err *e)
{
    return write_part(s, path, (const hsize_t[1]){first}, (const hsize_t[1]){count},
                      H5T_NATIVE_DOUBLE, numbers, e);
}

int slabs_row(struct slabs *s, const char *path, size_t row, size_t first, size_t count,
              const double *numbers, struct err *e)
{
    return write_part(s, path, (const hsize_t[2]){row, first}, (const hsize_t[2]){1, count},
                      H5T_NATIVE_DOUBLE, numbers, e);
}

int slabs_strings(struct slabs *s, const char *path, size_t first, size_t count, const char *bytes,
                  struct err *e)
{
    return write_part(s, path, (const hsize_t[1]){first}, (const hsize_t[1]){count},
                      H5I_INVALID_HID, bytes, e);
}

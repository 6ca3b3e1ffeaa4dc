/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the HDF5 files that the reader must refuse. */
#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A dataset of doubles, with these properties. */
static void dataset(hid_t file, const char *name, hid_t type, int rank, const hsize_t *dims,
                    hid_t plist)
{
    hsize_t most[3] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED};
    bool chunked = plist != H5P_DEFAULT && H5Pget_layout(plist) == H5D_CHUNKED;
    hid_t space = H5Screate_simple(rank, dims, chunked ? most : NULL);

    H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Sclose(space);
}

static hid_t chunks(hsize_t size)
{
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_chunk(plist, 1, &size);
    return plist;
}

static void one_chunked(hid_t file, hsize_t count, hid_t plist)
{
    dataset(file, "d", H5T_NATIVE_DOUBLE, 1, &count, plist);
    H5Pclose(plist);
}

/* A scalar attribute of the root group. */
static void attribute(hid_t file, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t a = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);

    if (value)
        H5Awrite(a, type, value);
    H5Aclose(a);
    H5Sclose(space);
}

static void group(hid_t file, const char *name)
{
    H5Gclose(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void soft_link(hid_t file)
{
    H5Lcreate_soft("/nowhere", file, "s", H5P_DEFAULT, H5P_DEFAULT);
}

static void external_link(hid_t file)
{
    H5Lcreate_external("/etc/hostname", "/", file, "x", H5P_DEFAULT, H5P_DEFAULT);
}

static void two_hard_links(hid_t file)
{
    group(file, "g");
    H5Lcreate_hard(file, "g", file, "h", H5P_DEFAULT, H5P_DEFAULT);
}

static void cycle(hid_t file)
{
    group(file, "g");
    H5Lcreate_hard(file, "g", file, "g/back", H5P_DEFAULT, H5P_DEFAULT);
}

static void cycle_to_root(hid_t file)
{
    group(file, "g");
    H5Lcreate_hard(file, "/", file, "g/root", H5P_DEFAULT, H5P_DEFAULT);
}

static void external_storage(hid_t file)
{
    hsize_t dims = 4;
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_external(plist, "/etc/passwd", 0, 32);
    dataset(file, "d", H5T_NATIVE_DOUBLE, 1, &dims, plist);
    H5Pclose(plist);
}

static void virtual_dataset(hid_t file)
{
    hsize_t dims = 4;
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &dims, NULL);

    H5Pset_virtual(plist, space, "/tmp/other.h5", "/d", space);
    dataset(file, "d", H5T_NATIVE_DOUBLE, 1, &dims, plist);
    H5Sclose(space);
    H5Pclose(plist);
}

static void scaleoffset(hid_t file)
{
    hsize_t dims = 16;
    hid_t plist = chunks(16);

    H5Pset_scaleoffset(plist, H5Z_SO_INT, 0);
    dataset(file, "d", H5T_NATIVE_INT, 1, &dims, plist);
    H5Pclose(plist);
}

static void nbit(hid_t file)
{
    hid_t plist = chunks(16);

    H5Pset_nbit(plist);
    one_chunked(file, 16, plist);
}

static void plug_in_filter(hid_t file)
{
    hid_t plist = chunks(16);

    H5Pset_filter(plist, 32001, H5Z_FLAG_OPTIONAL, 0, NULL);
    one_chunked(file, 16, plist);
}

static void huge_dataset(hid_t file)
{
    one_chunked(file, (hsize_t)1 << 40, chunks(1024));
}

static void huge_contiguous(hid_t file)
{
    hsize_t dims = (hsize_t)1 << 40;

    dataset(file, "d", H5T_NATIVE_DOUBLE, 1, &dims, H5P_DEFAULT);
}

static void huge_chunk(hid_t file)
{
    one_chunked(file, 4, chunks((hsize_t)1 << 28));
}

static void compound(hid_t file)
{
    hsize_t dims = 4;
    hid_t type = H5Tcreate(H5T_COMPOUND, 16);

    H5Tinsert(type, "x", 0, H5T_NATIVE_DOUBLE);
    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

static void reference(hid_t file)
{
    hsize_t dims = 4;

    dataset(file, "d", H5T_STD_REF_OBJ, 1, &dims, H5P_DEFAULT);
}

static void opaque(hid_t file)
{
    hsize_t dims = 4;
    hid_t type = H5Tcreate(H5T_OPAQUE, 8);

    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

static void variable_length(hid_t file)
{
    hsize_t dims = 4;
    hid_t type = H5Tvlen_create(H5T_NATIVE_DOUBLE);

    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

static void variable_strings(hid_t file)
{
    hsize_t dims = 4;
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, H5T_VARIABLE);
    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

static void array_type(hid_t file)
{
    hsize_t dims = 4;
    hid_t type = H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &dims);

    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

static void unsigned_64(hid_t file)
{
    attribute(file, "u", H5T_STD_U64LE, NULL);
}

static void other_enumeration(hid_t file)
{
    int8_t value = 2;
    hid_t type = H5Tenum_create(H5T_STD_I8LE);

    H5Tenum_insert(type, "MAYBE", &value);
    attribute(file, "b", type, &value);
    H5Tclose(type);
}

/* An enumeration of FALSE and TRUE, as file_type says; a value that is neither. */
static void boolean(hid_t file, hid_t base, size_t precision, int16_t value)
{
    int16_t no = 0, yes = 1;
    hid_t part = H5Tcopy(base);

    if (precision)
        H5Tset_precision(part, precision);
    hid_t type = H5Tenum_create(part);
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    attribute(file, "b", type, &value);
    H5Tclose(type);
    H5Tclose(part);
}

static void boolean_of_two(hid_t file)
{
    boolean(file, H5T_STD_I8LE, 0, 2);
}

static void wide_boolean(hid_t file)
{
    boolean(file, H5T_STD_I16LE, 8, 1);
}

static void committed_type(hid_t file)
{
    hid_t type = H5Tcopy(H5T_NATIVE_DOUBLE);

    H5Tcommit2(file, "t", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Tclose(type);
}

static void three_dimensions(hid_t file)
{
    hsize_t dims[3] = {2, 2, 2};

    dataset(file, "d", H5T_NATIVE_DOUBLE, 3, dims, H5P_DEFAULT);
}

static void null_space(hid_t file)
{
    hid_t space = H5Screate(H5S_NULL);

    H5Dclose(H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
}

static void deep(hid_t file)
{
    char path[64] = "";

    for (int i = 0; i < 8; i++) {
        strcat(path, "/g");
        group(file, path);
    }
}

static void many(hid_t file)
{
    char name[16];

    for (int i = 0; i < 4200; i++) {
        snprintf(name, sizeof name, "g%d", i);
        group(file, name);
    }
}

static void long_path(hid_t file)
{
    char name[700];

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    group(file, name);
}

static void at_in_name(hid_t file)
{
    group(file, "a@b");
}

static void at_in_attribute(hid_t file)
{
    attribute(file, "a@b", H5T_NATIVE_INT, NULL);
}

static void control_in_name(hid_t file)
{
    group(file, "a\033[2Jb");
}

static void name_not_utf8(hid_t file)
{
    group(file, "caf\xe9");
}

/* A scalar attribute of a variable-length string. */
static void text(hid_t file, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    attribute(file, "s", type, &value);
    H5Tclose(type);
}

static void not_utf8(hid_t file)
{
    text(file, "caf\xe9");
}

static void long_string(hid_t file)
{
    char *value = calloc(70001, 1);

    memset(value, 'x', 70000);
    text(file, value);
    free(value);
}

static void wide_strings(hid_t file)
{
    hsize_t dims = 1 << 20;
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, 60000);
    dataset(file, "d", type, 1, &dims, H5P_DEFAULT);
    H5Tclose(type);
}

/* A million chunks of one element, none of which was written. */
static void tiny_chunks(hid_t file)
{
    one_chunked(file, 1 << 20, chunks(1));
}

const struct hostile hostile_files[] = {
    {"soft link", soft_link, "/s: is a soft link"},
    {"external link", external_link, "/x: is an external link"},
    {"two hard links", two_hard_links, "/g: has 2 hard links"},
    {"cycle", cycle, "/g: has 2 hard links"},
    {"cycle to the root", cycle_to_root, "/g/root: has 2 hard links"},
    {"external storage", external_storage, "/d: is stored in external files"},
    {"virtual dataset", virtual_dataset, "/d: is a virtual dataset"},
    {"scale-offset", scaleoffset, "/d: filter number 6 is not allowed"},
    {"n-bit", nbit, "/d: filter number 5 is not allowed"},
    {"filter from a plug-in", plug_in_filter, "/d: filter number 32001 is not allowed"},
    {"huge dataset", huge_dataset, "/d: has 1099511627776 elements, at most 1048576"},
    {"huge contiguous dataset", huge_contiguous, "/d: has 1099511627776 elements"},
    {"huge chunk", huge_chunk, "/d: has chunks of 2147483648 bytes"},
    {"compound", compound, "/d: has a type that is not allowed"},
    {"reference", reference, "/d: has a type that is not allowed"},
    {"opaque", opaque, "/d: has a type that is not allowed"},
    {"variable length", variable_length, "/d: has a type that is not allowed"},
    {"variable-length strings in a dataset", variable_strings, "/d: has a type that is not"},
    {"array", array_type, "/d: has a type that is not allowed"},
    {"unsigned 64-bit", unsigned_64, "/@u: has a type that is not allowed"},
    {"other enumeration", other_enumeration, "/@b: has a type that is not allowed"},
    {"boolean of value 2", boolean_of_two, "/@b: is a boolean of value 2"},
    {"boolean of two bytes", wide_boolean, "/@b: has a type that is not allowed"},
    {"committed type", committed_type, "/t: is neither a group nor a dataset"},
    {"three dimensions", three_dimensions, "/d: has 3 dimensions"},
    {"null dataspace", null_space, "/d: has 0 dimensions or is empty"},
    {"deep nesting", deep, "nested deeper than 6"},
    {"too many objects", many, "more than 4096 objects"},
    {"long path", long_path, "longer path than 512"},
    {"'@' in a name", at_in_name, "/: has a member whose name"},
    {"'@' in an attribute's name", at_in_attribute, "/: has a member whose name"},
    {"control character in a name", control_in_name, "/: has a member whose name"},
    {"name that is not UTF-8", name_not_utf8, "/: has a member whose name"},
    {"not UTF-8", not_utf8, "/@s: holds text that is not UTF-8"},
    {"long string", long_string, "/@s: is a string of more than 65536 bytes"},
    {"wide strings", wide_strings, "/d: its strings are larger than the limit"},
    {"tiny chunks", tiny_chunks, ""},
    {NULL, NULL, NULL},
};

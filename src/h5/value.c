/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts one attribute or dataset to a flat value, or back. */
#include "h5/value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "h5/close.h"
#include "h5/h5err.h"
#include "util/text.h"

enum { STRING_MOST = 65536, ATTRIBUTE_MOST = 65536 }; /* bytes; elements */

/* How an attribute and a dataset are read and written alike. */
struct item {
    const char *path;
    hid_t id;
    bool attribute;
};

static herr_t item_read(const struct item *it, hid_t type, void *data)
{
    return it->attribute ? H5Aread(it->id, type, data)
                         : H5Dread(it->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
}

/* h5py's boolean: an enumeration of FALSE = 0 and TRUE = 1 in one byte, which
 * has no byte order. (H5Tget_native_type() of wider ones overruns its memory.) */
static bool is_boolean(hid_t type)
{
    int8_t no = -1, yes = -1;

    return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 &&
           H5Tenum_valueof(type, "FALSE", &no) >= 0 && H5Tenum_valueof(type, "TRUE", &yes) >= 0 &&
           no == 0 && yes == 1;
}

/* Sets *kind to the flat type that a file's type is read as. */
static int choose_type(const struct item *it, hid_t type, unsigned rank, enum flat_type *kind,
                       struct err *e)
{
    H5T_class_t class = H5Tget_class(type);
    size_t size = H5Tget_size(type);

    if (class == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE && size == 1 && rank == 1)
        *kind = FLAT_BYTES;
    else if (class == H5T_INTEGER && (size < 8 || (size == 8 && H5Tget_sign(type) == H5T_SGN_2)))
        *kind = FLAT_INTEGER;
    else if (class == H5T_FLOAT && (size == 4 || size == 8))
        *kind = FLAT_NUMBER;
    else if (class == H5T_ENUM && is_boolean(type))
        *kind = FLAT_BOOLEAN;
    else if (class == H5T_STRING && H5Tis_variable_str(type) <= 0 && size <= STRING_MOST)
        *kind = FLAT_STRING;
    else if (class == H5T_STRING && H5Tis_variable_str(type) > 0 && it->attribute && rank == 0)
        *kind = FLAT_STRING;
    else
        return err_set(e, ERR_INPUT,
                       "%s: has a type that is not allowed (integers up to 64 bits signed, 32 and "
                       "64-bit floats, fixed-length strings, booleans, scalar attributes of "
                       "variable-length strings are)",
                       it->path);
    return 0;
}

/* Reads the dataspace into rank and dims; refuses what is too large. */
static int read_shape(const struct item *it, uint64_t most, unsigned *rank, size_t dims[static 2],
                      struct err *e)
{
    hsize_t extent[H5S_MAX_RANK] = {1, 1};
    hid_t space = it->attribute ? H5Aget_space(it->id) : H5Dget_space(it->id);
    int most_rank = it->attribute ? 1 : 2;

    if (space < 0)
        return h5err_set(e, ERR_INPUT, "%s: its dataspace cannot be read", it->path);
    H5S_class_t class = H5Sget_simple_extent_type(space);
    int n = H5Sget_simple_extent_dims(space, extent, NULL);
    H5Sclose(space);
    if ((class != H5S_SCALAR && class != H5S_SIMPLE) || n < 0 || n > most_rank)
        return err_set(e, ERR_INPUT, "%s: has %d dimensions or is empty, at most %d are allowed",
                       it->path, n, most_rank);
    *rank = (unsigned)n;
    double count = 1;
    for (int i = 0; i < 2; i++) {
        dims[i] = i < n ? (size_t)extent[i] : 1;
        count *= i < n ? (double)extent[i] : 1;
    }
    if (count > (double)most)
        return err_set(e, ERR_INPUT, "%s: has %.0f elements, at most %" PRIu64 " are read",
                       it->path, count, most);
    return 0;
}

static int add_strings(struct flat *out, const struct item *it, unsigned rank, const size_t *dims,
                       const char *const *strings, struct err *e)
{
    size_t count = rank == 0 ? 1 : rank == 1 ? dims[0] : dims[0] * dims[1];

    for (size_t i = 0; i < count; i++) {
        if (!text_is_utf8(strings[i]))
            return err_set(e, ERR_INPUT, "%s: holds text that is not UTF-8", it->path);
    }
    flat_add(out, it->path, FLAT_STRING, rank, dims, strings, 0);
    return 0;
}

/* The variable-length string of a scalar attribute. */
static int read_long_string(struct flat *out, const struct item *it, hid_t type, struct err *e)
{
    char *text = NULL;
    int rc = -1;
    hid_t memory = H5Tcopy(H5T_C_S1);

    if (memory < 0 || H5Tset_size(memory, H5T_VARIABLE) < 0 ||
        H5Tset_cset(memory, H5Tget_cset(type)) < 0 || H5Aread(it->id, memory, &text) < 0)
        h5err_set(e, ERR_INPUT, "%s: cannot be read", it->path);
    else if (text && strlen(text) > STRING_MOST)
        err_set(e, ERR_INPUT, "%s: is a string of more than %d bytes", it->path, STRING_MOST);
    else /* one that was never written is NULL */
        rc = add_strings(out, it, 0, NULL, (const char *[]){text ? text : ""}, e);
    H5free_memory(text);
    h5_close(memory);
    return rc;
}

/* Effect: count strings of width bytes that stand at raw are moved to text, each with a NUL behind
 * it; raw is text + count. Fails for what is hidden behind a NUL, as others may show it. */
static int spread(const struct item *it, char *text, size_t count, size_t width, struct err *e)
{
    const char *raw = text + count;

    for (size_t i = 0; i < count; i++) {
        char *s = text + i * (width + 1);
        memmove(s, raw + i * width, width);
        s[width] = '\0';
        for (size_t n = strlen(s); n < width; n++)
            if (s[n] != '\0')
                return err_set(e, ERR_INPUT, "%s: holds text with a NUL in it", it->path);
    }
    return 0;
}

/* Strings of one fixed length. */
static int read_short_strings(struct flat *out, const struct item *it, hid_t type, unsigned rank,
                              const size_t *dims, struct err *e)
{
    size_t count = dims[0] * dims[1], size = H5Tget_size(type) + 1;
    bool spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    hid_t memory = H5Tcopy(spaces ? H5T_C_S1 : type);
    char *text = err_alloc(count, size, it->path, e);
    char **strings = err_alloc(count, sizeof *strings, it->path, e);
    int rc = -1;

    if (!text || !strings || memory < 0)
        goto done;
    if ((spaces && (H5Tset_size(memory, size) < 0 || H5Tset_cset(memory, H5Tget_cset(type)) < 0)) ||
        (count && item_read(it, memory, spaces ? text : text + count) < 0)) {
        h5err_set(e, ERR_INPUT, "%s: cannot be read", it->path);
        goto done;
    }
    if (!spaces && spread(it, text, count, size - 1, e) < 0)
        goto done;
    for (size_t i = 0; i < count; i++) {
        strings[i] = text + i * size;
        strings[i][size - 1] = '\0';
    }
    rc = add_strings(out, it, rank, dims, (const char *const *)strings, e);
done:
    h5_close(memory);
    free(strings);
    free(text);
    return rc;
}

static int read_boolean(struct flat *out, const struct item *it, hid_t type, unsigned rank,
                        struct err *e)
{
    int8_t small;

    if (rank != 0 || item_read(it, type, &small) < 0)
        return h5err_set(e, ERR_INPUT, "%s: is not one boolean", it->path);
    if (small != 0 && small != 1)
        return err_set(e, ERR_INPUT, "%s: is a boolean of value %d, expected 0 or 1", it->path,
                       small);
    int64_t value = small;
    flat_add(out, it->path, FLAT_BOOLEAN, 0, NULL, &value, 0);
    return 0;
}

static int read_numbers(struct flat *out, const struct item *it, enum flat_type kind, unsigned rank,
                        const size_t *dims, struct err *e)
{
    size_t count = dims[0] * dims[1];
    void *data = err_alloc(count, kind == FLAT_BYTES ? 1 : sizeof(double), it->path, e);
    hid_t memory = kind == FLAT_NUMBER  ? H5T_NATIVE_DOUBLE
                   : kind == FLAT_BYTES ? H5T_NATIVE_UINT8
                                        : H5T_NATIVE_INT64;
    int rc = -1;

    if (!data)
        return -1;
    if (count && item_read(it, memory, data) < 0) {
        h5err_set(e, ERR_INPUT, "%s: cannot be read", it->path);
    } else {
        flat_add(out, it->path, kind, rank, dims, data, 0);
        rc = 0;
    }
    free(data);
    return rc;
}

static int read_item(struct flat *out, const struct item *it, uint64_t most, struct err *e)
{
    unsigned rank;
    size_t dims[2];
    enum flat_type kind = FLAT_GROUP;
    int rc = -1;
    hid_t type = it->attribute ? H5Aget_type(it->id) : H5Dget_type(it->id);

    if (type < 0)
        return h5err_set(e, ERR_INPUT, "%s: its type cannot be read", it->path);
    if (read_shape(it, most, &rank, dims, e) < 0 || choose_type(it, type, rank, &kind, e) < 0)
        goto done;
    if (kind == FLAT_BOOLEAN)
        rc = read_boolean(out, it, type, rank, e);
    else if (kind != FLAT_STRING)
        rc = read_numbers(out, it, kind, rank, dims, e);
    else if (H5Tis_variable_str(type) > 0)
        rc = read_long_string(out, it, type, e);
    else if (dims[0] * dims[1] * H5Tget_size(type) > most * 8)
        err_set(e, ERR_INPUT, "%s: its strings are larger than the limit", it->path);
    else
        rc = read_short_strings(out, it, type, rank, dims, e);
done:
    H5Tclose(type);
    return rc;
}

int value_read_attribute(struct flat *out, const char *path, hid_t attribute, struct err *e)
{
    return read_item(out, &(struct item){path, attribute, true}, ATTRIBUTE_MOST, e);
}

int value_read_dataset(struct flat *out, const char *path, hid_t dataset, uint64_t elements,
                       struct err *e)
{
    return read_item(out, &(struct item){path, dataset, false}, elements, e);
}

/* Returns the type that v is written as; the caller closes it. Strings are of
 * variable length, or of the longest one's. */
static hid_t file_type(const struct flat_value *v, bool variable)
{
    int8_t no = 0, yes = 1;
    hid_t type = H5I_INVALID_HID;
    size_t longest = 1;

    switch (v->type) {
    case FLAT_INTEGER:
        return H5Tcopy(H5T_STD_I64LE);
    case FLAT_NUMBER:
        return H5Tcopy(H5T_IEEE_F64LE);
    case FLAT_BYTES:
        return H5Tcopy(H5T_STD_U8LE);
    case FLAT_BOOLEAN: /* as h5py does */
        type = H5Tenum_create(H5T_STD_I8LE);
        H5Tenum_insert(type, "FALSE", &no);
        H5Tenum_insert(type, "TRUE", &yes);
        return type;
    case FLAT_STRING:
        for (size_t i = 0; i < v->count; i++)
            longest = strlen(v->strings[i]) > longest ? strlen(v->strings[i]) : longest;
        type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, variable ? H5T_VARIABLE : longest);
        H5Tset_strpad(type, variable ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
        H5Tset_cset(type, H5T_CSET_UTF8);
        return type;
    case FLAT_GROUP:
        break;
    }
    return type;
}

/* Returns the bytes to hand to H5Awrite or H5Dwrite, and what to free. */
static const void *file_bytes(const struct flat_value *v, hid_t type, int8_t *boolean, char **owned)
{
    if (v->type == FLAT_BOOLEAN) {
        *boolean = v->integers[0] != 0;
        return boolean;
    }
    if (v->type != FLAT_STRING || H5Tis_variable_str(type) > 0)
        return v->data;
    size_t size = H5Tget_size(type);
    *owned = calloc(v->count ? v->count : 1, size);
    for (size_t i = 0; *owned && i < v->count; i++)
        memcpy(*owned + i * size, v->strings[i], strlen(v->strings[i]));
    return *owned;
}

static int write_item(hid_t parent, const char *name, const struct flat_value *v, bool attribute,
                      struct err *e)
{
    const hsize_t dims[2] = {v->dims[0], v->dims[1]};
    char *owned = NULL;
    int8_t boolean;
    hid_t item = H5I_INVALID_HID, plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t type = file_type(v, attribute && v->rank == 0);
    hid_t space = v->rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple((int)v->rank, dims, NULL);
    const void *bytes = file_bytes(v, type, &boolean, &owned);
    int rc = -1;

    H5Pset_obj_track_times(plist, 0);
    if (attribute)
        item = H5Acreate2(parent, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    else
        item = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (item >= 0 && bytes)
        rc = v->count == 0 ? 0
             : attribute   ? H5Awrite(item, type, bytes)
                           : H5Dwrite(item, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
    if (rc < 0)
        h5err_set(e, ERR_IO, "%s: cannot be written", v->path);
    if (item >= 0)
        attribute ? H5Aclose(item) : H5Dclose(item);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(plist);
    free(owned);
    return rc < 0 ? -1 : 0;
}

int value_write_attribute(hid_t object, const char *name, const struct flat_value *v, struct err *e)
{
    return write_item(object, name, v, true, e);
}

int value_write_dataset(hid_t group, const char *name, const struct flat_value *v, struct err *e)
{
    return write_item(group, name, v, false, e);
}

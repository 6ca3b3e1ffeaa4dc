/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads attributes, and lists of labels, of a site's own files. */
#include "h5/attribute.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/close.h"
#include "h5/h5err.h"

enum { TEXT_MOST = 64 << 10, LABELS_MOST = 64 << 20 }; /* bytes of a string, and of a list */

/* An open attribute or dataset, and what it holds. */
struct item {
    hid_t id, type, space;
    hssize_t count;
};

static void close_item(struct item *x)
{
    h5_close(x->space);
    h5_close(x->type);
    h5_close(x->id);
    H5Eclear2(H5E_DEFAULT);
}

bool attribute_exists(hid_t object, const char *name)
{
    bool exists = H5Aexists(object, name) > 0;

    H5Eclear2(H5E_DEFAULT);
    return exists;
}

struct visit {
    bool (*visit)(void *context, const char *name);
    void *context;
};

static herr_t visit_one(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    const struct visit *v = data;

    (void)object;
    (void)info;
    return v->visit(v->context, name);
}

bool attribute_any(hid_t object, bool (*visit)(void *context, const char *name), void *context)
{
    struct visit v = {visit, context};
    bool found = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_one, &v) > 0;

    H5Eclear2(H5E_DEFAULT);
    return found;
}

/* Returns whether there is one. The caller closes it in any case. */
static bool open_attribute(hid_t object, const char *name, struct item *x)
{
    *x = (struct item){-1, -1, -1, -1};
    if (!attribute_exists(object, name))
        return false;
    x->id = H5Aopen(object, name, H5P_DEFAULT);
    if (x->id >= 0) {
        x->type = H5Aget_type(x->id);
        x->space = H5Aget_space(x->id);
    }
    if (x->space >= 0)
        x->count = H5Sget_simple_extent_npoints(x->space);
    return x->type >= 0 && x->count >= 0;
}

static bool read_fixed(const struct item *x, char *text, size_t size)
{
    size_t len = H5Tget_size(x->type);
    char *bytes = len > 0 && len <= TEXT_MOST ? calloc(1, len + 1) : NULL;
    bool read = bytes && H5Aread(x->id, x->type, bytes) >= 0;

    if (read)
        snprintf(text, size, "%s", bytes);
    free(bytes);
    return read;
}

static bool read_variable(const struct item *x, char *text, size_t size)
{
    char *bytes = NULL;

    if (H5Aread(x->id, x->type, &bytes) < 0)
        return false;
    snprintf(text, size, "%s", bytes ? bytes : "");
    H5Dvlen_reclaim(x->type, x->space, H5P_DEFAULT, &bytes);
    return true;
}

bool attribute_text(hid_t object, const char *name, char *text, size_t size)
{
    struct item x;
    bool read = false;

    text[0] = '\0';
    if (open_attribute(object, name, &x) && x.count == 1 && H5Tget_class(x.type) == H5T_STRING)
        read = H5Tis_variable_str(x.type) > 0 ? read_variable(&x, text, size)
                                              : read_fixed(&x, text, size);
    close_item(&x);
    return read;
}

bool attribute_is(hid_t object, const char *name, const char *text)
{
    char found[64];

    return attribute_text(object, name, found, sizeof found) && strcmp(found, text) == 0;
}

static bool is_number(hid_t type)
{
    H5T_class_t class = H5Tget_class(type);

    return class == H5T_INTEGER || class == H5T_FLOAT;
}

bool attribute_is_real(hid_t object, const char *name)
{
    struct item x;
    bool real = open_attribute(object, name, &x) && H5Tget_class(x.type) == H5T_FLOAT;

    close_item(&x);
    return real;
}

int attribute_numbers(hid_t object, const char *name, hid_t type, double *values, size_t room)
{
    struct item x;
    int count = 0;
    size_t size = H5Tget_size(type) > sizeof(double) ? H5Tget_size(type) : sizeof(double);

    if (open_attribute(object, name, &x)) {
        char *bytes = x.count <= (hssize_t)room ? calloc(room + 1, size) : NULL;
        count = is_number(x.type) && x.count <= INT16_MAX ? (int)x.count : -1;
        if (count > 0 && count <= (int)room) {
            if (!bytes || H5Aread(x.id, type, bytes) < 0 ||
                H5Tconvert(type, H5T_NATIVE_DOUBLE, (size_t)count, bytes, NULL, H5P_DEFAULT) < 0)
                count = -1;
            else
                memcpy(values, bytes, (size_t)count * sizeof *values);
        }
        free(bytes);
    } else if (x.id >= 0) {
        count = -1;
    }
    close_item(&x);
    return count;
}

/* Effect: copies strings, of any or of one length, into names. */
static int copy_strings(const struct item *x, const char *what, size_t count, char **names,
                        struct err *e)
{
    bool variable = H5Tis_variable_str(x->type) > 0;
    size_t size = variable ? sizeof(char *) : H5Tget_size(x->type);

    if (size == 0 || size > LABELS_MOST / (count + 1))
        return err_set(e, ERR_INPUT, "%s: has more than %d MiB of names", what, LABELS_MOST >> 20);
    char *bytes = err_alloc(count + 1, size, what, e);
    if (!bytes)
        return -1;
    int rc = H5Dread(x->id, x->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0
                 ? h5err_read(e, "%s: cannot be read", what)
                 : 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        const char *text = variable ? ((char **)(void *)bytes)[i] : bytes + i * size;
        names[i] = text ? strndup(text, variable ? SIZE_MAX : size) : strdup("");
        if (!names[i])
            rc = err_memory(e, what);
    }
    if (rc == 0 && variable)
        H5Dvlen_reclaim(x->type, x->space, H5P_DEFAULT, bytes);
    free(bytes);
    return rc;
}

static int copy_integers(const struct item *x, const char *what, size_t count, char **names,
                         struct err *e)
{
    int64_t *values = err_alloc(count, sizeof *values, what, e);
    int rc = !values ? -1
             : H5Dread(x->id, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0
                 ? h5err_read(e, "%s: cannot be read", what)
                 : 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        if (asprintf(&names[i], "%" PRId64, values[i]) < 0) {
            names[i] = NULL;
            rc = err_memory(e, what);
        }
    free(values);
    return rc;
}

int attribute_labels(hid_t dataset, const char *what, size_t count, char **names, struct err *e)
{
    struct item x = {-1, H5Dget_type(dataset), H5Dget_space(dataset), -1};
    int rc;

    x.id = dataset;
    x.count = x.space >= 0 ? H5Sget_simple_extent_npoints(x.space) : -1;
    if (x.count != (hssize_t)count)
        rc = err_set(e, ERR_INPUT, "%s: has %lld names, expected %zu", what, (long long)x.count,
                     count);
    else if (H5Tget_class(x.type) == H5T_STRING)
        rc = copy_strings(&x, what, count, names, e);
    else if (H5Tget_class(x.type) == H5T_INTEGER)
        rc = copy_integers(&x, what, count, names, e);
    else
        rc = err_set(e, ERR_INPUT, "%s: expected names, as text or integers", what);
    x.id = -1; /* the caller's */
    close_item(&x);
    return rc;
}

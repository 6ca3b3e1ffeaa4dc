/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names the columns of a dataset of two dimensions. */
#include "h5/table_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/h5err.h"

#define COLUMNS_ATTRIBUTE "columns"

enum { NAMES_MAX = 16 << 20 }; /* bytes of fixed-length names */

/* Returns a name of at most most bytes; an empty one becomes c and its number. */
static char *make_name(const char *text, size_t most, size_t i)
{
    char *name = NULL;

    if (text && most > 0 && text[0] != '\0')
        return strndup(text, most);
    return asprintf(&name, "c%zu", i) < 0 ? NULL : name;
}

static int unreadable(const struct table *t, struct err *e)
{
    return h5err_read(e, "%s: attribute '%s' cannot be read", t->location, COLUMNS_ATTRIBUTE);
}

/* Names of any length: HDF5 allocates each. */
static int read_variable(struct table *t, hid_t attribute, hid_t type, hid_t space, struct err *e)
{
    char **texts = err_alloc(t->columns, sizeof *texts, t->location, e);

    if (!texts)
        return -1;
    int rc = H5Aread(attribute, type, texts) < 0 ? unreadable(t, e) : 0;
    for (size_t i = 0; rc == 0 && i < t->columns; i++)
        t->names[i] = make_name(texts[i], SIZE_MAX, i);
    if (rc == 0)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
    free(texts);
    return rc;
}

/* Names of one length, ended by NULs or filled up with spaces. */
static int read_fixed(struct table *t, hid_t attribute, hid_t type, struct err *e)
{
    size_t size = H5Tget_size(type);

    if (size == 0 || size > NAMES_MAX / t->columns)
        return err_set(e, ERR_INPUT, "%s: attribute '%s' is larger than %d MiB", t->location,
                       COLUMNS_ATTRIBUTE, NAMES_MAX >> 20);
    char *texts = err_alloc(t->columns, size, t->location, e);
    if (!texts)
        return -1;
    int rc = H5Aread(attribute, type, texts) < 0 ? unreadable(t, e) : 0;
    for (size_t i = 0; rc == 0 && i < t->columns; i++) {
        const char *text = texts + i * size;
        size_t len = strnlen(text, size);
        while (H5Tget_strpad(type) == H5T_STR_SPACEPAD && len > 0 && text[len - 1] == ' ')
            len--;
        t->names[i] = make_name(text, len, i);
    }
    free(texts);
    return rc;
}

static int read_names(struct table *t, hid_t attribute, hid_t type, hid_t space, struct err *e)
{
    if (type < 0 || space < 0)
        return unreadable(t, e);
    hssize_t found = H5Sget_simple_extent_npoints(space);
    if (H5Tget_class(type) != H5T_STRING || found < 0 || (size_t)found != t->columns)
        return err_set(e, ERR_INPUT,
                       "%s: attribute '%s' has %lld elements%s, expected the names of the %zu "
                       "columns",
                       t->location, COLUMNS_ATTRIBUTE, (long long)found,
                       H5Tget_class(type) == H5T_STRING ? "" : " that are not strings", t->columns);
    if (H5Tis_variable_str(type) > 0)
        return read_variable(t, attribute, type, space, e);
    return read_fixed(t, attribute, type, e);
}

/* AnnData: the columns of X are the rows of var, which an attribute of that names. Returns
 * whether there are names. */
static int label_from_var(struct table *t, const char *object, struct err *e)
{
    char name[256], what[400];
    hid_t group = -1, dataset = -1;
    int rc = 0;

    if (strcmp(object, "/X") == 0 && H5Lexists(t->file, "var", H5P_DEFAULT) > 0)
        group = H5Gopen2(t->file, "var", H5P_DEFAULT);
    if (group >= 0 && attribute_text(group, "_index", name, sizeof name))
        dataset = H5Dopen2(group, name, H5P_DEFAULT);
    if (dataset >= 0) {
        snprintf(what, sizeof what, "%.200s:/var/%.150s", t->path, name);
        rc = attribute_labels(dataset, what, t->columns, t->names, e) < 0 ? -1 : 1;
    }
    h5_close(dataset);
    h5_close(group);
    H5Eclear2(H5E_DEFAULT);
    return rc;
}

int table_label(struct table *t, hid_t dataset, const char *object, struct err *e)
{
    int rc = 0;

    if (H5Aexists(dataset, COLUMNS_ATTRIBUTE) > 0) {
        hid_t attribute = H5Aopen(dataset, COLUMNS_ATTRIBUTE, H5P_DEFAULT);
        hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
        rc = read_names(t, attribute, type, space, e);
        h5_close(space);
        h5_close(type);
        h5_close(attribute);
    } else if ((rc = label_from_var(t, object, e)) == 0) {
        for (size_t i = 0; i < t->columns; i++)
            t->names[i] = make_name(NULL, 0, i);
    }
    for (size_t i = 0; rc >= 0 && i < t->columns; i++)
        if (!t->names[i])
            rc = err_memory(e, t->location);
    return rc < 0 ? -1 : 0;
}

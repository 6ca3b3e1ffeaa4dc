/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what a dataset is to a table. */
#include <stdio.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/table_private.h"

enum { PATH_MOST = 1024, WORD = 80 };

/* What holds no numbers, by its type; NULL if it does. */
static const char *name_class(hid_t type)
{
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_FLOAT:
        return NULL;
    case H5T_STRING:
        return "text";
    case H5T_ENUM:
        return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 ? "booleans" : "an enumeration";
    case H5T_BITFIELD:
        return "booleans";
    case H5T_COMPOUND:
        return "compound rows";
    case H5T_REFERENCE:
        return "references";
    case H5T_VLEN:
        return "lists";
    default:
        return "no numbers";
    }
}

/* What is written as numbers and means something else; NULL if it means numbers. */
static const char *name_meaning(hid_t dataset)
{
    char word[WORD];

    if (attribute_is(dataset, "MATLAB_class", "char"))
        return "text";
    if (attribute_exists(dataset, "MATLAB_empty"))
        return "empty";
    /* pandas: the kind of an index, the type of values. */
    if ((attribute_text(dataset, "value_type", word, sizeof word) ||
         attribute_text(dataset, "kind", word, sizeof word)) &&
        (strncmp(word, "datetime", 8) == 0 || strncmp(word, "timedelta", 9) == 0))
        return "times";
    if (attribute_exists(dataset, "categories")) /* old AnnData */
        return "categories";
    if (attribute_is(dataset, "CLASS", "DIMENSION_SCALE") &&
        attribute_text(dataset, "NAME", word, sizeof word) &&
        strncmp(word, "This is a netCDF dimension but not", 34) == 0)
        return "a dimension without values";
    return NULL;
}

/* Whether MATLAB or Octave wrote it, whose matrices are stored column after column. */
static bool is_turned(hid_t dataset)
{
    char path[PATH_MOST];

    if (attribute_exists(dataset, "MATLAB_class"))
        return true;
    if (H5Iget_name(dataset, path, sizeof path) <= 0)
        return false;
    char *slash = strrchr(path, '/');
    if (!slash || slash == path || strcmp(slash, "/value") != 0)
        return false;
    *slash = '\0';
    bool octave = H5Aexists_by_name(dataset, path, "OCTAVE_NEW_FORMAT", H5P_DEFAULT) > 0;
    H5Eclear2(H5E_DEFAULT);
    return octave;
}

static void turn(struct shape *s)
{
    hsize_t rows = s->of[1];

    s->of[1] = s->of[0];
    s->of[0] = rows;
    s->turned = true;
    if (s->of[1] == 1)
        s->rank = 1;
}

void table_shape(hid_t dataset, struct shape *shape)
{
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);

    *shape = (struct shape){.kind = "not to be opened"};
    if (space < 0 || type < 0)
        goto done;
    shape->kind = name_class(type);
    if (!shape->kind)
        shape->kind = name_meaning(dataset);
    shape->numeric = !shape->kind;
    bool texts = H5Tget_class(type) == H5T_STRING || H5Tget_class(type) == H5T_ENUM;
    if (H5Sget_simple_extent_type(space) != H5S_SIMPLE) {
        shape->kind = shape->kind ? shape->kind : "a single value";
        goto done;
    }
    int rank = H5Sget_simple_extent_ndims(space);
    if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, shape->of, NULL) == rank)
        shape->rank = shape->stored = rank;
    else if (shape->numeric)
        shape->kind = "of 3 dimensions or more";
    shape->text = texts && shape->rank == 1;
    if (rank == 2 && shape->numeric && is_turned(dataset))
        turn(shape);
done:
    h5_close(type);
    h5_close(space);
}

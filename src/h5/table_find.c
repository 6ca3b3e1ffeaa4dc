/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the datasets that a table is made of. */
#include "h5/table_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/h5err.h"

/* Called before an external link is followed: never. */
static herr_t refuse(const char *parent_file, const char *parent_group, const char *child_file,
                     const char *child_object, unsigned *flags, hid_t access, void *data)
{
    (void)parent_file;
    (void)parent_group;
    (void)child_file;
    (void)child_object;
    (void)flags;
    (void)access;
    (void)data;
    return -1;
}

hid_t table_access(void)
{
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);

    if (access >= 0 && H5Pset_elink_cb(access, refuse, NULL) < 0) {
        H5Pclose(access);
        return -1;
    }
    return access;
}

void table_shape(hid_t dataset, struct shape *shape)
{
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);

    *shape = (struct shape){0};
    if (space >= 0 && type >= 0 && H5Sget_simple_extent_type(space) == H5S_SIMPLE) {
        H5T_class_t class = H5Tget_class(type);
        shape->numeric = class == H5T_INTEGER || class == H5T_FLOAT;
        int rank = H5Sget_simple_extent_ndims(space);
        if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, shape->of, NULL) == rank)
            shape->rank = rank;
    }
    h5_close(type);
    h5_close(space);
}

/* Opens one that a walk came to. Returns whether it is numeric and of this rank. */
static bool is_column_data(hid_t place, const char *name, int rank)
{
    struct shape shape;
    hid_t dataset = H5Dopen2(place, name, H5P_DEFAULT);

    if (dataset < 0) {
        H5Eclear2(H5E_DEFAULT);
        return false;
    }
    table_shape(dataset, &shape);
    H5Dclose(dataset);
    return shape.numeric && shape.rank == rank;
}

/* What a walk over a file finds. */
struct search {
    char *name; /* of the first 2-D dataset */
    size_t count;
    bool failed; /* no memory */
};

static herr_t visit(hid_t place, const char *name, const H5O_info_t *info, void *data)
{
    struct search *s = data;

    if (info->type != H5O_TYPE_DATASET || !is_column_data(place, name, 2))
        return 0;
    if (++s->count > 1)
        return 1;
    s->failed = asprintf(&s->name, "/%s", name) < 0;
    if (s->failed)
        s->name = NULL;
    return s->failed;
}

char *table_find(const struct table *t, struct err *e)
{
    struct search s = {0};
    herr_t rc = H5Ovisit2(t->file, H5_INDEX_NAME, H5_ITER_INC, visit, &s, H5O_INFO_BASIC);

    if (rc < 0) {
        h5err_read(e, "%s: its objects cannot be listed", t->path);
        free(s.name);
        return NULL;
    }
    if (s.count != 1) {
        free(s.name);
        s.name = strdup("/");
    }
    if (!s.name)
        err_memory(e, t->path);
    return s.name;
}

/* What a walk over a group fills. */
struct listing {
    struct table *table;
    size_t capacity;
    struct err *err;
};

static int add_name(struct listing *l, const char *name)
{
    struct table *t = l->table;

    if (t->columns == TABLE_COLUMNS_MAX)
        return err_set(l->err, ERR_INPUT, "%s: has more than %d columns", t->location,
                       TABLE_COLUMNS_MAX);
    char **names = err_grow(t->names, t->columns, &l->capacity, sizeof *names, t->location, l->err);
    if (!names)
        return -1;
    t->names = names;
    t->names[t->columns] = strdup(name);
    if (!t->names[t->columns])
        return err_memory(l->err, t->location);
    t->columns++;
    return 0;
}

static herr_t list(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    H5O_info_t object;

    if (info->type != H5L_TYPE_HARD)
        return 0;
    if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return -1;
    if (object.type != H5O_TYPE_DATASET || !is_column_data(group, name, 1))
        return 0;
    return add_name(data, name);
}

int table_list(struct table *t, hid_t group, struct err *e)
{
    struct err mine = {0};
    struct listing l = {.table = t, .err = &mine};

    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, list, &l) < 0) {
        if (mine.code != ERR_NONE)
            return err_set(e, mine.code, "%s", mine.text);
        return h5err_read(e, "%s: its objects cannot be listed", t->location);
    }
    if (t->columns > 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: has no 1-D datasets of numbers; name a 2-D dataset, or a group of 1-D "
                   "ones, as PATH:/OBJECT",
                   t->location);
}

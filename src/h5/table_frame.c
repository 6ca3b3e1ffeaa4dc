/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens what pandas wrote in its fixed format. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/h5err.h"
#include "h5/table_private.h"

enum { BLOCKS_MOST = 1000, WORD = 64 };

/* A frame: its columns stand in axis0, its values in blocks of one type each, of which
 * blockN_items names the columns. */
struct frame {
    struct table *table;
    hid_t group;
    char **names; /* of all its columns, in order */
    size_t count;
    struct home *homes; /* of each; dataset SIZE_MAX: it is in no block of numbers */
    size_t blocks;
    struct buf left;
};

bool table_is_frame(hid_t group)
{
    return attribute_exists(group, "pandas_type");
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

/* Returns the labels in a dataset of the group, and how many. */
static char **read_labels(const struct frame *f, const char *name, size_t *count, struct err *e)
{
    char what[WORD + 400];
    hsize_t extent = 0;
    hid_t dataset = H5Dopen2(f->group, name, H5P_DEFAULT);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);

    snprintf(what, sizeof what, "%.380s/%.60s", f->table->location, name);
    char **names = NULL;
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &extent, NULL) != 1 || extent > TABLE_COLUMNS_MAX) {
        h5err_read(e, "%s: is no list of at most %d names", what, TABLE_COLUMNS_MAX);
    } else {
        *count = (size_t)extent;
        names = err_alloc(*count, sizeof *names, what, e);
        if (names && attribute_labels(dataset, what, *count, names, e) < 0) {
            free_names(names, *count);
            names = NULL;
        }
    }
    h5_close(space);
    h5_close(dataset);
    return names;
}

/* Returns the number of a column that has no home yet; SIZE_MAX if there is none. */
static size_t find(const struct frame *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->homes[i].dataset == SIZE_MAX && strcmp(f->names[i], name) == 0)
            return i;
    return SIZE_MAX;
}

/* Effect: adds a block whose values are numbers; says of another that it is left out. */
static int add_block(struct frame *f, const char *values, char **items, size_t count, struct err *e)
{
    struct table *t = f->table;
    struct shape shape;

    if (table_add(t, f->group, values, NULL, TABLE_CACHE_MAX / f->blocks, &shape, e) < 0)
        return -1;
    if (!shape.numeric || shape.rank != 2) {
        H5Dclose(t->datasets[--t->datasets_count].id);
        for (size_t i = 0; i < count; i++)
            table_leave_out(&f->left, items[i], shape.kind ? shape.kind : "not 2-D");
        return 0;
    }
    if (t->datasets_count == 1)
        t->rows = shape.of[0];
    if (shape.of[1] != count || shape.of[0] != t->rows)
        return err_set(
            e, ERR_INPUT, "%s: %s is %" PRIu64 " x %" PRIu64 ", expected %" PRIu64 " x %zu",
            t->location, values, (uint64_t)shape.of[0], (uint64_t)shape.of[1], t->rows, count);
    for (size_t i = 0; i < count; i++) {
        size_t column = find(f, items[i]);
        if (column == SIZE_MAX)
            return err_set(e, ERR_INPUT, "%s: axis0 does not name '%.100s', a column of %s",
                           t->location, items[i], values);
        f->homes[column] = (struct home){t->datasets_count - 1, i};
    }
    return 0;
}

static int read_block(struct frame *f, size_t i, struct err *e)
{
    char items[WORD], values[WORD];
    size_t count = 0;

    snprintf(items, sizeof items, "block%zu_items", i);
    snprintf(values, sizeof values, "block%zu_values", i);
    char **names = read_labels(f, items, &count, e);
    int rc = names ? add_block(f, values, names, count, e) : -1;
    free_names(names, count);
    return rc;
}

/* Effect: the table's columns are those of the frame that have a home. */
static int settle(struct frame *f, struct err *e)
{
    struct table *t = f->table;

    t->names = err_alloc(f->count, sizeof *t->names, t->location, e);
    t->homes = err_alloc(f->count, sizeof *t->homes, t->location, e);
    if (!t->names || !t->homes)
        return -1;
    for (size_t i = 0; i < f->count; i++) {
        if (f->homes[i].dataset == SIZE_MAX)
            continue;
        t->homes[t->columns] = f->homes[i];
        t->names[t->columns++] = f->names[i];
        f->names[i] = NULL;
    }
    if (t->columns == 0)
        return err_set(e, ERR_INPUT, "%s: the frame has no columns of numbers%s%s", t->location,
                       f->left.len ? ", but " : "", f->left.len ? f->left.data : "");
    buf_adds(&t->notes, "a frame of pandas is read without its index");
    if (f->left.len)
        buf_addf(&t->notes, ", and without what are no numbers: %s%s", f->left.data,
                 table_left_more(&f->left));
    buf_addc(&t->notes, '\n');
    return 0;
}

static int open_frame(struct frame *f, struct err *e)
{
    struct table *t = f->table;
    double blocks = 0;

    if (attribute_numbers(f->group, "nblocks", H5T_NATIVE_DOUBLE, &blocks, 1) != 1 || blocks < 1 ||
        blocks > BLOCKS_MOST || !attribute_is(f->group, "axis0_variety", "regular"))
        return err_set(e, ERR_INPUT,
                       "%s: is a frame of pandas with labels of several levels, or without "
                       "columns, which is not read; reset the index of its columns",
                       t->location);
    f->blocks = (size_t)blocks;
    f->names = read_labels(f, "axis0", &f->count, e);
    t->datasets = err_alloc(f->blocks, sizeof *t->datasets, t->location, e);
    f->homes = err_alloc(f->count, sizeof *f->homes, t->location, e);
    if (!f->names || !t->datasets || !f->homes)
        return -1;
    for (size_t i = 0; i < f->count; i++)
        f->homes[i].dataset = SIZE_MAX;
    for (size_t i = 0; i < f->blocks; i++)
        if (read_block(f, i, e) < 0)
            return -1;
    return settle(f, e);
}

/* The only column of a series. */
static int open_series(struct table *t, hid_t group, struct err *e)
{
    struct shape shape;

    t->datasets = err_alloc(1, sizeof *t->datasets, t->location, e);
    t->names = err_alloc(1, sizeof *t->names, t->location, e);
    if (!t->datasets || !t->names)
        return -1;
    t->names[0] = strdup("values");
    t->columns = 1;
    if (!t->names[0])
        return err_memory(e, t->location);
    if (table_add(t, group, "values", t->names[0], TABLE_CACHE_MAX, &shape, e) < 0)
        return -1;
    if (!shape.numeric || shape.rank != 1)
        return err_set(e, ERR_INPUT, "%s: the series holds %s, expected numbers", t->location,
                       shape.kind ? shape.kind : "a matrix");
    t->rows = shape.of[0];
    buf_adds(&t->notes, "a series of pandas is read as column 'values', without its index\n");
    return 0;
}

int table_open_frame(struct table *t, hid_t group, struct err *e)
{
    struct frame f = {.table = t, .group = group};
    char type[WORD];

    attribute_text(group, "pandas_type", type, sizeof type);
    if (strcmp(type, "series") == 0)
        return open_series(t, group, e);
    if (strcmp(type, "frame") != 0)
        return err_set(e, ERR_INPUT,
                       "%s: is a %s of pandas, which is not read; write it by "
                       "to_hdf(…, format='fixed') or to_csv(…, index=False)",
                       t->location, type);
    int rc = open_frame(&f, e);
    free_names(f.names, f.count);
    free(f.homes);
    buf_free(&f.left);
    return rc;
}

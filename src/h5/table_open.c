/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a table, whatever its shape. */
#include "h5/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/attribute.h"
#include "h5/h5err.h"
#include "h5/table_private.h"
#include "util/alike.h"
#include "util/file.h"
#include "util/paths.h"

/* A superblock of version 3 has a byte of flags, not 0 while a program writes, or when one was
 * killed as it did. HDF5 refuses such a file, too, but by no code of its own. */
static int check_flags(const struct table *t, struct err *e)
{
    enum { AT_VERSION = 8, AT_FLAGS = 11, BYTES = 12, WITH_FLAGS = 3, WRITING = 5 };
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char bytes[BYTES];

    for (uint64_t at = 0; t->size >= BYTES && at <= t->size - BYTES; at = at ? 2 * at : 512) {
        if (file_pread(t->fd, t->path, bytes, BYTES, at, e) < 0)
            return -1;
        if (memcmp(bytes, signature, AT_VERSION) != 0)
            continue;
        if (bytes[AT_VERSION] != WITH_FLAGS || !(bytes[AT_FLAGS] & WRITING))
            return 0;
        return err_set(e, ERR_IO,
                       "%s: another program has it open for writing; wait until it is closed (if "
                       "that was killed: h5clear -s, then look whether all is there)",
                       t->path);
    }
    return 0;
}

static int open_file(struct table *t, struct err *e)
{
    t->fd = file_open(t->path, e);
    if (t->fd < 0 || file_size(t->fd, t->path, &t->size, e) < 0 || check_flags(t, e) < 0)
        return -1;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
#ifdef HAVE_H5_LOCKING
    /* Some file systems of clusters have no locks. */
    H5Pset_file_locking(access, true, true);
#endif
    t->file = H5Fopen(t->path, H5F_ACC_RDONLY, access);
    t->netcdf = t->file >= 0 && attribute_exists(t->file, "_NCProperties");
    if (t->file < 0)
        h5err_read(e, "%s: cannot be read as HDF5", t->path);
    h5_close(access);
    return t->file < 0 ? -1 : 0;
}

/* Whether a column is chosen, or none is. */
static bool is_wanted(const struct table_wanted *wanted, const char *name)
{
    for (size_t i = 0; wanted->names && i < wanted->count; i++)
        if (strcmp(wanted->names[i], name) == 0)
            return true;
    return !wanted->names;
}

/* Adds column i of a group. Columns that nobody wants may have any length, as those of
 * other dimensions in a file of netCDF have, and stay closed. */
static int add_column(struct table *t, hid_t group, size_t i, const struct table_wanted *wanted,
                      struct err *e)
{
    struct shape shape;

    if (!is_wanted(wanted, t->names[i])) {
        t->datasets[t->datasets_count++] = (struct dataset){.id = -1, .width = 1};
        return 0;
    }
    if (table_add(t, group, t->names[i], t->names[i], TABLE_CACHE_MAX / t->columns, &shape, e) < 0)
        return -1;
    if (!t->measure) {
        t->measure = t->names[i];
        t->rows = shape.of[0];
    }
    if (shape.of[0] == t->rows)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: '%.200s' has %" PRIu64 " rows and '%.200s' has %" PRIu64
                   ", expected columns of one length%s",
                   t->location, t->measure, t->rows, t->names[i], (uint64_t)shape.of[0],
                   wanted->names ? "" : "; choose the columns to read");
}

static int open_group(struct table *t, hid_t group, const struct table_wanted *wanted,
                      struct err *e)
{
    if (table_is_frame(group))
        return table_open_frame(t, group, e);
    if (table_list(t, group, e) < 0)
        return -1;
    t->datasets = err_alloc(t->columns, sizeof *t->datasets, t->location, e);
    if (!t->datasets)
        return -1;
    for (size_t i = 0; i < t->columns; i++)
        if (add_column(t, group, i, wanted, e) < 0)
            return -1;
    return 0;
}

static int open_single(struct table *t, const char *object, const struct table_wanted *wanted,
                       struct err *e)
{
    size_t most = wanted->most ? wanted->most : TABLE_COLUMNS_MAX;
    struct shape shape;

    t->datasets = err_alloc(1, sizeof *t->datasets, t->location, e);
    if (!t->datasets || table_add(t, t->file, object, NULL, TABLE_CACHE_MAX, &shape, e) < 0)
        return -1;
    if ((shape.rank == 0 || !shape.numeric) && !t->datasets[0].holds)
        return err_set(e, ERR_INPUT, "%s: holds %s, expected a 2-D or 1-D dataset of numbers",
                       t->location, shape.kind);
    t->grid = shape.rank == 2;
    t->rows = shape.of[0];
    if (t->grid && (shape.of[1] == 0 || shape.of[1] > most))
        return err_set(e, ERR_INPUT, "%s: has %" PRIu64 " columns, expected 1 to %zu", t->location,
                       (uint64_t)shape.of[1], most);
    size_t columns = t->grid ? (size_t)shape.of[1] : 1;
    t->names = err_alloc(columns, sizeof *t->names, t->location, e);
    if (!t->names)
        return -1;
    t->columns = columns;
    if (t->grid)
        return table_label(t, t->datasets[0].id, object, e);
    t->names[0] = strdup(file_last(object));
    return t->names[0] ? 0 : err_memory(e, t->location);
}

/* What a group is searched for. */
struct sought {
    const char *name;
    char hint[ALIKE_HINT];
};

static herr_t look(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    struct sought *s = data;

    (void)group;
    (void)info;
    return alike_hint(s->hint, s->name, name);
}

static int no_object(const struct table *t, const char *object, struct err *e)
{
    const char *last = file_last(object);
    struct sought s = {.name = last};
    struct err why = {0};

    h5err_read(&why, "%s: no such object in this file", t->location);
    char *parent = strndup(object, (size_t)(last - object));
    if (parent)
        H5Literate_by_name(t->file, parent[0] ? parent : "/", H5_INDEX_NAME, H5_ITER_INC, NULL,
                           look, &s, H5P_DEFAULT);
    H5Eclear2(H5E_DEFAULT);
    free(parent);
    return err_set(e, why.code, "%s%s", why.text, s.hint);
}

static int open_object(struct table *t, const char *object, const struct table_wanted *wanted,
                       struct err *e)
{
    hid_t access = table_access();
    hid_t id = access < 0 ? -1 : H5Oopen(t->file, object, access);
    H5I_type_t type = id < 0 ? H5I_BADID : H5Iget_type(id);
    int rc = -1;

    if (type == H5I_DATASET) { /* as long as it is open it keeps the cache that it has */
        h5_close(id);
        id = -1;
        rc = open_single(t, object, wanted, e);
    } else if (id < 0)
        no_object(t, object, e);
    else if (type == H5I_GROUP)
        rc = open_group(t, id, wanted, e);
    else
        err_set(e, ERR_INPUT, "%s: is neither a dataset nor a group", t->location);
    h5_close(id);
    h5_close(access);
    return rc;
}

struct table *table_open(const char *path, const char *object, const struct table_wanted *wanted,
                         struct err *e)
{
    char *found = NULL;
    bool done = false;
    struct table *t = err_alloc(1, sizeof *t, path, e);

    if (!t)
        return NULL;
    h5err_quiet();
    t->texts = wanted->texts;
    t->fd = -1;
    t->file = -1;
    t->path = strdup(path);
    if (!t->path) {
        err_memory(e, path);
        goto done;
    }
    if (open_file(t, e) < 0)
        goto done;
    found = object ? strdup(object) : table_find(t, e);
    if (!found || asprintf(&t->location, "%s:%s", path, found) < 0) {
        t->location = NULL;
        err_memory(e, path);
        goto done;
    }
    done = open_object(t, found, wanted, e) == 0;
done:
    free(found);
    if (!done) {
        table_close(t);
        t = NULL;
    }
    return t;
}

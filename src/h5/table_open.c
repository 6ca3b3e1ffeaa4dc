/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a table, whatever its shape. */
#include "h5/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/h5err.h"
#include "h5/table_private.h"
#include "util/file.h"

/* What an open dataset may keep: chunks are found by their number modulo slots. */
struct cache {
    size_t slots;
    size_t bytes;
};

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
    if (t->file < 0)
        h5err_read(e, "%s: cannot be read as HDF5", t->path);
    h5_close(access);
    return t->file < 0 ? -1 : 0;
}

/* Whether all of a dataset is in this file, as far as its creation list tells. */
static bool is_inside(hid_t creation)
{
    H5D_layout_t layout = H5Pget_layout(creation);

    return layout != H5D_VIRTUAL && layout >= 0 && H5Pget_external_count(creation) == 0;
}

/* Returns a cache that lets rows read in order unpack each chunk once. */
static struct cache cache_size(hid_t dataset, hid_t creation, const struct shape *shape,
                               size_t most)
{
    hsize_t chunk[2] = {1, 1}, across = 1;
    hid_t type = H5Dget_type(dataset);
    size_t size = H5Tget_size(type), room = most / size;

    H5Tclose(type);
    if (H5Pget_layout(creation) != H5D_CHUNKED ||
        H5Pget_chunk(creation, shape->rank, chunk) != shape->rank)
        return (struct cache){1, 0};
    if (shape->rank == 2)
        across = (shape->of[1] + chunk[1] - 1) / chunk[1];
    size_t slots = across < TABLE_COLUMNS_MAX ? 2 * (size_t)across + 11 : TABLE_COLUMNS_MAX;
    if (chunk[0] > room || chunk[1] > room / chunk[0] || across > room / chunk[0] / chunk[1])
        return (struct cache){slots, most};
    size_t bytes = (size_t)(chunk[0] * chunk[1] * across) * size;
    return (struct cache){slots, bytes};
}

/* Opens a dataset that keeps at most so many bytes of chunks. */
static hid_t open_dataset(const struct table *t, hid_t parent, const char *name, size_t most,
                          struct err *e)
{
    struct shape shape;
    hid_t access = table_access(), dataset = -1, creation = -1;
    hid_t plain = H5Dopen2(parent, name, access);

    if (access < 0 || plain < 0 || (creation = H5Dget_create_plist(plain)) < 0) {
        h5err_read(e, "%s: dataset '%.200s' cannot be opened", t->location, name);
        goto done;
    }
    if (!is_inside(creation)) {
        err_set(e, ERR_INPUT,
                "%s: the data of '%.200s' lie in other files; copy them into this one", t->location,
                name);
        goto done;
    }
    table_shape(plain, &shape);
    struct cache cache = cache_size(plain, creation, &shape, most);
    /* The cache's size is what the first open says. */
    H5Dclose(plain);
    plain = -1;
    H5Pset_chunk_cache(access, cache.slots, cache.bytes, H5D_CHUNK_CACHE_W0_DEFAULT);
    dataset = H5Dopen2(parent, name, access);
    if (dataset < 0)
        h5err_read(e, "%s: dataset '%.200s' cannot be opened", t->location, name);
done:
    h5_close(plain);
    h5_close(creation);
    h5_close(access);
    return dataset;
}

/* Returns where a dataset's values are, if they need no conversion. A dataset that
 * was never written has no place; H5Dget_offset() gives one in a user block then. */
static uint64_t find_place(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    haddr_t place = HADDR_UNDEF;
    H5D_space_status_t status;

    if (H5Dget_space_status(dataset, &status) >= 0 && status == H5D_SPACE_STATUS_ALLOCATED &&
        creation >= 0 && type >= 0 && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
        H5Tequal(type, H5T_NATIVE_DOUBLE) > 0)
        place = H5Dget_offset(dataset);
    h5_close(type);
    h5_close(creation);
    return place == HADDR_UNDEF ? PLACE_NONE : (uint64_t)place;
}

static int add_dataset(struct table *t, hid_t parent, const char *name, size_t most,
                       struct shape *shape, struct err *e)
{
    hid_t dataset = open_dataset(t, parent, name, most, e);

    if (dataset < 0)
        return -1;
    t->datasets[t->datasets_count++] = (struct dataset){dataset, find_place(dataset)};
    table_shape(dataset, shape);
    return 0;
}

static int open_group(struct table *t, hid_t group, struct err *e)
{
    struct shape shape;

    if (table_list(t, group, e) < 0)
        return -1;
    t->datasets = err_alloc(t->columns, sizeof *t->datasets, t->location, e);
    if (!t->datasets)
        return -1;
    for (size_t i = 0; i < t->columns; i++) {
        if (add_dataset(t, group, t->names[i], TABLE_CACHE_MAX / t->columns, &shape, e) < 0)
            return -1;
        if (i == 0)
            t->rows = shape.of[0];
        if (shape.of[0] != t->rows)
            return err_set(e, ERR_INPUT,
                           "%s: '%.200s' has %" PRIu64 " rows and '%.200s' has %" PRIu64
                           ", expected columns of one length",
                           t->location, t->names[0], t->rows, t->names[i], (uint64_t)shape.of[0]);
    }
    return 0;
}

/* The last word of a path. */
static const char *last_name(const char *object)
{
    const char *slash = strrchr(object, '/');

    return slash ? slash + 1 : object;
}

static int open_single(struct table *t, const char *object, struct err *e)
{
    struct shape shape;

    t->datasets = err_alloc(1, sizeof *t->datasets, t->location, e);
    if (!t->datasets || add_dataset(t, t->file, object, TABLE_CACHE_MAX, &shape, e) < 0)
        return -1;
    if (shape.rank == 0 || !shape.numeric)
        return err_set(e, ERR_INPUT, "%s: expected a 2-D or 1-D dataset of numbers", t->location);
    t->grid = shape.rank == 2;
    t->rows = shape.of[0];
    if (t->grid && (shape.of[1] == 0 || shape.of[1] > TABLE_COLUMNS_MAX))
        return err_set(e, ERR_INPUT, "%s: has %" PRIu64 " columns, expected 1 to %d", t->location,
                       (uint64_t)shape.of[1], TABLE_COLUMNS_MAX);
    size_t columns = t->grid ? (size_t)shape.of[1] : 1;
    t->names = err_alloc(columns, sizeof *t->names, t->location, e);
    if (!t->names)
        return -1;
    t->columns = columns;
    if (t->grid)
        return table_label(t, t->datasets[0].id, e);
    t->names[0] = strdup(last_name(object));
    return t->names[0] ? 0 : err_memory(e, t->location);
}

static int open_object(struct table *t, const char *object, struct err *e)
{
    hid_t access = table_access();
    hid_t id = access < 0 ? -1 : H5Oopen(t->file, object, access);
    int rc = -1;

    if (id < 0)
        h5err_read(e, "%s: no such object in this file", t->location);
    else if (H5Iget_type(id) == H5I_GROUP)
        rc = open_group(t, id, e);
    else if (H5Iget_type(id) == H5I_DATASET)
        rc = open_single(t, object, e);
    else
        err_set(e, ERR_INPUT, "%s: is neither a dataset nor a group", t->location);
    h5_close(id);
    h5_close(access);
    return rc;
}

struct table *table_open(const char *path, const char *object, struct err *e)
{
    char *found = NULL;
    bool done = false;
    struct table *t = err_alloc(1, sizeof *t, path, e);

    if (!t)
        return NULL;
    h5err_quiet();
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
    done = open_object(t, found, e) == 0;
done:
    free(found);
    if (!done) {
        table_close(t);
        t = NULL;
    }
    return t;
}

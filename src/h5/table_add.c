/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a dataset of a table. */
#include <stdio.h>

#include "h5/attribute.h"
#include "h5/h5err.h"
#include "h5/table_private.h"

enum { TABLE_WHAT = 512 }; /* bytes of what names a dataset in an error */

/* What an open dataset may keep: chunks are found by their number modulo slots. */
struct cache {
    size_t slots;
    size_t bytes;
};

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
        H5Pget_chunk(creation, shape->stored, chunk) != shape->stored)
        return (struct cache){1, 0};
    if (shape->stored == 2) {
        hsize_t wide = chunk[shape->turned ? 0 : 1];
        across = (shape->of[1] + wide - 1) / wide;
    }
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

int table_add(struct table *t, hid_t parent, const char *object, const char *name, size_t most,
              struct shape *shape, struct err *e)
{
    static const char *const units[] = {"units", "Units", "UNITS", "unit", "Unit"};
    char what[TABLE_WHAT];
    hid_t dataset = open_dataset(t, parent, object, most, e);

    if (dataset < 0)
        return -1;
    table_shape(dataset, shape);
    struct dataset *d = &t->datasets[t->datasets_count++];
    *d = (struct dataset){.id = dataset, .name = name, .place = PLACE_NONE, .width = 1};
    if (t->texts && shape->text)
        d->holds = shape->kind;
    if (!shape->numeric || shape->rank == 0)
        return 0;
    d->rank = shape->stored;
    d->width = shape->rank == 2 ? (size_t)shape->of[1] : 1;
    d->turned = shape->turned;
    if (!d->turned)
        d->place = find_place(dataset);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (attribute_text(dataset, units[i], d->unit, sizeof d->unit))
            break;
    snprintf(what, sizeof what, "%.300s%s%.200s", t->location, name ? ": " : "", name ? name : "");
    return packing_read(&d->packing, dataset, t->netcdf, what, e);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a flat document as a file, atomically. */
#include "h5/writer.h"

#include <hdf5.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5/h5err.h"
#include "h5/slabs_private.h"
#include "h5/value.h"
#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"

/* Returns the group at path, which is made with its parents if it is not there. */
static hid_t open_or_make_group(hid_t file, const char *path)
{
    hid_t group, links, creation;

    if (path[0] == '\0')
        return H5Gopen2(file, "/", H5P_DEFAULT);
    H5E_BEGIN_TRY
    {
        group = H5Gopen2(file, path, H5P_DEFAULT);
    }
    H5E_END_TRY
    if (group >= 0)
        return group;
    links = H5Pcreate(H5P_LINK_CREATE);
    creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    H5Pset_obj_track_times(creation, 0);
    group = H5Gcreate2(file, path, links, creation, H5P_DEFAULT);
    H5Pclose(creation);
    H5Pclose(links);
    return group;
}

/* Writes one value: where it goes, its path says. Attributes of datasets open
 * the dataset, which must have been added before. */
static int write_value(hid_t file, const struct flat_value *v, struct err *e)
{
    char parent[1024];
    const char *at = strchr(v->path, '@'), *slash = strrchr(v->path, '/');
    const char *end = v->type == FLAT_GROUP ? v->path + strlen(v->path) : at ? at : slash;
    int rc;

    if (end - v->path >= (ptrdiff_t)sizeof parent)
        return err_set(e, ERR_SOFTWARE, "%s: the path is too long", v->path);
    snprintf(parent, sizeof parent, "%.*s", (int)(end - v->path), v->path);
    hid_t dataset = H5I_INVALID_HID;
    if (at && parent[0]) {
        H5E_BEGIN_TRY
        {
            dataset = H5Dopen2(file, parent, H5P_DEFAULT);
        }
        H5E_END_TRY
    }
    hid_t object = dataset >= 0 ? dataset : open_or_make_group(file, parent);
    if (object < 0)
        return h5err_set(e, ERR_IO, "%s: its group cannot be made", v->path);
    if (v->type == FLAT_GROUP)
        rc = 0;
    else if (at)
        rc = value_write_attribute(object, at + 1, v, e);
    else
        rc = value_write_dataset(object, slash + 1, v, e);
    H5Oclose(object);
    return rc;
}

/* Writes every value; name is for errors. */
static int write_values(hid_t file, const char *name, const struct flat *f, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < flat_count(f); i++)
        rc = write_value(file, flat_at(f, i), e);
    return rc == 0 ? 0 : err_context(e, "%s", name);
}

/* Effect: *bytes is a copy of the open file as it would lie on a disk. */
static int copy_image(hid_t file, char **bytes, size_t *len, struct err *e)
{
    ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);

    if (size <= 0)
        return h5err_set(e, ERR_SOFTWARE, "HDF5 gives no image of a file");
    char *copy = err_alloc((size_t)size, 1, "a file's image", e);
    if (!copy)
        return -1;
    if (H5Fget_file_image(file, copy, (size_t)size) != size) {
        free(copy);
        return h5err_set(e, ERR_SOFTWARE, "HDF5 gives no image of a file");
    }
    *bytes = copy;
    *len = (size_t)size;
    return 0;
}

int writer_image(const struct flat *f, char **bytes, size_t *len, struct err *e)
{
    if (flat_ok(f, e) < 0)
        return -1;
    h5err_quiet();
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 16, 0);
    hid_t file = H5Fcreate("image", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    if (file < 0)
        return h5err_set(e, ERR_SOFTWARE, "HDF5 makes no file in memory");
    int rc = write_values(file, "a file in memory", f, e);
    if (rc == 0)
        rc = copy_image(file, bytes, len, e);
    H5Fclose(file);
    return rc;
}

/* Returns a new file for this user alone, or one of HDF5's invalid ids. */
static hid_t create_own(const char *temporary)
{
    unsigned before = owner_mask();
    hid_t file = H5Fcreate(temporary, H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT);

    owner_unmask(before);
    return file;
}

int writer_write(const char *path, const struct flat *f, unsigned mode, struct err *e)
{
    return writer_write_slabs(path, f, mode, NULL, NULL, e);
}

int writer_write_slabs(const char *path, const struct flat *f, unsigned mode, writer_fill *fill,
                       void *context, struct err *e)
{
    char temporary[PATH_MAX];
    int rc = flat_ok(f, e);

    if (rc < 0 || file_temporary(path, temporary, e) < 0)
        return -1;
    h5err_quiet();
    hid_t file = create_own(temporary);
    if (file < 0) {
        bool made = file_exists(temporary); /* and then could not be written */
        h5err_set(e, made ? ERR_IO : ERR_OPEN, "%s: cannot be made%s", path,
                  made ? " (is the disk full?)" : "");
        file_remove(temporary);
        return -1;
    }
    rc = write_values(file, path, f, e);
    if (rc == 0 && fill && fill(&(struct slabs){file}, context, e) < 0)
        rc = err_context(e, "%s", path);
    if (H5Fclose(file) < 0 && rc == 0)
        rc = h5err_set(e, ERR_IO, "%s: %s: cannot be closed (is the disk full?)", path, temporary);
    if (rc < 0) {
        file_remove(temporary);
        return -1;
    }
    if (mode != WRITER_OWN)
        owner_publish(temporary, mode);
    return file_commit(temporary, path, true, e);
}

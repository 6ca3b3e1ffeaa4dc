/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits every object of an image by the rules above. */
#include "h5/walk.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

#include "h5/close.h"
#include "h5/h5err.h"
#include "h5/value.h"
#include "util/text.h"

enum {
    DEPTH_MOST = 6,        /* groups inside groups */
    OBJECTS_MOST = 4096,   /* objects and attributes */
    PATH_MOST = 512,       /* bytes of a path, with its NUL */
    CHUNK_MOST = 64 << 20, /* bytes of one chunk, which HDF5 allocates whole */
};

/* What the walk carries from object to object. */
struct walk {
    struct flat *out;
    const struct reader_limits *limits;
    unsigned objects, depth;
    double left;      /* bytes of the file that no dataset has taken yet */
    const char *path; /* of the object whose members are being visited */
    struct err *e;
};

static int walk_group(struct walk *w, hid_t group, const char *path);

/* Names become parts of flat paths: UTF-8, neither '/' nor '@', no control characters. */
static int check_name(struct walk *w, const char *name)
{
    if (name[0] == '\0' || strchr(name, '@') || !text_is_utf8(name) ||
        strcspn(name, "\001\002\003\004\005\006\a\b\t\n\v"
                      "\f\r\033\177") != strlen(name))
        return err_set(w->e, ERR_INPUT,
                       "%s: has a member whose name is empty, holds '@' or control characters, or "
                       "is not UTF-8",
                       w->path);
    if (++w->objects > OBJECTS_MOST)
        return err_set(w->e, ERR_INPUT, "it has more than %d objects and attributes", OBJECTS_MOST);
    return 0;
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    struct walk *w = data;
    char path[PATH_MOST];
    int rc = -1;

    (void)info;
    if (check_name(w, name) < 0)
        return -1;
    if (snprintf(path, sizeof path, "%s@%s", w->path, name) >= (int)sizeof path)
        return err_set(w->e, ERR_INPUT, "%s: has an attribute with a longer name than %d", w->path,
                       PATH_MOST);
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return h5err_set(w->e, ERR_INPUT, "%s: attribute cannot be opened", path);
    rc = value_read_attribute(w->out, path, attribute, w->e);
    H5Aclose(attribute);
    return rc;
}

static int walk_attributes(struct walk *w, hid_t object, const char *path)
{
    const char *before = w->path;
    hsize_t at = 0;

    w->path = path;
    herr_t rc = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &at, visit_attribute, w);
    w->path = before;
    return rc < 0 ? h5err_set(w->e, ERR_INPUT, "%s: its attributes cannot be listed", path) : 0;
}

static int check_filters(hid_t plist, const char *path, struct err *e)
{
    int n = H5Pget_nfilters(plist);

    if (n < 0)
        return h5err_set(e, ERR_INPUT, "%s: its filters cannot be read", path);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t id =
            H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (id != H5Z_FILTER_DEFLATE && id != H5Z_FILTER_SHUFFLE && id != H5Z_FILTER_FLETCHER32)
            return err_set(e, ERR_INPUT,
                           "%s: filter number %d is not allowed (deflate, shuffle, fletcher32 are)",
                           path, (int)id);
    }
    return 0;
}

static int check_chunk(hid_t plist, hid_t dataset, const char *path, struct err *e)
{
    hsize_t dims[H5S_MAX_RANK];
    int rank = H5Pget_chunk(plist, H5S_MAX_RANK, dims);
    hid_t type = H5Dget_type(dataset);
    double bytes = type < 0 ? 0 : (double)H5Tget_size(type);

    h5_close(type);
    for (int i = 0; i < rank; i++)
        bytes *= (double)dims[i];
    if (rank < 0 || !(bytes > 0 && bytes <= CHUNK_MOST))
        return err_set(e, ERR_INPUT, "%s: has chunks of %.0f bytes, at most %d are read", path,
                       bytes, CHUNK_MOST);
    return 0;
}

/* Where a dataset's bytes may lie: in this file, and nowhere else. */
static int check_storage(hid_t dataset, const char *path, struct err *e)
{
    int rc = -1;
    hid_t plist = H5Dget_create_plist(dataset);

    if (plist < 0)
        return h5err_set(e, ERR_INPUT, "%s: its properties cannot be read", path);
    H5D_layout_t layout = H5Pget_layout(plist);
    if (layout == H5D_VIRTUAL)
        err_set(e, ERR_INPUT, "%s: is a virtual dataset, which is not allowed", path);
    else if (H5Pget_external_count(plist) != 0)
        err_set(e, ERR_INPUT, "%s: is stored in external files, which is not allowed", path);
    else if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
        err_set(e, ERR_INPUT, "%s: has layout %d (compact, contiguous, chunked are allowed)", path,
                (int)layout);
    else if (layout != H5D_CHUNKED || check_chunk(plist, dataset, path, e) == 0)
        rc = check_filters(plist, path, e);
    H5Pclose(plist);
    return rc;
}

/* Whether the bytes of a dataset are in the file, in one piece, and can be its own: what is
 * not there would be filled in, and two that lie in one place would be read twice. */
static int check_plain(struct walk *w, hid_t dataset, const char *path)
{
    hid_t plist = H5Dget_create_plist(dataset), space = H5Dget_space(dataset);
    hid_t type = H5Dget_type(dataset);
    H5D_layout_t layout = plist < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(plist);
    hsize_t dims[H5S_MAX_RANK];
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, dims, NULL);
    double bytes = type < 0 ? 0 : (double)H5Tget_size(type);

    for (int i = 0; i < rank; i++)
        bytes *= (double)dims[i];
    h5_close(type);
    h5_close(space);
    h5_close(plist);
    if (rank < 0 || (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS))
        return err_set(w->e, ERR_INPUT, "%s: is stored in chunks, expected in one piece", path);
    if (bytes > (double)H5Dget_storage_size(dataset) || bytes > w->left)
        return err_set(w->e, ERR_INPUT,
                       "%s: says that it has %.0f bytes, which the file does not hold", path,
                       bytes);
    w->left -= bytes;
    return 0;
}

static int walk_dataset(struct walk *w, hid_t dataset, const char *path)
{
    if (w->limits->plain && check_plain(w, dataset, path) < 0)
        return -1;
    if (check_storage(dataset, path, w->e) < 0 || walk_attributes(w, dataset, path) < 0)
        return -1;
    return value_read_dataset(w->out, path, dataset, w->limits->elements, w->e);
}

static int walk_object(struct walk *w, hid_t object, const char *path)
{
    H5O_info_t info;

    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return h5err_set(w->e, ERR_INPUT, "%s: cannot be examined", path);
    if (info.rc != 1) /* also what would make a walk go in circles */
        return err_set(w->e, ERR_INPUT, "%s: has %u hard links, one is allowed", path, info.rc);
    if (info.type == H5O_TYPE_DATASET)
        return walk_dataset(w, object, path);
    if (info.type == H5O_TYPE_GROUP)
        return walk_group(w, object, path);
    return err_set(w->e, ERR_INPUT, "%s: is neither a group nor a dataset", path);
}

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    struct walk *w = data;
    char path[PATH_MOST];

    if (check_name(w, name) < 0)
        return -1;
    const char *parent = strcmp(w->path, "/") == 0 ? "" : w->path;
    if (snprintf(path, sizeof path, "%s/%s", parent, name) >= (int)sizeof path)
        return err_set(w->e, ERR_INPUT, "%s: has a member with a longer path than %d", w->path,
                       PATH_MOST);
    if (info->type == H5L_TYPE_SOFT)
        return err_set(w->e, ERR_INPUT, "%s: is a soft link, which is not allowed", path);
    if (info->type == H5L_TYPE_EXTERNAL)
        return err_set(w->e, ERR_INPUT, "%s: is an external link, which is not allowed", path);
    if (info->type != H5L_TYPE_HARD)
        return err_set(w->e, ERR_INPUT, "%s: is a link of unknown kind", path);
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0)
        return h5err_set(w->e, ERR_INPUT, "%s: cannot be opened", path);
    int rc = walk_object(w, object, path);
    H5Oclose(object);
    return rc;
}

static int walk_group(struct walk *w, hid_t group, const char *path)
{
    const char *before = w->path;
    hsize_t at = 0;

    if (w->depth >= DEPTH_MOST)
        return err_set(w->e, ERR_INPUT, "%s: groups are nested deeper than %d", path, DEPTH_MOST);
    if (strcmp(path, "/") != 0)
        flat_add_group(w->out, path);
    if (walk_attributes(w, group, path) < 0)
        return -1;
    w->path = path;
    w->depth++;
    herr_t rc = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, visit_link, w);
    w->depth--;
    w->path = before;
    return rc < 0 ? h5err_set(w->e, ERR_INPUT, "%s: its members cannot be listed", path) : 0;
}

/* Opens the bytes as a file image. The name is of no file; an absolute one keeps
 * HDF5 from asking for the working directory. */
static hid_t open_image(const void *bytes, size_t len, struct err *e)
{
    hid_t file = H5I_INVALID_HID;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    if (access >= 0 && H5Pset_fapl_core(access, 1 << 20, 0) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)bytes, len) >= 0)
        file = H5Fopen("/image", H5F_ACC_RDONLY, access);
    if (file < 0)
        h5err_set(e, ERR_INPUT, "damaged: it cannot be opened");
    h5_close(access);
    return file;
}

struct flat *walk_image(const void *bytes, size_t len, const struct reader_limits *limits,
                        struct err *e)
{
    struct walk w = {.limits = limits, .left = (double)len, .path = "/", .e = e};
    hid_t file = open_image(bytes, len, e);
    hid_t root = H5I_INVALID_HID;
    int rc = -1;

    if (file < 0)
        return NULL;
    w.out = flat_create(e);
    if (!w.out)
        goto done;
    root = H5Gopen2(file, "/", H5P_DEFAULT);
    if (root < 0)
        h5err_set(e, ERR_INPUT, "damaged: its root group cannot be opened");
    else if (walk_group(&w, root, "/") == 0)
        rc = flat_ok(w.out, e);
done:
    h5_close(root);
    H5Fclose(file);
    if (rc == 0)
        return w.out;
    flat_destroy(w.out);
    return NULL;
}

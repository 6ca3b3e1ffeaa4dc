/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directories, with the files in them. */
#include "util/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/io.h"
#include "util/owner.h"
#include "util/paths.h"

/* Closed: a directory that this user may not read is no error. */
static int sync_parent(const char *path, bool closed, struct err *e)
{
    char parent[PATH_MAX];
    const char *name = file_parent(path, parent);
    int fd = io_open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0 && closed && errno == EACCES)
        return 0;
    if (fd < 0)
        return err_errno(e, ERR_IO, "%s: cannot be opened to sync it", name);
    /* Some file systems cannot sync a directory and say EINVAL: nothing is lost there. */
    int rc = io_fsync(fd) < 0 && errno != EINVAL ? err_errno(e, ERR_IO, "%s: fsync", name) : 0;
    file_close(fd);
    return rc;
}

int file_sync_parent(const char *path, struct err *e)
{
    return sync_parent(path, false, e);
}

/* Effect: one directory, unless it is there; within: as its parent is for a group. Returns 1 if
 * it was there. */
static int make_one(const char *path, bool within, struct err *e)
{
    if (io_mkdir(path, 0700) < 0)
        return errno == EEXIST ? 1 : err_errno(e, ERR_OPEN, "%s: cannot be made", path);
    if (within && owner_pass_on(path, e) < 0)
        return -1;
    return file_sync_parent(path, e);
}

static int make_all(const char *path, bool within, struct err *e)
{
    char part[PATH_MAX], there[PATH_MAX] = "";
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof part)
        return err_set(e, ERR_OPEN, "%s: the path is empty or too long", path);
    for (size_t i = 1; i <= len; i++) {
        if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        int rc = make_one(part, within, e);
        if (rc < 0)
            return -1;
        if (rc == 1)
            memcpy(there, part, i + 1);
    }
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is not a directory", path);
    /* Whoever made the last that was there may have died before its name was on the disk. */
    if (*there && sync_parent(there, true, e) < 0)
        return -1;
    return within ? owner_admit_directory(path, e) : 0;
}

int file_mkdirs(const char *path, struct err *e)
{
    return make_all(path, false, e);
}

int file_mkdirs_within(const char *path, struct err *e)
{
    return make_all(path, true, e);
}

static int see_any(void *context, const char *name, struct err *e)
{
    (void)e;
    *(bool *)context |= strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    return 0;
}

/* Whether what is there is for the group already, or may become so. */
static int check_for_group(const char *path, const char *group, gid_t gid, bool *is, struct err *e)
{
    struct stat st;
    bool any = false;

    if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is not a directory", path);
    *is = owner_is_groups(path) && st.st_gid == gid;
    if (*is)
        return 0;
    bool own = st.st_uid == geteuid();
    if (own && file_each(path, "", see_any, &any, e) < 0)
        return -1;
    if (own && !any)
        return 0;
    return err_set(
        e, ERR_REFUSED,
        "%s: is there already, and is not for the group '%s' (it %s): give a directory that "
        "is not there, or see what is in it, and let its owner give chgrp -R %s and "
        "chmod 2770",
        path, group, any ? "holds something" : "is another user's", group);
}

int file_mkdir_for_group(const char *path, const char *group, struct err *e)
{
    gid_t gid;
    bool is = false;

    if (owner_find_group(group, &gid, e) < 0)
        return -1;
    bool made = io_mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return err_errno(e, ERR_OPEN,
                         "%s: cannot be made (the directory above it is to be there, and one "
                         "through which the group '%s' can pass)",
                         path, group);
    if (!made && check_for_group(path, group, gid, &is, e) < 0)
        return -1;
    if (!is && owner_make_groups(path, gid, e) < 0) {
        if (made)
            rmdir(path);
        return -1;
    }
    return file_sync_parent(path, e);
}

int file_mkdir_public(const char *path, struct err *e)
{
    if (io_mkdir(path, 0777) < 0 && errno != EEXIST)
        return err_errno(e, ERR_OPEN, "%s: cannot be made", path);
    return file_sync_parent(path, e);
}

int file_make_scratch(char *path, size_t size, struct err *e)
{
    const char *given = getenv("TMPDIR");
    char parent[PATH_MAX];

    if (!given || given[0] != '/' || !realpath(given, parent))
        snprintf(parent, sizeof parent, "/tmp");
    int n = snprintf(path, size, "%s/metaneuron-XXXXXX", parent);
    if (n < 0 || (size_t)n >= size)
        return err_set(e, ERR_OPEN, "%s: the path is too long", parent);
    return mkdtemp(path) ? 0 : err_errno(e, ERR_OPEN, "%s: no directory can be made in it", parent);
}

int file_each(const char *path, const char *prefix, file_visit *visit, void *context, struct err *e)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    int rc = 0;

    if (!directory)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_errno(e, ERR_OPEN, "%s: cannot be listed", path);
    while (rc == 0 && (entry = readdir(directory)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
            rc = visit(context, entry->d_name, e);
    closedir(directory);
    return rc;
}

/* Files whose number and size are wanted. */
struct measure {
    const char *path; /* of their directory */
    uint64_t *files, *bytes;
};

static int measure_file(void *context, const char *name, struct err *e)
{
    const struct measure *m = context;
    char path[PATH_MAX];
    struct stat st;

    int n = snprintf(path, sizeof path, "%s%s%s", m->path, name[0] ? "/" : "", name);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(e, ERR_OPEN, "%s: the path is too long", m->path);
    if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    ++*m->files;
    *m->bytes += (uint64_t)st.st_size;
    return 0;
}

int file_measure(const char *path, uint64_t *files, uint64_t *bytes, struct err *e)
{
    struct measure m = {path, files, bytes};
    struct stat st;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : err_errno(e, ERR_OPEN, "%s: cannot be looked at", path);
    return S_ISDIR(st.st_mode) ? file_each(path, "", measure_file, &m, e) : measure_file(&m, "", e);
}

/* A tree that is being removed. */
struct tree {
    int top;            /* its root */
    dev_t device;       /* what is mounted in it is left alone */
    unsigned long name; /* of the next directory that is moved to the root */
};

/* Returns the directory of that name, opened, which is no link; NULL: it cannot be. Whoever
 * made it may have taken all permissions from it. */
static DIR *open_within(int parent, const char *name, dev_t *device)
{
    struct stat st;

    fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory && fstat(fd, &st) == 0) {
        *device = st.st_dev;
        return directory;
    }
    if (!directory)
        file_close(fd);
    else
        closedir(directory);
    return NULL;
}

/* Returns the next entry that is not the directory itself, or the one above it. */
static const char *next_name(DIR *directory)
{
    struct dirent *entry;

    while ((entry = readdir(directory)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return entry->d_name;
    return NULL;
}

/* Effect: the directory becomes one of the root's, under a name that is free there. */
static bool move_up(struct tree *t, int parent, const char *name)
{
    char above[32];

    fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW);
    do {
        snprintf(above, sizeof above, "%lu", t->name++);
        if (renameat(parent, name, t->top, above) == 0)
            return true;
    } while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
    return false;
}

/* Effect: one entry of the root is removed; of a directory, those in it are moved up. So
 * no path grows, and two descriptors are enough, however deep the tree is. */
static bool remove_entry(struct tree *t, const char *name)
{
    const char *inner;
    dev_t device;
    bool moved = false;

    if (unlinkat(t->top, name, 0) == 0)
        return true;
    DIR *directory = open_within(t->top, name, &device);
    while (directory && device == t->device && (inner = next_name(directory)))
        if (unlinkat(dirfd(directory), inner, 0) < 0)
            moved |= move_up(t, dirfd(directory), inner);
    if (directory)
        closedir(directory);
    return unlinkat(t->top, name, AT_REMOVEDIR) == 0 || moved;
}

void file_remove_tree(const char *path)
{
    struct tree t = {.top = -1};
    DIR *top = open_within(AT_FDCWD, path, &t.device);
    const char *name;

    /* What is moved up meanwhile may be seen in the same pass, or in the next. */
    for (bool any = top != NULL; any; rewinddir(top)) {
        t.top = dirfd(top);
        for (any = false; (name = next_name(top));)
            any |= remove_entry(&t, name);
    }
    if (top)
        closedir(top);
    rmdir(path);
}

/* Returns whether something was put there meanwhile. */
static bool remove_files(const char *path)
{
    int fd = io_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!directory) {
        file_close(fd);
        return false;
    }
    while ((entry = readdir(directory)))
        unlinkat(dirfd(directory), entry->d_name, 0); /* fails for directories */
    closedir(directory);
    return rmdir(path) < 0 && errno == ENOTEMPTY;
}

void file_remove_directory(const char *path)
{
    enum { TIMES = 100 }; /* a rank that is late saves no more than it has */

    for (int i = 0; i < TIMES && remove_files(path); i++)
        continue;
}

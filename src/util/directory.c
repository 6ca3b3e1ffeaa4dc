/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directories, with the files in them. */
#include "util/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"

int file_sync_parent(const char *path, struct err *e)
{
    char parent[PATH_MAX];
    const char *name = file_parent(path, parent);
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, "%s: cannot be opened to sync it", name);
    /* Some file systems cannot sync a directory and say EINVAL: nothing is lost there. */
    int rc = fsync(fd) < 0 && errno != EINVAL ? err_errno(e, ERR_IO, "%s: fsync", name) : 0;
    file_close(fd);
    return rc;
}

/* Effect: one directory, unless it is there; within: as its parent is for a group. */
static int make_one(const char *path, bool within, struct err *e)
{
    if (mkdir(path, 0700) < 0)
        return errno == EEXIST ? 0 : err_errno(e, ERR_OPEN, "%s: cannot be made", path);
    if (within && owner_pass_on(path, e) < 0)
        return -1;
    return file_sync_parent(path, e);
}

static int make_all(const char *path, bool within, struct err *e)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof part)
        return err_set(e, ERR_OPEN, "%s: the path is empty or too long", path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (make_one(part, within, e) < 0)
            return -1;
    }
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is not a directory", path);
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

int file_mkdir_public(const char *path, struct err *e)
{
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
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
        return errno == ENOENT ? 0 : err_errno(e, ERR_OPEN, "%s: cannot be listed", path);
    while (rc == 0 && (entry = readdir(directory)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
            rc = visit(context, entry->d_name, e);
    closedir(directory);
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    remove(path);
    return 0;
}

void file_remove_tree(const char *path)
{
    enum { DESCRIPTORS = 16 };

    nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void file_remove_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!directory) {
        file_close(fd);
        return;
    }
    while ((entry = readdir(directory)))
        unlinkat(dirfd(directory), entry->d_name, 0); /* fails for directories */
    closedir(directory);
    rmdir(path);
}

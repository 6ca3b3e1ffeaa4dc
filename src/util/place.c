/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands at a path, or could. */
#include "util/place.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "util/paths.h"

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_taken(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool file_is_regular(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_same(const char *one, const char *two)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(two, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int file_can_make(const char *path, struct err *e)
{
    char parent[PATH_MAX];
    struct stat st;

    if (access(file_parent(path, parent), W_OK | X_OK) < 0)
        return err_errno(e, ERR_OPEN, "%s: its directory cannot be written", path);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is a directory, expected the name of a file", path);
    return 0;
}

int file_space(const char *path, uint64_t *bytes, struct err *e)
{
    char parent[PATH_MAX];
    struct statvfs fs;

    if (statvfs(file_parent(path, parent), &fs) < 0)
        return err_errno(e, ERR_IO, "%s: no status of its file system", path);
    *bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

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

const char *file_parent(const char *path, char parent[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 0;

    snprintf(parent, PATH_MAX, "%.*s", n, path);
    return !slash ? "." : n == 0 ? "/" : parent;
}

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

int file_mkdirs(const char *path, struct err *e)
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
        if (mkdir(part, 0777) == 0) {
            if (file_sync_parent(part, e) < 0)
                return -1;
        } else if (errno != EEXIST) {
            return err_errno(e, ERR_OPEN, "%s: cannot be made", part);
        }
    }
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is not a directory", path);
    return 0;
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

/* Returns whether something was put there meanwhile. */
static bool remove_files(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;

    if (!directory)
        return false;
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening what stands beneath a directory in which others write. */
#include "util/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/io.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

/* Says what an openat() that failed has met. A file that vanishes as it is looked at may come
 * again. */
static int refuse(const char *directory, const char *path, struct err *e)
{
    switch (errno) {
    case ENOENT:
    case ESTALE:
        return 0;
    case ELOOP:
        return err_set(e, ERR_INPUT, "%s/%s: is a symbolic link, which is not followed here",
                       directory, path);
    case ENOTDIR:
        return err_set(e, ERR_INPUT, "%s/%s: a part of it is no directory, or a symbolic link",
                       directory, path);
    case ENXIO: /* a socket, or a device without one */
    case ENODEV:
        return err_set(e, ERR_INPUT, "%s/%s: is not a regular file", directory, path);
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EIO:
        return err_errno(e, ERR_IO, "%s/%s: cannot be opened", directory, path);
    default:
        return err_errno(e, ERR_INPUT, "%s/%s: cannot be opened", directory, path);
    }
}

/* Effect: a directory is read, by which it becomes what it is on the server. */
static void see_anew(int directory)
{
    int fd = openat(directory, ".", DIRECTORY);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);

    while (list && readdir(list))
        ;
    if (list)
        closedir(list);
    else
        file_close(fd);
}

/* Opens one name in a directory, which is closed. Returns -1 with errno, as for "", "." and "..". */
static int step(int directory, const char *name, size_t len, int flags)
{
    char part[NAME_MAX + 1];
    int fd = -1;

    errno = EINVAL;
    if (len < sizeof part && strncmp(name, "..", len) != 0) {
        snprintf(part, sizeof part, "%.*s", (int)len, name);
        see_anew(directory);
        fd = openat(directory, part, flags | O_NOFOLLOW | O_CLOEXEC);
    }
    file_close(directory);
    return fd;
}

/* Opens the last part of a path with those flags; all before are directories. */
static int walk(const char *directory, const char *path, int flags, int *fd, struct err *e)
{
    const char *part = path;

    *fd = io_open(directory, DIRECTORY, 0);
    if (*fd < 0)
        return err_errno(e, ERR_OPEN, "%s: cannot be opened", directory);
    while (*fd >= 0 && *part) {
        size_t len = strcspn(part, "/");
        bool last = part[len] == '\0';
        *fd = step(*fd, part, len, last ? flags : DIRECTORY);
        part += len + !last;
    }
    return *fd >= 0 ? 1 : refuse(directory, path, e);
}

int beneath_directory(const char *directory, const char *path, int *fd, struct err *e)
{
    return walk(directory, path, DIRECTORY, fd, e);
}

int beneath_file(const char *directory, const char *path, int *fd, struct err *e)
{
    struct stat st;
    int rc = walk(directory, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, fd, e);

    if (rc < 1 || (io_fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)))
        return rc;
    file_close(*fd);
    *fd = -1;
    return err_set(e, ERR_INPUT, "%s/%s: is not a regular file", directory, path);
}

int beneath_path(int directory, const char *name, char path[static PATH_MAX], struct err *e)
{
    int n = snprintf(path, PATH_MAX, "/proc/self/fd/%d/%s", directory, name);

    return n > 0 && n < PATH_MAX ? 0 : err_set(e, ERR_OPEN, "%s: the path is too long", name);
}

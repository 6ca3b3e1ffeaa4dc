/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int file_open(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd >= 0 ? fd : err_errno(e, ERR_OPEN, "%s: cannot be opened for reading", path);
}

int file_open_rw(const char *path, unsigned mode, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, (mode_t)mode);

    return fd >= 0 ? fd : err_errno(e, ERR_OPEN, "%s: cannot be opened for writing", path);
}

void file_close(int fd)
{
    int saved = errno;

    if (fd >= 0)
        close(fd);
    errno = saved;
}

int file_size(int fd, const char *path, uint64_t *size, struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return err_errno(e, ERR_IO, "%s: no status", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_INPUT, "%s: is not a regular file", path);
    *size = (uint64_t)st.st_size;
    return 0;
}

int file_pread(int fd, const char *path, void *data, size_t len, uint64_t offset, struct err *e)
{
    char *p = data;

    while (len > 0) {
        ssize_t n = pread(fd, p, len < (1u << 30) ? len : (1u << 30), (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_IO, "%s: reading at byte %" PRIu64, path, offset);
        if (n == 0)
            return err_set(e, ERR_IO, "%s: ends at byte %" PRIu64 ", %zu bytes too early", path,
                           offset, len);
        p += n;
        len -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

/* Reads and closes an open file as file_read() does. */
static int read_open(int fd, const char *path, uint64_t limit, char **data, size_t *len,
                     struct err *e)
{
    int rc = -1;
    char *bytes = NULL;
    uint64_t size;

    if (fd < 0)
        return -1;
    if (file_size(fd, path, &size, e) < 0)
        goto done;
    if (size > limit) {
        err_set(e, ERR_INPUT, "%s: has %" PRIu64 " bytes, at most %" PRIu64 " are read", path, size,
                limit);
        goto done;
    }
    bytes = err_alloc(size + 1, 1, path, e);
    if (!bytes || file_pread(fd, path, bytes, size, 0, e) < 0)
        goto done;
    *data = bytes;
    *len = size;
    bytes = NULL;
    rc = 0;
done:
    free(bytes);
    file_close(fd);
    return rc;
}

int file_read(const char *path, uint64_t limit, char **data, size_t *len, struct err *e)
{
    return read_open(file_open(path, e), path, limit, data, len, e);
}

int file_read_left(const char *path, uint64_t limit, char **data, size_t *len, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        err_errno(e, ERR_INPUT, "%s: cannot be opened for reading", path);
    return read_open(fd, path, limit, data, len, e);
}

/* Returns the directory that holds path. */
static const char *parent_of(const char *path, char parent[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 0;

    snprintf(parent, PATH_MAX, "%.*s", n, path);
    return !slash ? "." : n == 0 ? "/" : parent;
}

/* Effect: fsync of the directory that holds path, so that a new name survives. */
static int sync_parent(const char *path, struct err *e)
{
    char parent[PATH_MAX];
    const char *name = parent_of(path, parent);
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, "%s: cannot be opened to sync it", name);
    /* Some file systems cannot sync a directory and say EINVAL: nothing is lost there. */
    int rc = fsync(fd) < 0 && errno != EINVAL ? err_errno(e, ERR_IO, "%s: fsync", name) : 0;
    file_close(fd);
    return rc;
}

/* Writes it all; for files that nobody sees before they are renamed. */
static int write_all(int fd, const char *path, const void *data, size_t len, struct err *e)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_IO, "%s: writing", path);
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Returns a descriptor of a new temporary file beside path; its name is in temporary. */
static int open_beside(const char *path, unsigned mode, char temporary[static PATH_MAX],
                       struct err *e)
{
    if (snprintf(temporary, PATH_MAX, "%s.tmp-%ld", path, (long)getpid()) >= PATH_MAX)
        return err_set(e, ERR_OPEN, "%s: the path is too long", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    return fd >= 0 ? fd : err_errno(e, ERR_OPEN, "%s: cannot be opened for writing", temporary);
}

/* Writes a temporary file beside path, durably, and puts its name into temporary. */
static int write_beside(const char *path, const void *data, size_t len, unsigned mode,
                        char temporary[static PATH_MAX], struct err *e)
{
    int fd = open_beside(path, mode, temporary, e);

    if (fd < 0)
        return -1;
    int rc = write_all(fd, temporary, data, len, e);
    if (rc == 0 && fsync(fd) < 0)
        rc = err_errno(e, ERR_IO, "%s: fsync", temporary);
    file_close(fd);
    if (rc < 0)
        unlink(temporary);
    return rc;
}

/* Effect: the temporary file gets its name, or is removed. */
static int rename_to(const char *temporary, const char *path, struct err *e)
{
    if (rename(temporary, path) == 0)
        return 0;
    err_errno(e, ERR_IO, "%s: cannot be renamed to %s", temporary, path);
    unlink(temporary);
    return -1;
}

int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];

    if (write_beside(path, data, len, mode, temporary, e) < 0)
        return -1;
    return rename_to(temporary, path, e) < 0 ? -1 : sync_parent(path, e);
}

int file_show(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    int fd = open_beside(path, mode, temporary, e);

    if (fd < 0)
        return -1;
    int rc = write_all(fd, temporary, data, len, e);
    file_close(fd);
    if (rc < 0)
        unlink(temporary);
    return rc < 0 ? rc : rename_to(temporary, path, e);
}

int file_write_new(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    int rc = 0;

    if (write_beside(path, data, len, mode, temporary, e) < 0)
        return -1;
    if (link(temporary, path) < 0 && errno != EEXIST)
        rc = err_errno(e, ERR_IO, "%s: cannot be linked to %s", temporary, path);
    unlink(temporary);
    return rc < 0 ? rc : sync_parent(path, e);
}

int file_in_memory(const char *name, const void *data, size_t len, struct err *e)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int fd = memfd_create("metaneuron", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return err_errno(e, ERR_IO, "%s: no file in memory can be made for it", name);
    if (write_all(fd, name, data, len, e) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0)
        return fd;
    err_errno(e, ERR_IO, "%s: its copy in memory cannot be sealed", name);
    file_close(fd);
    return -1;
}

int file_commit(const char *temporary, const char *path, struct err *e)
{
    int rc = -1;
    int fd = open(temporary, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        err_errno(e, ERR_IO, "%s: cannot be opened to sync it", temporary);
    else if (fsync(fd) < 0)
        err_errno(e, ERR_IO, "%s: fsync", temporary);
    else if (rename(temporary, path) < 0)
        err_errno(e, ERR_IO, "%s: cannot be renamed to %s", temporary, path);
    else
        rc = sync_parent(path, e);
    file_close(fd);
    if (rc < 0)
        unlink(temporary);
    return rc;
}

int file_append(int fd, const char *path, const void *data, size_t len, uint64_t offset,
                struct err *e)
{
    ssize_t n;

    do
        n = pwrite(fd, data, len, (off_t)offset);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_errno(e, ERR_IO, "%s: appending %zu bytes", path, len);
    if ((size_t)n != len) {
        err_set(e, ERR_IO, "%s: only %zd of %zu bytes could be appended (is the disk full?)", path,
                n, len);
        if (ftruncate(fd, (off_t)offset) < 0)
            err_context(e, "and they could not be cut off again");
        return -1;
    }
    if (fdatasync(fd) < 0)
        return err_errno(e, ERR_IO, "%s: fdatasync", path);
    return 0;
}

int file_open_log(const char *path, struct err *e)
{
    char parent[PATH_MAX];

    if (file_mkdirs(parent_of(path, parent), e) < 0)
        return -1;
    /* Not waiting: what stands there may be no file that anybody reads. */
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    return fd >= 0 ? fd : err_errno(e, ERR_OPEN, "%s: cannot be opened for writing", path);
}

int file_log(int fd, const char *path, const void *data, size_t len, struct err *e)
{
    return write_all(fd, path, data, len, e);
}

int file_truncate(int fd, const char *path, uint64_t size, struct err *e)
{
    if (ftruncate(fd, (off_t)size) < 0 || fdatasync(fd) < 0)
        return err_errno(e, ERR_IO, "%s: cutting it to %" PRIu64 " bytes", path, size);
    return 0;
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
            if (sync_parent(part, e) < 0)
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

int file_lock(int fd, const char *path, bool wait, bool *taken, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int rc;

    do
        rc = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    while (rc < 0 && errno == EINTR);
    *taken = rc == 0;
    if (rc < 0 && (wait || (errno != EAGAIN && errno != EACCES)))
        return err_errno(e, ERR_IO, "%s: cannot be locked (does this file system have locks?)",
                         path);
    return 0;
}

int file_is_locked(const char *path, bool *locked, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *locked = false;
    if (fd < 0)
        return errno == ENOENT ? 0 : err_errno(e, ERR_OPEN, "%s: cannot be opened", path);
    int rc = fcntl(fd, F_OFD_GETLK, &lock) < 0
                 ? err_errno(e, ERR_IO, "%s: its lock cannot be looked at", path)
                 : 0;
    file_close(fd);
    *locked = rc == 0 && lock.l_type != F_UNLCK;
    return rc;
}

void file_unlock(int fd)
{
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    fcntl(fd, F_OFD_SETLK, &lock);
}

int file_space(const char *path, uint64_t *bytes, struct err *e)
{
    char parent[PATH_MAX];
    struct statvfs fs;

    if (statvfs(parent_of(path, parent), &fs) < 0)
        return err_errno(e, ERR_IO, "%s: no status of its file system", path);
    *bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}

int file_can_make(const char *path, struct err *e)
{
    char parent[PATH_MAX];
    struct stat st;

    if (access(parent_of(path, parent), W_OK | X_OK) < 0)
        return err_errno(e, ERR_OPEN, "%s: its directory cannot be written", path);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, ERR_OPEN, "%s: is a directory, expected the name of a file", path);
    return 0;
}

bool file_first_line(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : pread(fd, text, size - 1, 0);

    file_close(fd);
    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return n > 0;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_regular(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_is_same(const char *one, const char *two)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(two, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void file_remove(const char *path)
{
    unlink(path);
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
    DIR *directory = opendir(path);
    struct dirent *entry;

    if (!directory)
        return;
    while ((entry = readdir(directory)))
        unlinkat(dirfd(directory), entry->d_name, 0); /* fails for directories */
    closedir(directory);
    rmdir(path);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files, read or put in place at once. */
#include "util/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/alike.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/io.h"
#include "util/owner.h"
#include "util/place.h"

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
    int fd = file_open(path, e);

    if (fd < 0)
        alike_file(path, e);
    return read_open(fd, path, limit, data, len, e);
}

/* Whether a file could not be opened though nothing is wrong with it. */
static bool is_failure(int why)
{
    return why != ENOENT && why != ENOTDIR && why != EISDIR && why != ELOOP && why != ENXIO &&
           why != EACCES && why != EPERM && why != ENAMETOOLONG;
}

static int refuse(const char *path, enum err_code code, struct err *e)
{
    if (errno == ELOOP)
        return err_set(e, code, "%s: is a symbolic link, which is not followed here", path);
    return err_errno(e, code, "%s: cannot be opened for reading", path);
}

int file_read_left(const char *path, uint64_t limit, char **data, size_t *len, struct err *e)
{
    int fd = io_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

    if (fd < 0)
        refuse(path, is_failure(errno) ? ERR_IO : ERR_INPUT, e);
    return read_open(fd, path, limit, data, len, e);
}

int file_read_own(const char *path, uint64_t limit, bool private, char **data, size_t *len,
                  struct err *e)
{
    int fd = io_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

    if (fd < 0)
        return refuse(path,
                      errno == ENOENT                                       ? ERR_OPEN
                      : errno == EACCES || errno == ELOOP || errno == EPERM ? ERR_REFUSED
                                                                            : ERR_IO,
                      e);
    if (owner_believe(fd, path, private, e) == 0)
        return read_open(fd, path, limit, data, len, e);
    file_close(fd);
    return -1;
}

bool file_lines(const char *path, char *text, size_t size)
{
    int fd = file_open(path, NULL);
    size_t used = 0;
    ssize_t n;

    while (fd >= 0 && (n = io_pread(fd, text + used, size - 1 - used, (off_t)used)) > 0)
        used += (size_t)n;
    file_close(fd);
    text[used] = '\0';
    return used > 0;
}

bool file_first_line(const char *path, char *text, size_t size)
{
    bool any = file_lines(path, text, size);

    text[strcspn(text, "\n")] = '\0';
    return any;
}

int file_temporary(const char *path, char temporary[static PATH_MAX], struct err *e)
{
    enum { RANDOM = 8 };
    uint8_t random[RANDOM];
    char hex[2 * RANDOM + 1];

    if (random_bytes(random, sizeof random, e) < 0)
        return -1;
    if (snprintf(temporary, PATH_MAX, "%s.tmp-%s", path, hex_encode(hex, random, RANDOM)) >=
        PATH_MAX)
        return err_set(e, ERR_OPEN, "%s: the path is too long", path);
    return 0;
}

/* Returns a descriptor of a new temporary file beside path; its name is in temporary. */
static int open_beside(const char *path, unsigned mode, char temporary[static PATH_MAX],
                       struct err *e)
{
    return file_temporary(path, temporary, e) < 0 ? -1 : file_open_new(temporary, mode, e);
}

/* Writes a temporary file beside path, durably, and puts its name into temporary. */
static int write_beside(const char *path, const void *data, size_t len, unsigned mode,
                        char temporary[static PATH_MAX], struct err *e)
{
    int fd = open_beside(path, mode, temporary, e);

    if (fd < 0)
        return -1;
    int rc = file_write_all(fd, temporary, data, len, e);
    if (rc == 0 && io_fsync(fd) < 0)
        rc = err_errno(e, ERR_IO, "%s: fsync", temporary);
    file_close(fd);
    if (rc < 0)
        io_unlink(temporary);
    return rc;
}

/* Effect: the temporary file gets its name, or is removed. */
static int rename_to(const char *temporary, const char *path, struct err *e)
{
    if (io_rename(temporary, path) == 0)
        return 0;
    err_errno(e, ERR_IO, "%s: cannot be renamed to %s", temporary, path);
    io_unlink(temporary);
    return -1;
}

int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];

    if (write_beside(path, data, len, mode, temporary, e) < 0)
        return -1;
    return rename_to(temporary, path, e) < 0 ? -1 : file_sync_parent(path, e);
}

int file_show(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    int fd = open_beside(path, mode, temporary, e);

    if (fd < 0)
        return -1;
    int rc = file_write_all(fd, temporary, data, len, e);
    file_close(fd);
    if (rc < 0)
        io_unlink(temporary);
    return rc < 0 ? rc : rename_to(temporary, path, e);
}

int file_write_new(const char *path, const void *data, size_t len, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    int rc = 0;

    if (write_beside(path, data, len, mode, temporary, e) < 0)
        return -1;
    if (io_link(temporary, path) < 0 && errno != EEXIST)
        rc = err_errno(e, ERR_IO, "%s: cannot be linked to %s", temporary, path);
    io_unlink(temporary);
    return rc < 0 ? rc : file_sync_parent(path, e);
}

/* Effect: the temporary file is called path; errno EEXIST: so is another already. */
static int name_it(const char *temporary, const char *path, bool replace)
{
    if (replace)
        return io_rename(temporary, path);
    if (io_link(temporary, path) == 0)
        return io_unlink(temporary);
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return -1;
    /* Without hard links, what is put there at this very moment is replaced. */
    if (!file_exists(path))
        return io_rename(temporary, path);
    errno = EEXIST;
    return -1;
}

int file_commit(const char *temporary, const char *path, bool replace, struct err *e)
{
    int rc = -1;
    int fd = io_open(temporary, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

    if (fd < 0)
        err_errno(e, ERR_IO, "%s: cannot be opened to sync it", temporary);
    else if (io_fsync(fd) < 0)
        err_errno(e, ERR_IO, "%s: fsync", temporary);
    else if (name_it(temporary, path, replace) == 0)
        rc = file_sync_parent(path, e);
    else if (errno == EEXIST)
        err_set(e, ERR_OPEN, "%s: somebody else has made it meanwhile: give another name", path);
    else
        err_errno(e, ERR_IO, "%s: cannot be renamed to %s", temporary, path);
    file_close(fd);
    if (rc < 0)
        io_unlink(temporary);
    return rc;
}

int file_digest(const char *path, char text[static DIGEST_TEXT], struct err *e)
{
    enum { PART = 1 << 20 };
    uint64_t size = 0, at = 0;
    uint8_t digest[SHA256_LEN];
    int fd = file_open(path, e), rc = fd < 0 ? -1 : file_size(fd, path, &size, e);
    char *part = rc == 0 ? err_alloc(PART, 1, "a part of a file", e) : NULL;
    struct hash *h = part ? hash_create(e) : NULL;

    for (rc = h ? 0 : -1; rc == 0 && at < size;) {
        size_t n = size - at < PART ? (size_t)(size - at) : PART;
        rc = file_pread(fd, path, part, n, at, e);
        hash_add(h, part, rc == 0 ? n : 0);
        at += n;
    }
    if (rc == 0 && (rc = hash_final(h, digest, e)) == 0)
        digest_text(text, digest);
    hash_destroy(h);
    free(part);
    file_close(fd);
    return rc;
}

int file_open_memory(struct err *e)
{
    int fd = memfd_create("metaneuron", MFD_CLOEXEC);

    return fd >= 0 ? fd : err_errno(e, ERR_IO, "no file in memory can be made");
}

int file_in_memory(const char *name, const void *data, size_t len, struct err *e)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int fd = memfd_create("metaneuron", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return err_errno(e, ERR_IO, "%s: no file in memory can be made for it", name);
    if (file_write_all(fd, name, data, len, e) == 0 && fcntl(fd, F_ADD_SEALS, seals) == 0 &&
        lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    err_errno(e, ERR_IO, "%s: its copy in memory cannot be sealed", name);
    file_close(fd);
    return -1;
}

void file_remove(const char *path)
{
    io_unlink(path);
}

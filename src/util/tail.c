/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of an open file, where bytes are added or cut off. */
#include "util/tail.h"

#include <inttypes.h>
#include <limits.h>

#include "util/directory.h"
#include "util/file.h"
#include "util/io.h"
#include "util/paths.h"

/* Effect: what was written from offset on is cut off again, and that is synced: what stands there
 * next must not mix with it after a crash. Returns -1. */
static int cut_back(int fd, uint64_t offset, struct err *e)
{
    if (io_ftruncate(fd, (off_t)offset) < 0 || io_fdatasync(fd) < 0)
        err_context(e, "and what was written could not be cut off again");
    return -1;
}

int file_append(int fd, const char *path, const void *data, size_t len, uint64_t offset,
                struct err *e)
{
    ssize_t n = io_pwrite(fd, data, len, (off_t)offset);

    if (n < 0)
        return err_errno(e, ERR_IO, "%s: appending %zu bytes", path, len);
    if ((size_t)n != len) {
        err_set(e, ERR_IO, "%s: only %zd of %zu bytes could be appended (is the disk full?)", path,
                n, len);
        return cut_back(fd, offset, e);
    }
    if (io_fdatasync(fd) == 0)
        return 0;
    /* It may never be on the disk, whatever later syncs say, though all see it. */
    err_errno(e, ERR_IO, "%s: fdatasync", path);
    return cut_back(fd, offset, e);
}

int file_sync(int fd, const char *path, struct err *e)
{
    return io_fdatasync(fd) == 0 ? 0 : err_errno(e, ERR_IO, "%s: fdatasync", path);
}

int file_open_log(const char *path, unsigned mode, struct err *e)
{
    char parent[PATH_MAX];

    if (file_mkdirs_within(file_parent(path, parent), e) < 0)
        return -1;
    return file_open_append(path, mode, e);
}

int file_log(int fd, const char *path, const void *data, size_t len, struct err *e)
{
    return file_write_all(fd, path, data, len, e);
}

int file_truncate(int fd, const char *path, uint64_t size, struct err *e)
{
    if (io_ftruncate(fd, (off_t)size) < 0 || io_fdatasync(fd) < 0)
        return err_errno(e, ERR_IO, "%s: cutting it to %" PRIu64 " bytes", path, size);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of calls (util/io.h) of which one fails, by its number: so each can, in turn.
 */
#ifndef TESTS_FAILING_IO_H
#define TESTS_FAILING_IO_H

#include <errno.h>
#include <stdbool.h>

#include "util/io.h"

static struct {
    long at, count;
    int error;
} failing;

/* Whether this call is the one. */
static inline bool fails_now(void)
{
    errno = failing.error;
    return failing.count++ == failing.at;
}

static inline int failing_open(const char *path, int flags, mode_t mode)
{
    return fails_now() ? -1 : io_system.open(path, flags, mode);
}

static inline int failing_fstat(int fd, struct stat *st)
{
    return fails_now() ? -1 : io_system.fstat(fd, st);
}

static inline ssize_t failing_pread(int fd, void *data, size_t len, off_t at)
{
    return fails_now() ? -1 : io_system.pread(fd, data, len, at);
}

static inline ssize_t failing_write(int fd, const void *data, size_t len)
{
    return fails_now() ? -1 : io_system.write(fd, data, len);
}

static inline int failing_fsync(int fd)
{
    return fails_now() ? -1 : io_system.fsync(fd);
}

static inline int failing_fdatasync(int fd)
{
    return fails_now() ? -1 : io_system.fdatasync(fd);
}

static inline int failing_ftruncate(int fd, off_t size)
{
    return fails_now() ? -1 : io_system.ftruncate(fd, size);
}

static inline int failing_rename(const char *from, const char *to)
{
    return fails_now() ? -1 : io_system.rename(from, to);
}

static inline int failing_mkdir(const char *path, mode_t mode)
{
    return fails_now() ? -1 : io_system.mkdir(path, mode);
}

static inline int failing_unlink(const char *path)
{
    return fails_now() ? -1 : io_system.unlink(path);
}

/* Effect: from now on the call of that number, from 0, fails so. */
static inline void failing_begin(long at, int error)
{
    static struct io calls;

    calls = io_system;
    calls.open = failing_open;
    calls.fstat = failing_fstat;
    calls.pread = failing_pread;
    calls.write = failing_write;
    calls.fsync = failing_fsync;
    calls.fdatasync = failing_fdatasync;
    calls.ftruncate = failing_ftruncate;
    calls.rename = failing_rename;
    calls.mkdir = failing_mkdir;
    calls.unlink = failing_unlink;
    failing.at = at;
    failing.count = 0;
    failing.error = error;
    io_use(&calls);
}

/* Effect: no call fails any more. Returns whether one has. */
static inline bool failing_end(void)
{
    io_use(NULL);
    return failing.count > failing.at;
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls by which files are read, written, synced, named and locked. */
#include "util/io.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Those that the system declares with other arguments. */
static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int system_lock(int fd, int command, struct flock *lock)
{
    return fcntl(fd, command, lock);
}

const struct io io_system = {
    .open = system_open,
    .close = close,
    .fstat = fstat,
    .pread = pread,
    .write = write,
    .pwrite = pwrite,
    .fsync = fsync,
    .fdatasync = fdatasync,
    .ftruncate = ftruncate,
    .rename = rename,
    .link = link,
    .unlink = unlink,
    .mkdir = mkdir,
    .lock = system_lock,
};

static const struct io *now = &io_system;

void io_use(const struct io *calls)
{
    now = calls ? calls : &io_system;
}

/* Whether a call that returned this was interrupted, and is to be made again. */
static int interrupted(ssize_t rc)
{
    return rc < 0 && errno == EINTR;
}

int io_open(const char *path, int flags, mode_t mode)
{
    int fd;

    do
        fd = now->open(path, flags, mode);
    while (interrupted(fd));
    return fd;
}

int io_close(int fd)
{
    return now->close(fd);
}

int io_fstat(int fd, struct stat *st)
{
    return now->fstat(fd, st);
}

ssize_t io_pread(int fd, void *data, size_t len, off_t offset)
{
    ssize_t n;

    do
        n = now->pread(fd, data, len, offset);
    while (interrupted(n));
    return n;
}

ssize_t io_write(int fd, const void *data, size_t len)
{
    ssize_t n;

    do
        n = now->write(fd, data, len);
    while (interrupted(n));
    return n;
}

ssize_t io_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    ssize_t n;

    do
        n = now->pwrite(fd, data, len, offset);
    while (interrupted(n));
    return n;
}

int io_fsync(int fd)
{
    return now->fsync(fd);
}

int io_fdatasync(int fd)
{
    return now->fdatasync(fd);
}

int io_ftruncate(int fd, off_t size)
{
    int rc;

    do
        rc = now->ftruncate(fd, size);
    while (interrupted(rc));
    return rc;
}

int io_rename(const char *from, const char *to)
{
    return now->rename(from, to);
}

int io_link(const char *from, const char *to)
{
    return now->link(from, to);
}

int io_unlink(const char *path)
{
    return now->unlink(path);
}

int io_mkdir(const char *path, mode_t mode)
{
    return now->mkdir(path, mode);
}

int io_lock(int fd, int command, struct flock *lock)
{
    int rc;

    do
        rc = now->lock(fd, command, lock);
    while (interrupted(rc));
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The system calls by which files are read, written, synced, named and locked: a small table, in
 * whose place a test puts its own, which notes what is called, or fails.
 *
 * What only asks for the status of a path, lists or removes a whole tree, or says who may use a
 * file, does not pass through it: no record depends on that.
 *
 * Convention: as the system's calls: -1, and errno says why. Those that were interrupted before
 * they did anything are made again, but for fsync and close, after which nobody knows.
 */
#ifndef UTIL_IO_H
#define UTIL_IO_H

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

struct io {
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int fd);
    int (*fstat)(int fd, struct stat *st);
    ssize_t (*pread)(int fd, void *data, size_t len, off_t offset);
    ssize_t (*write)(int fd, const void *data, size_t len);
    ssize_t (*pwrite)(int fd, const void *data, size_t len, off_t offset);
    int (*fsync)(int fd);
    int (*fdatasync)(int fd);
    int (*ftruncate)(int fd, off_t size);
    int (*rename)(const char *from, const char *to);
    int (*link)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    int (*lock)(int fd, int command, struct flock *lock); /* fcntl(2) with F_OFD_… */
};

/* The system's own. */
extern const struct io io_system;

/* Effect: this process makes the calls of that table from now on; it is not copied. NULL: the
 * system's. For tests: one for the process, as those who make the calls know of no caller. */
void io_use(const struct io *calls);

int io_open(const char *path, int flags, mode_t mode);
int io_close(int fd);
int io_fstat(int fd, struct stat *st);
ssize_t io_pread(int fd, void *data, size_t len, off_t offset);
ssize_t io_write(int fd, const void *data, size_t len);
ssize_t io_pwrite(int fd, const void *data, size_t len, off_t offset);
int io_fsync(int fd);
int io_fdatasync(int fd);
int io_ftruncate(int fd, off_t size);
int io_rename(const char *from, const char *to);
int io_link(const char *from, const char *to);
int io_unlink(const char *path);
int io_mkdir(const char *path, mode_t mode);
int io_lock(int fd, int command, struct flock *lock);

#endif

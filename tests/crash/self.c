/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process does to itself at one of its calls. */
#include "self.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/io.h"

static struct self_plan plan;
static uint64_t seen; /* calls of the kind that it is for */

static void reach(void)
{
    if (plan.act == SELF_DIE && seen++ == plan.at)
        kill(getpid(), SIGKILL);
}

static int do_open(const char *path, int flags, mode_t mode)
{
    if (flags & (O_CREAT | O_TRUNC))
        reach();
    return io_system.open(path, flags, mode);
}

static bool is_log(int fd)
{
    char link[40], path[200];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    return n > 4 && memcmp(path + n - 4, "/log", 4) == 0;
}

static ssize_t do_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    reach();
    if ((plan.act != SELF_DIE_WITHIN_WRITE && plan.act != SELF_STOP_WITHIN_WRITE) || !is_log(fd) ||
        seen++ != plan.at)
        return io_system.pwrite(fd, data, len, offset);
    ssize_t n = io_system.pwrite(fd, data, len / 2, offset);
    kill(getpid(), plan.act == SELF_DIE_WITHIN_WRITE ? SIGKILL : SIGSTOP);
    return n + io_system.pwrite(fd, (const char *)data + n, len - (size_t)n, offset + n);
}

static int do_fdatasync(int fd)
{
    reach();
    if (plan.act == SELF_STOP_BEFORE_SYNC && is_log(fd) && seen++ == plan.at)
        kill(getpid(), SIGSTOP);
    return io_system.fdatasync(fd);
}

static int do_fsync(int fd)
{
    reach();
    return io_system.fsync(fd);
}

static int do_ftruncate(int fd, off_t size)
{
    reach();
    return io_system.ftruncate(fd, size);
}

static int do_rename(const char *from, const char *to)
{
    reach();
    return io_system.rename(from, to);
}

static ssize_t do_write(int fd, const void *data, size_t len)
{
    reach();
    return io_system.write(fd, data, len);
}

static int do_link(const char *from, const char *to)
{
    reach();
    return io_system.link(from, to);
}

static int do_unlink(const char *path)
{
    reach();
    return io_system.unlink(path);
}

static int do_mkdir(const char *path, mode_t mode)
{
    reach();
    return io_system.mkdir(path, mode);
}

static int do_lock(int fd, int command, struct flock *lock)
{
    reach();
    int rc = io_system.lock(fd, command, lock);
    if (rc < 0 && errno == EAGAIN && plan.told >= 0) {
        (void)!write(plan.told, "w", 1);
        errno = EAGAIN;
    }
    return rc;
}

void self_use(const struct self_plan *p)
{
    static struct io calls;

    plan = *p;
    seen = 0;
    calls = io_system;
    calls.open = do_open;
    calls.pwrite = do_pwrite;
    calls.fdatasync = do_fdatasync;
    calls.fsync = do_fsync;
    calls.ftruncate = do_ftruncate;
    calls.rename = do_rename;
    calls.write = do_write;
    calls.link = do_link;
    calls.unlink = do_unlink;
    calls.mkdir = do_mkdir;
    calls.lock = do_lock;
    io_use(&calls);
}

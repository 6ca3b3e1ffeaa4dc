/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of calls that notes on a disk what it did. */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "../unit/unit.h"

enum { DESCRIPTORS = 256, CALLS = 2000 };

static struct {
    char root[200];
    struct disk *disk;
    struct watch_plan plan;
    enum watch_call made[CALLS];
    long count;
    unsigned retries;
    int nodes[DESCRIPTORS];   /* that are open; -1: outside */
    bool failed[DESCRIPTORS]; /* a sync of it did */
    char paths[DESCRIPTORS][200];
    char failure[200]; /* path of the call that failed */
} watch;

static const char *inside(const char *path)
{
    size_t len = strlen(watch.root);

    return strncmp(path, watch.root, len) == 0 && (path[len] == '/' || !path[len]) ? path + len
                                                                                   : NULL;
}

static int node_of(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? watch.nodes[fd] : -1;
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? watch.paths[fd] : "";
}

/* What becomes of a call. */
enum fate { DOES = 0, FAILS, DOES_SOME, DIES_WITHIN };

/* Counts a call. A process that is dead makes no more: its calls fail, and nothing of it is left
 * to see that. */
static enum fate count(enum watch_call call, const char *path)
{
    long number = watch.count++;

    ck_assert_int_lt(number, CALLS);
    watch.made[number] = call;
    if (watch.plan.before)
        watch.plan.before(call, path);
    if (watch.plan.last != WATCH_NEVER && number > watch.plan.last) {
        errno = EIO;
        return FAILS;
    }
    if (number == watch.plan.last && watch.plan.half)
        return DIES_WITHIN;
    if (number != watch.plan.fail_at)
        return DOES;
    snprintf(watch.failure, sizeof watch.failure, "%s", path);
    errno = watch.plan.error;
    return errno ? FAILS : DOES_SOME;
}

static void note_name(enum disk_kind kind, const char *path, int node, const char *to)
{
    struct disk_op op = {.kind = kind, .node = node};
    const char *name = NULL;

    disk_find(watch.disk, inside(path), &op.directory, &name);
    ck_assert(op.directory >= 0 && name && strlen(name) < DISK_NAME);
    snprintf(op.name, sizeof op.name, "%s", name);
    if (to)
        snprintf(op.to, sizeof op.to, "%s", to);
    disk_note(watch.disk, &op);
}

static int do_open(const char *path, int flags, mode_t mode)
{
    const char *below = inside(path);
    int node = below ? disk_find(watch.disk, below, NULL, NULL) : -1;

    if (count(WATCH_OPEN, path) == FAILS)
        return -1;
    int fd = io_system.open(path, flags, mode);
    if (fd < 0 || fd >= DESCRIPTORS)
        return fd;
    snprintf(watch.paths[fd], sizeof watch.paths[fd], "%s", path);
    if (below && node < 0) {
        ck_assert_msg(flags & O_CREAT, "%s was made by no call of the table", path);
        node = disk_node(watch.disk, false);
        note_name(DISK_ENTER, path, node, NULL);
        watch.disk->is_hint[node] = strcmp(strrchr(path, '/'), "/lock") == 0;
    }
    watch.nodes[fd] = node;
    watch.failed[fd] = false;
    return fd;
}

static int do_close(int fd)
{
    if (fd >= 0 && fd < DESCRIPTORS)
        watch.nodes[fd] = -1;
    return io_system.close(fd);
}

static int do_fstat(int fd, struct stat *st)
{
    return count(WATCH_FSTAT, path_of(fd)) == FAILS ? -1 : io_system.fstat(fd, st);
}

static ssize_t do_pread(int fd, void *data, size_t len, off_t offset)
{
    enum fate fate = count(WATCH_PREAD, path_of(fd));

    return fate == FAILS ? -1 : io_system.pread(fd, data, fate && len > 1 ? len / 2 : len, offset);
}

static ssize_t do_pwrite(int fd, const void *data, size_t len, off_t offset)
{
    enum fate fate = count(WATCH_WRITE, path_of(fd));

    if (fate == FAILS)
        return -1;
    if (fate && len > 1)
        len /= 2;
    ssize_t n = io_system.pwrite(fd, data, len, offset);
    if (n > 0 && node_of(fd) >= 0) {
        char *bytes = malloc((size_t)n);
        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, data, (size_t)n);
        disk_note(watch.disk, &(struct disk_op){.kind = DISK_WRITE,
                                                .node = node_of(fd),
                                                .at = (uint64_t)offset,
                                                .data = bytes,
                                                .len = (size_t)n});
        free(bytes);
    }
    return n;
}

static ssize_t do_write(int fd, const void *data, size_t len)
{
    off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t n = do_pwrite(fd, data, len, at);

    if (n > 0)
        lseek(fd, at + n, SEEK_SET);
    return n;
}

static int sync_with(enum watch_call call, int (*sync)(int), int fd)
{
    int node = node_of(fd);

    if (node >= 0 && watch.failed[fd])
        watch.retries++;
    if (count(call, path_of(fd)) == FAILS) {
        if (node >= 0 && (watch.plan.last == WATCH_NEVER || watch.count - 1 <= watch.plan.last)) {
            watch.failed[fd] = true;
            disk_note(watch.disk, &(struct disk_op){.kind = DISK_SYNC_FAILS, .node = node});
        }
        return -1;
    }
    int lie = call == WATCH_FDATASYNC                       ? WATCH_NO_FDATASYNC
              : node >= 0 && watch.disk->is_directory[node] ? WATCH_NO_FSYNC_OF_DIRECTORIES
                                                            : WATCH_NO_FSYNC_OF_FILES;
    if (node >= 0 && !(watch.plan.lies & lie))
        disk_note(watch.disk, &(struct disk_op){.kind = DISK_SYNC, .node = node});
    return sync(fd);
}

static int do_fsync(int fd)
{
    return sync_with(WATCH_FSYNC, io_system.fsync, fd);
}

static int do_fdatasync(int fd)
{
    return sync_with(WATCH_FDATASYNC, io_system.fdatasync, fd);
}

static int do_ftruncate(int fd, off_t size)
{
    if (count(WATCH_FTRUNCATE, path_of(fd)) == FAILS)
        return -1;
    int rc = io_system.ftruncate(fd, size);
    if (rc == 0 && node_of(fd) >= 0)
        watch.failed[fd] = false; /* what failed is gone */
    if (rc == 0 && node_of(fd) >= 0)
        disk_note(watch.disk,
                  &(struct disk_op){.kind = DISK_CUT, .node = node_of(fd), .at = (uint64_t)size});
    return rc;
}

static int do_rename(const char *from, const char *to)
{
    if (count(WATCH_RENAME, to) == FAILS)
        return -1;
    int rc = io_system.rename(from, to);
    if (rc == 0 && inside(from))
        note_name(DISK_RENAME, from, disk_find(watch.disk, inside(from), NULL, NULL),
                  strrchr(to, '/') + 1);
    return rc;
}

static int do_link(const char *from, const char *to)
{
    if (count(WATCH_LINK, to) == FAILS)
        return -1;
    int rc = io_system.link(from, to);
    if (rc == 0 && inside(to))
        note_name(DISK_ENTER, to, disk_find(watch.disk, inside(from), NULL, NULL), NULL);
    return rc;
}

static int do_unlink(const char *path)
{
    if (count(WATCH_UNLINK, path) == FAILS)
        return -1;
    int rc = io_system.unlink(path);
    if (rc == 0 && inside(path))
        note_name(DISK_LEAVE, path, disk_find(watch.disk, inside(path), NULL, NULL), NULL);
    return rc;
}

static int do_mkdir(const char *path, mode_t mode)
{
    if (count(WATCH_MKDIR, path) == FAILS)
        return -1;
    int rc = io_system.mkdir(path, mode);
    if (rc == 0 && inside(path))
        note_name(DISK_ENTER, path, disk_node(watch.disk, true), NULL);
    return rc;
}

/* A process that dies gives its locks back. */
static int do_lock(int fd, int command, struct flock *lock)
{
    if (lock->l_type == F_UNLCK)
        return io_system.lock(fd, command, lock);
    return count(WATCH_LOCK, path_of(fd)) == FAILS ? -1 : io_system.lock(fd, command, lock);
}

static const struct io calls = {
    .open = do_open,
    .close = do_close,
    .fstat = do_fstat,
    .pread = do_pread,
    .write = do_write,
    .pwrite = do_pwrite,
    .fsync = do_fsync,
    .fdatasync = do_fdatasync,
    .ftruncate = do_ftruncate,
    .rename = do_rename,
    .link = do_link,
    .unlink = do_unlink,
    .mkdir = do_mkdir,
    .lock = do_lock,
};

void watch_begin(const char *root, struct disk *d, const struct watch_plan *plan)
{
    snprintf(watch.root, sizeof watch.root, "%s", root);
    watch.disk = d;
    watch.plan = *plan;
    watch.count = 0;
    watch.retries = 0;
    watch.failure[0] = '\0';
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        watch.nodes[fd] = -1;
    io_use(&calls);
}

long watch_end(void)
{
    io_use(NULL);
    return watch.count;
}

enum watch_call watch_call(long number)
{
    return watch.made[number];
}

const char *watch_failed(void)
{
    return watch.failure;
}

unsigned watch_retries(void)
{
    return watch.retries;
}

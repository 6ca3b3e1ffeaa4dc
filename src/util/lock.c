/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks on files. */
#include "util/lock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/holder.h"
#include "util/io.h"

int file_try_lock(int fd, const char *path, bool *taken, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int rc = io_lock(fd, F_OFD_SETLK, &lock);

    *taken = rc == 0;
    if (rc < 0 && errno != EAGAIN && errno != EACCES)
        return err_errno(e, ERR_IO, "%s: cannot be locked (does this file system have locks?)",
                         path);
    return 0;
}

/* Who is told of a wait: one for the process, as those who lock know of no user. */
static struct {
    void (*tell)(void *context, const char *line);
    void *context;
} user;

void lock_tell(void (*tell)(void *context, const char *line), void *context)
{
    user.tell = tell;
    user.context = context;
}

static void tell_wait(int fd, const char *path, double left)
{
    time_t until = (time_t)(clock_utc_us() / 1000000 + (int64_t)left);
    char line[ERR_TEXT], who[HOLDER_TEXT], when[32] = "?";
    struct tm utc;

    if (!user.tell)
        return;
    if (gmtime_r(&until, &utc))
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    snprintf(line, sizeof line,
             "%s: is held by %s: waiting for it until %s, then giving up with %d", path,
             holder_text(fd, who), when, ERR_INCOMPLETE);
    user.tell(user.context, line);
}

int file_lock_within(int fd, const char *path, double seconds, struct err *e)
{
    const double longest = 0.05, soon = 1;
    double begin = clock_steady(), pause = 1e-3;
    char who[HOLDER_TEXT];
    bool taken, told = false;

    for (;;) {
        if (file_try_lock(fd, path, &taken, e) < 0)
            return -1;
        if (taken) {
            holder_sign(fd);
            return 0;
        }
        double waited = clock_steady() - begin;
        if (waited >= seconds)
            break;
        if (waited >= soon && !told)
            tell_wait(fd, path, seconds - waited);
        told = waited >= soon;
        clock_pause(pause);
        pause = pause * 2 < longest ? pause * 2 : longest;
    }
    return err_set(e, ERR_INCOMPLETE,
                   "%s: is still held after %g s by %s: see what it does, and give the same "
                   "command again",
                   path, seconds, holder_text(fd, who));
}

int file_lock(int fd, const char *path, struct err *e)
{
    return file_lock_within(fd, path, LOCK_SECONDS, e);
}

int file_is_locked(const char *path, bool *locked, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = io_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);

    *locked = false;
    if (fd < 0)
        return errno == ENOENT ? 0 : err_errno(e, ERR_OPEN, "%s: cannot be opened", path);
    int rc = io_lock(fd, F_OFD_GETLK, &lock) < 0
                 ? err_errno(e, ERR_IO, "%s: its lock cannot be looked at", path)
                 : 0;
    file_close(fd);
    *locked = rc == 0 && lock.l_type != F_UNLCK;
    return rc;
}

void file_see_anew(int fd)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

    if (io_lock(fd, F_OFD_SETLK, &lock) == 0)
        file_unlock(fd);
}

bool file_has_no_locks(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return io_lock(fd, F_OFD_GETLK, &lock) < 0 &&
           (errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK);
}

void file_unlock(int fd)
{
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    io_lock(fd, F_OFD_SETLK, &lock);
}

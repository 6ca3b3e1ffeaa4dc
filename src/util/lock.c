/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks on files. */
#include "util/lock.h"

#include <errno.h>
#include <fcntl.h>

#include "util/file.h"

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

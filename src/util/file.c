/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One open file, read and written by its descriptor. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"
#include "util/owner.h"

void file_fill_standard(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!io_open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR, 0); /* is fd */
}

/* Says why open() failed; what is no file has words of its own. */
static int refuse(const char *path, const char *what_for, struct err *e)
{
    if (errno == ELOOP)
        return err_set(e, ERR_OPEN, "%s: is a symbolic link, which is not followed here", path);
    if (errno == ENXIO) /* as open() says of sockets, and of pipes that nobody reads */
        return err_set(e, ERR_INPUT, "%s: is not a regular file", path);
    return err_errno(e, ERR_OPEN, "%s: cannot be opened for %s", path, what_for);
}

/* The same of what was to be written. */
static int refuse_writing(const char *path, unsigned mode, struct err *e)
{
    return mode == FILE_OWN && errno == EACCES ? owner_deny(path, e) : refuse(path, "writing", e);
}

/* Returns the descriptor of what may be written by that path, or -1 and it is closed. */
static int admit(int fd, const char *path, unsigned mode, struct err *e)
{
    if (fd < 0)
        return refuse_writing(path, mode, e);
    if (owner_admit(fd, path, mode, e) == 0)
        return fd;
    file_close(fd);
    return -1;
}

static int open_regular(const char *path, int flags, struct err *e)
{
    struct stat st;
    int fd = io_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags, 0);

    if (fd < 0)
        return refuse(path, "reading", e);
    if (io_fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    file_close(fd);
    return err_set(e, ERR_INPUT, "%s: is not a regular file", path);
}

int file_open(const char *path, struct err *e)
{
    return open_regular(path, 0, e);
}

int file_open_left(const char *path, struct err *e)
{
    return open_regular(path, O_NOFOLLOW, e);
}

int file_open_null(struct err *e)
{
    int fd = io_open("/dev/null", O_RDWR | O_CLOEXEC, 0);

    return fd >= 0 ? fd : err_errno(e, ERR_OPEN, "/dev/null: cannot be opened");
}

int file_open_rw(const char *path, unsigned mode, struct err *e)
{
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

    return admit(io_open(path, flags, (mode_t)mode & 0777), path, mode, e);
}

int file_try_rw(const char *path, struct err *e)
{
    int fd = io_open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    int rc = fd < 0 ? refuse_writing(path, FILE_OWN, e) : owner_examine(fd, path, e);

    file_close(fd);
    return rc;
}

int file_open_new(const char *path, unsigned mode, struct err *e)
{
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

    return admit(io_open(path, flags, (mode_t)mode & 0777), path, mode, e);
}

int file_open_append(const char *path, unsigned mode, struct err *e)
{
    const int flags =
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

    return admit(io_open(path, flags, (mode_t)mode & 0777), path, mode, e);
}

void file_close(int fd)
{
    int saved = errno;

    if (fd >= 0)
        io_close(fd);
    errno = saved;
}

int file_size(int fd, const char *path, uint64_t *size, struct err *e)
{
    struct stat st;

    if (io_fstat(fd, &st) < 0)
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
        ssize_t n = io_pread(fd, p, len < (1u << 30) ? len : (1u << 30), (off_t)offset);
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

int file_write_all(int fd, const char *path, const void *data, size_t len, struct err *e)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = io_write(fd, p, len);
        if (n < 0)
            return err_errno(e, ERR_IO, "%s: writing", path);
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

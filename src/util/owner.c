/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a file is, and who may use it. */
#include "util/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"
#include "util/parse.h"
#include "util/paths.h"

static bool is_groups(const struct stat *directory)
{
    return S_ISDIR(directory->st_mode) && (directory->st_mode & S_ISGID) &&
           (directory->st_mode & S_IWGRP);
}

bool owner_is_groups(const char *directory)
{
    struct stat st;

    return stat(directory, &st) == 0 && is_groups(&st);
}

/* Reads the status of the directory that holds path. */
static int look_above(const char *path, struct stat *above, struct err *e)
{
    char parent[PATH_MAX];

    return stat(file_parent(path, parent), above) == 0
               ? 0
               : err_errno(e, ERR_OPEN, "%s: its directory has no status", path);
}

/* Root could do all that to it which a file of root's does. */
static bool is_ours(const struct stat *st)
{
    return st->st_uid == geteuid() || st->st_uid == 0;
}

static int check_owner(const char *path, const struct stat *st, const struct stat *above,
                       struct err *e)
{
    if (is_ours(st) || (is_groups(above) && st->st_gid == above->st_gid))
        return 0;
    return err_set(e, ERR_REFUSED,
                   "%s: belongs to the user %u, expected %u (whoever may write in its directory "
                   "has put it there): see what it is, and remove it",
                   path, (unsigned)st->st_uid, (unsigned)geteuid());
}

/* Whether an open file is one that a site may keep something in. */
static int examine(const char *path, const struct stat *st, struct stat *above, struct err *e)
{
    if (look_above(path, above, e) < 0 || check_owner(path, st, above, e) < 0)
        return -1;
    if (st->st_nlink > 1)
        return err_set(e, ERR_REFUSED,
                       "%s: has another name (it is a hard link), and would be written there, too: "
                       "put a copy in its place",
                       path);
    return 0;
}

static int look_at(int fd, const char *path, struct stat *st, struct err *e)
{
    if (io_fstat(fd, st) < 0)
        return err_errno(e, ERR_IO, "%s: no status", path);
    if (!S_ISREG(st->st_mode))
        return err_set(e, ERR_INPUT, "%s: is not a regular file", path);
    return 0;
}

int owner_examine(int fd, const char *path, struct err *e)
{
    struct stat st, above;

    return look_at(fd, path, &st, e) < 0 ? -1 : examine(path, &st, &above, e);
}

int owner_admit(int fd, const char *path, unsigned mode, struct err *e)
{
    struct stat st, above;

    if (look_at(fd, path, &st, e) < 0)
        return -1;
    if (mode != FILE_OWN)
        return 0;
    if (examine(path, &st, &above, e) < 0)
        return -1;
    mode_t right = is_groups(&above) ? 0660 : 0600;
    /* Where a file system has no modes, there is nothing to set. */
    if (st.st_uid == geteuid() && (st.st_mode & 07777) != right)
        (void)!fchmod(fd, right);
    return 0;
}

int owner_believe(int fd, const char *path, bool private, struct err *e)
{
    struct stat st, above;

    if (io_fstat(fd, &st) < 0)
        return err_errno(e, ERR_IO, "%s: no status", path);
    if (look_above(path, &above, e) < 0 || check_owner(path, &st, &above, e) < 0)
        return -1;
    bool shared = is_groups(&above) && st.st_gid == above.st_gid;
    if (private && (st.st_mode & (shared ? 007 : 077)) != 0)
        return err_set(e, ERR_REFUSED, "%s: others may use it (mode %03o), expected %s", path,
                       st.st_mode & 0777u, shared ? "660" : "600");
    return 0;
}

int owner_admit_directory(const char *path, struct err *e)
{
    struct stat st, above, target;

    if (lstat(path, &st) < 0 || stat(path, &target) < 0 || !S_ISDIR(target.st_mode))
        return err_set(e, ERR_OPEN, "%s: is not a directory", path);
    return look_above(path, &above, e) < 0 ? -1 : check_owner(path, &st, &above, e);
}

/* Whether this user is one of a group. */
static bool is_member(gid_t group)
{
    gid_t list[1024];
    int count = getgroups(sizeof list / sizeof list[0], list);

    for (int i = 0; i < count; i++)
        if (list[i] == group)
            return true;
    return getegid() == group;
}

int owner_deny(const char *path, struct err *e)
{
    struct stat st, above;
    int why = errno;

    if (lstat(path, &st) == 0 && st.st_uid != geteuid() && look_above(path, &above, NULL) == 0)
        return err_set(e, ERR_OPEN,
                       "%s: may not be written by this user: it belongs to the user %u and has the "
                       "mode %03o%s",
                       path, (unsigned)st.st_uid, st.st_mode & 0777u,
                       is_groups(&above) && is_member(above.st_gid)
                           ? ", where a file of a group's has 660: the next command of that user "
                             "which writes there mends it, or chmod 660 does"
                           : "");
    errno = why;
    return err_errno(e, ERR_OPEN, "%s: cannot be opened for writing", path);
}

int owner_find_group(const char *name, gid_t *group, struct err *e)
{
    uint64_t number = 0;
    const struct group *known = getgrnam(name);
    bool is_number = !known && parse_u64(name, &number) == 0 && number < UINT32_MAX;

    if (!known && !is_number)
        return err_set(e, ERR_USAGE, "there is no group '%s'", name);
    *group = known ? known->gr_gid : (gid_t)number;
    if (geteuid() == 0 || is_member(*group))
        return 0;
    return err_set(e, ERR_REFUSED,
                   "this user is not in the group '%s', and could not give it anything (id says in "
                   "which it is; whoever was put into one has to log in again)",
                   name);
}

bool owner_is_half_groups(const char *directory)
{
    struct stat st;

    return stat(directory, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & S_IWGRP) &&
           !(st.st_mode & S_ISGID);
}

int owner_admit_place(const char *path, struct err *e)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(e, ERR_OPEN, "%s: no status", path);
    if (is_ours(&st) || (is_groups(&st) && is_member(st.st_gid)))
        return 0;
    return err_set(e, ERR_REFUSED,
                   "%s: belongs to the user %u, who could replace all that is kept in it: give a "
                   "directory of your own, or one that was made for a group of yours (chgrp GROUP "
                   "DIR && chmod 2770 DIR)",
                   path, (unsigned)st.st_uid);
}

/* Effect: a file or directory, opened by these flags, has a group and a mode; the group first, as
 * its change may clear bits of the mode. Returns -1 with errno as it is. */
static int give(const char *path, int flags, gid_t group, mode_t mode)
{
    int fd = io_open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0);
    int rc = fd < 0 || fchown(fd, (uid_t)-1, group) < 0 || fchmod(fd, mode) < 0 ? -1 : 0;
    int why = errno;

    if (fd >= 0)
        io_close(fd);
    errno = why;
    return rc;
}

int owner_pass_on(const char *path, struct err *e)
{
    struct stat above;

    if (look_above(path, &above, e) < 0)
        return -1;
    return is_groups(&above) ? owner_make_groups(path, above.st_gid, e) : 0;
}

int owner_make_groups(const char *path, gid_t group, struct err *e)
{
    return give(path, O_DIRECTORY, group, 02770) == 0
               ? 0
               : err_errno(e, ERR_OPEN, "%s: cannot be given to the group %u", path,
                           (unsigned)group);
}

int owner_share(const char *path, const char *directory, struct err *e)
{
    struct stat group;

    if (stat(directory, &group) < 0 || !is_groups(&group) ||
        give(path, O_NONBLOCK, group.st_gid, 0660) == 0)
        return 0;
    return err_errno(e, ERR_IO, "%s: cannot be given to the group %u of %s", path,
                     (unsigned)group.st_gid, directory);
}

int owner_give(const char *path, uid_t user, gid_t group, struct err *e)
{
    return lchown(path, user, group) == 0
               ? 0
               : err_errno(e, ERR_IO, "%s: cannot be given to the user %u", path, (unsigned)user);
}

void owner_publish(const char *path, unsigned mode)
{
    mode_t mask = umask(0);
    int fd = io_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);

    umask(mask);
    if (fd < 0)
        return;
    (void)!fchmod(fd, (mode_t)mode & ~mask);
    io_close(fd);
}

unsigned owner_mask(void)
{
    return umask(077);
}

void owner_unmask(unsigned before)
{
    umask((mode_t)before);
}

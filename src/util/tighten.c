/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes from others what earlier versions have left to them. */
#include "util/tighten.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/io.h"
#include "util/owner.h"
#include "util/paths.h"

enum { DEPTH = 8 }; /* of what a ledger holds: 3 */

/* The group that all is for, if it is for one. */
struct whose {
    bool groups;
    gid_t group;
};

static struct whose whose(const char *directory)
{
    struct stat st;
    struct whose w = {.groups = owner_is_groups(directory)};

    if (w.groups && stat(directory, &st) == 0)
        w.group = st.st_gid;
    return w;
}

/* Returns the mode that a file or directory of this user's should have, or 0: it is neither. */
static mode_t right_mode(const struct stat *st, const struct whose *w)
{
    if (st->st_uid != geteuid())
        return 0;
    if (S_ISDIR(st->st_mode))
        return w->groups ? 02770 : 0700;
    /* A second name may be anywhere, and is not ours to close. */
    return !S_ISREG(st->st_mode) || st->st_nlink > 1 ? 0 : w->groups ? 0660 : 0600;
}

static bool is_wrong(const struct stat *st, const struct whose *w)
{
    mode_t right = right_mode(st, w);

    return right && ((st->st_mode & 07777) != right || (w->groups && st->st_gid != w->group));
}

bool tighten_is_due(const char *path)
{
    char parent[PATH_MAX];
    struct stat st;
    struct whose w = whose(file_parent(path, parent));

    return lstat(path, &st) == 0 && is_wrong(&st, &w);
}

/* Effect: what is open has its mode. A group comes first: its change may clear bits. */
static void set_right(int fd, const struct whose *w, size_t *count)
{
    struct stat st;

    if (io_fstat(fd, &st) == 0 && is_wrong(&st, w) &&
        (!w->groups || fchown(fd, (uid_t)-1, w->group) == 0) && fchmod(fd, right_mode(&st, w)) == 0)
        ++*count;
}

static void tighten_at(int directory, const char *name, const struct whose *w, unsigned depth,
                       size_t *count)
{
    struct stat st;
    struct dirent *entry;

    if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
        return;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    set_right(fd, w, count);
    DIR *list = S_ISDIR(st.st_mode) && depth < DEPTH ? fdopendir(fd) : NULL;
    if (!list) {
        file_close(fd);
        return;
    }
    while ((entry = readdir(list)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            tighten_at(dirfd(list), entry->d_name, w, depth + 1, count);
    closedir(list);
}

void tighten_tree(const char *directory, const char *name, size_t *count)
{
    struct whose w = whose(directory);
    int fd = io_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

    if (fd >= 0)
        tighten_at(fd, name, &w, 0, count);
    file_close(fd);
}

void tighten_directory(const char *directory, size_t *count)
{
    struct whose w = whose(directory);
    int fd = io_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    struct stat st;

    if (fd >= 0 && io_fstat(fd, &st) == 0 && !(st.st_mode & S_ISVTX))
        set_right(fd, &w, count);
    file_close(fd);
}

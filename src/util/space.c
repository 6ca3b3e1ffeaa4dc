/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file system of limited size, which only a runner's programs see. */
#include "util/space.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "util/directory.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/runner.h"

enum { FILE_BYTES = 16384 }; /* of the size for each file, as most file systems have it */

static bool tell_kernel(const char *path, const char *text)
{
    int fd = file_open_rw(path, 0600, NULL);
    bool told = fd >= 0 && file_write_all(fd, path, text, strlen(text), NULL) == 0;

    file_close(fd);
    return told;
}

/* Whoever may mount in a namespace of his own is the same user there, and no other. */
static bool stay_who_we_are(uid_t user, gid_t group)
{
    char users[40], groups[40];

    snprintf(users, sizeof users, "%u %u 1", (unsigned)user, (unsigned)user);
    snprintf(groups, sizeof groups, "%u %u 1", (unsigned)group, (unsigned)group);
    return tell_kernel("/proc/self/setgroups", "deny") &&
           tell_kernel("/proc/self/uid_map", users) && tell_kernel("/proc/self/gid_map", groups);
}

bool space_enter(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();

    if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) < 0)
        return false;
    if (user != 0 && !stay_who_we_are(user, group))
        return false;
    /* What is mounted here is not seen elsewhere; what is mounted elsewhere is seen here. */
    return mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) == 0;
}

/* Makes one of its directories. */
static bool make_one(const char *directory, const char *name, uid_t user, gid_t group)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", directory, name);

    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    return file_mkdirs(path, NULL) == 0 && (user == 0 || owner_give(path, user, group, NULL) == 0);
}

bool space_make(const char *directory, uint64_t bytes, uid_t user, gid_t group)
{
    char options[100];

    snprintf(options, sizeof options, "mode=0755,size=%" PRIu64 ",nr_inodes=%" PRIu64, bytes,
             bytes / FILE_BYTES + 64);
    if (mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return false;
    if (make_one(directory, RUNNER_WORK, user, group) &&
        make_one(directory, RUNNER_TMP, user, group) &&
        make_one(directory, RUNNER_SHM, user, group))
        return true;
    int why = errno;
    space_remove(directory);
    errno = why;
    return false;
}

void space_remove(const char *directory)
{
    umount2(directory, MNT_DETACH);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is mounted where, as the lines of /proc/self/mountinfo say (proc(5)).
 */
#ifndef UTIL_MOUNTS_H
#define UTIL_MOUNTS_H

#include <limits.h>
#include <stdbool.h>

enum { MOUNT_TYPE = 64, MOUNT_OPTIONS = 4096 };

struct mount {
    long id, parent; /* of this mount, and of the one that it is mounted upon */
    char point[PATH_MAX];
    char type[MOUNT_TYPE];
    char options[MOUNT_OPTIONS]; /* those of the mount, a comma, those of the file system */
    bool cut;                    /* there are more options than that */
};

/* Effect: finds the mount that path, absolute and without links, is in: a bind mount has a line
 * of its own, and what was mounted over another hides it. Returns false if the lines do not tell. */
bool mounts_find(const char *lines, const char *path, struct mount *m);

/* Effect: the same as this process sees it now. */
bool mounts_see(const char *path, struct mount *m);

#endif

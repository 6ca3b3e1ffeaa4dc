/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file system of limited size, in memory, which this process mounts for what it starts.
 *
 * Nobody else sees it, but for who looks at this process's root (/proc/PID/root), as the user
 * may that it runs under, and root. It needs no privileges where a user may make namespaces.
 *
 * Convention: a function that fails says why in errno.
 */
#ifndef UTIL_SPACE_H
#define UTIL_SPACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Effect: from now on this process, and what it starts, mounts what nobody else sees. */
bool space_enter(void);

/* Effect: directory, which is empty, is such a file system, with the directories RUNNER_WORK,
 * RUNNER_TMP and RUNNER_SHM (runner.h) of that user and group, or of ours if the user is 0. */
bool space_make(const char *directory, uint64_t bytes, uid_t user, gid_t group);

/* Effect: it is gone, with all that it holds. */
void space_remove(const char *directory);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening what stands beneath a directory in which others write: one part of a path at a time, and
 * through no link.
 *
 * The directory itself may be named through links, as whoever names it has chosen them. What is no
 * regular file is not waited for. A name is looked for in its directory as that is now: NFS would
 * say for a while that a new file is not there, until the directory is read anew.
 *
 * Convention: these return 1, 0 if nothing is there, or -1: ERR_INPUT if something else is there,
 * which is named, ERR_OPEN if the directory itself is not. Descriptors are the caller's.
 */
#ifndef UTIL_BENEATH_H
#define UTIL_BENEATH_H

#include <limits.h>

#include "util/err.h"

/* Effect: *fd is open for reading a regular file of that path beneath the directory. */
int beneath_file(const char *directory, const char *path, int *fd, struct err *e);

/* Effect: *fd is a directory of that path beneath it, which beneath_path() takes; "" is itself. */
int beneath_directory(const char *directory, const char *path, int *fd, struct err *e);

/* Effect: path is that of a name in an open directory, whatever stands now where it was opened: for
 * the functions of util/file.h and its neighbours. */
int beneath_path(int directory, const char *name, char path[static PATH_MAX], struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Directories, with the files in them.
 *
 * Convention: an error names the path.
 */
#ifndef UTIL_DIRECTORY_H
#define UTIL_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Effect: fsync of the directory that holds path, so that a new name survives. */
int file_sync_parent(const char *path, struct err *e);

/* Effect: makes the directory and its parents, for this user alone (0700); each has its name on
 * the disk, also one that is there already, which is success. */
int file_mkdirs(const char *path, struct err *e);

/* The same within what a site keeps: a directory in one that was made for a group is for the
 * group (util/owner.h). One that is somebody else's is ERR_REFUSED. */
int file_mkdirs_within(const char *path, struct err *e);

/* Effect: a directory is for a group of this user's, by its name or number: it is made, or is
 * empty and of this user, or was for that group before. ERR_REFUSED: it is there, and is
 * another's, holds something, or is for another group; its parent is to be there. */
int file_mkdir_for_group(const char *path, const char *group, struct err *e);

/* Effect: makes one directory for whoever umask lets in, if it is not there. */
int file_mkdir_public(const char *path, struct err *e);

/* Effect: makes a directory of a new name below $TMPDIR or /tmp, for this user alone, and
 * writes its path, without links in it. */
int file_make_scratch(char *path, size_t size, struct err *e);

/* Called with the name of a file, without its directory. */
typedef int file_visit(void *context, const char *name, struct err *e);

/* Visits the files of a directory whose names begin with prefix, in any order, until
 * visit fails. A directory that is not there, or is none, has none. */
int file_each(const char *directory, const char *prefix, file_visit *visit, void *context,
              struct err *e);

/* Effect: adds the files in a directory, without those in directories in it, and the bytes that
 * they hold; of a path that is a file, it alone. What is not there, or a link, has none. */
int file_measure(const char *path, uint64_t *files, uint64_t *bytes, struct err *e);

/* Effect: removes a directory with all that it holds, as far as this user may: however deep,
 * without following links or leaving its file system, with two descriptors. */
void file_remove_tree(const char *path);

/* Effect: removes the files in a directory, and it unless it holds directories. A link to one is
 * left. */
void file_remove_directory(const char *path);

#endif

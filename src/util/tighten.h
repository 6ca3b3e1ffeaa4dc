/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sees to it that what a site keeps is its owner's or its group's alone (util/owner.h): earlier
 * versions, and whoever copied it, may have left more to others.
 */
#ifndef UTIL_TIGHTEN_H
#define UTIL_TIGHTEN_H

#include <stdbool.h>
#include <stddef.h>

/* Whether an own file has another mode than it should have. */
bool tighten_is_due(const char *path);

/* Effect: a directory, or file, NAME of directory, and all in it, has the mode that it should
 * have; *count grows by those that had another. What is not this user's, has a second name or is
 * no file or directory is left as it is. */
void tighten_tree(const char *directory, const char *name, size_t *count);

/* Effect: the same for the directory alone; one that is anybody's scratch (with the sticky bit)
 * is left. */
void tighten_directory(const char *directory, size_t *count);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands at a path, or could.
 *
 * Convention: an error names the path.
 */
#ifndef UTIL_PLACE_H
#define UTIL_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/err.h"

bool file_exists(const char *path);

/* Whether anything has that name, be it a link to nothing. */
bool file_is_taken(const char *path);

/* Whether it is there and a regular file. */
bool file_is_regular(const char *path);

bool file_is_directory(const char *path);

/* Whether both are there and are one file, by whatever names. */
bool file_is_same(const char *one, const char *two);

/* Returns 0 if a file of that name could be made or replaced: its directory
 * can be written, and it is no directory itself. Else -1 with ERR_OPEN. */
int file_can_make(const char *path, struct err *e);

/* Effect: sets *bytes to what may still be written where path is, or would be. */
int file_space(const char *path, uint64_t *bytes, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a user's files lie, by the XDG base directory rules.
 */
#ifndef UTIL_PATHS_H
#define UTIL_PATHS_H

#include <limits.h>
#include <stddef.h>

#include "util/err.h"

enum paths_kind {
    PATHS_DATA = 1,   /* $XDG_DATA_HOME/metaneuron, else ~/.local/share/metaneuron */
    PATHS_CONFIG = 2, /* $XDG_CONFIG_HOME/metaneuron, else ~/.config/metaneuron */
    PATHS_STATE = 3,  /* $XDG_STATE_HOME/metaneuron, else ~/.local/state/metaneuron */
};

/* Effect: writes the directory and "/" and name into path. Fails when there is
 * no home directory or the path is too long. */
int paths_find(enum paths_kind kind, const char *name, char *path, size_t size, struct err *e);

/* Effect: joins two parts with "/" into path. */
int paths_join(char *path, size_t size, const char *directory, const char *name, struct err *e);

/* Effect: absolute is the path, from the current directory on if need be: it means the same to
 * every process. */
int paths_absolute(const char *path, char absolute[static PATH_MAX], struct err *e);

/* Returns what follows the last "/" of a path, or all of it. */
const char *file_last(const char *path);

/* Returns the directory that holds path, which may stand in parent. */
const char *file_parent(const char *path, char parent[static PATH_MAX]);

#endif

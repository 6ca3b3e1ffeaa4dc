/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose a file is.
 *
 * What is read back from a directory that others may write is believed only if it is ours.
 */
#ifndef UTIL_OWNER_H
#define UTIL_OWNER_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether the file of that status belongs to who runs this process. */
bool owner_is_ours(const struct stat *st);

#endif

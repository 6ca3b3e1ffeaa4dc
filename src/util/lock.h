/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locks on files: advisory, of a whole file, gone with the descriptor.
 *
 * Convention: as in util/file.h.
 */
#ifndef UTIL_LOCK_H
#define UTIL_LOCK_H

#include <stdbool.h>

#include "util/err.h"

/* Effect: an exclusive OFD lock on the whole file. With wait false, *taken says
 * whether it was free. */
int file_lock(int fd, const char *path, bool wait, bool *taken, struct err *e);
void file_unlock(int fd);

/* Effect: sets *locked to whether somebody holds such a lock, without taking it. A
 * file that is not there is held by nobody. */
int file_is_locked(const char *path, bool *locked, struct err *e);

#endif

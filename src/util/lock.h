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

enum { LOCK_SECONDS = 60 }; /* so long another holder is waited for, who needs milliseconds */

/* Effect: an exclusive OFD lock on the whole file, if *taken says so: else another holds it. */
int file_try_lock(int fd, const char *path, bool *taken, struct err *e);

/* Effect: whoever uses this process is told, by this function, of a lock that is not had within a
 * second: once, in one line that says who holds it and until when that is waited for. NULL:
 * nobody is told. */
void lock_tell(void (*tell)(void *context, const char *line), void *context);

/* Effect: the same lock, and the holder's name in the file (util/holder.h). Whoever holds it is
 * waited for, and after that time is named in an error, ERR_INCOMPLETE. */
int file_lock(int fd, const char *path, struct err *e);
int file_lock_within(int fd, const char *path, double seconds, struct err *e);
void file_unlock(int fd);

/* Effect: what is read of a file from here on is what others have written so far. On NFS a node
 * keeps pages and sizes of files, and asks anew for those of a file that it locks: of that one, and
 * not of those that are written under its lock. Nobody is kept out by it, and nobody can keep it
 * out who may only read. */
void file_see_anew(int fd);

/* Whether a file cannot be locked at all, as its file system has no locks, or cannot reach who
 * keeps them. */
bool file_has_no_locks(int fd);

/* Effect: sets *locked to whether somebody holds such a lock, without taking it. A
 * file that is not there is held by nobody. */
int file_is_locked(const char *path, bool *locked, struct err *e);

#endif

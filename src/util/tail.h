/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of an open file, where bytes are added or cut off.
 *
 * Convention: as in util/file.h.
 */
#ifndef UTIL_TAIL_H
#define UTIL_TAIL_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Effect: one write(2) at offset, then fdatasync. What was written in part, or could not be
 * synced, is cut off again: ERR_IO. */
int file_append(int fd, const char *path, const void *data, size_t len, uint64_t offset,
                struct err *e);

/* Returns a descriptor to which every write is appended (close-on-exec), of a file that is
 * made with mode, and with its directories, if it is not there. */
int file_open_log(const char *path, unsigned mode, struct err *e);

/* Effect: appends to such a file, unsynced. */
int file_log(int fd, const char *path, const void *data, size_t len, struct err *e);

/* Effect: what was written to the file, by whomever, is on the disk. */
int file_sync(int fd, const char *path, struct err *e);

/* Effect: cuts the file to size and syncs it. */
int file_truncate(int fd, const char *path, uint64_t size, struct err *e);

#endif

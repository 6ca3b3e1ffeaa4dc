/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One open file, read and written by its descriptor. This file and its neighbours store, tail,
 * lock, holder, directory, owner, tighten and place are the only ones that open, write, sync,
 * rename, lock, remove and say who may use what, by the calls of util/io.h.
 *
 * Convention: descriptors are plain ints and belong to the caller, who closes
 * them with file_close(). An error names the path.
 */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Effect: descriptors 0, 1 and 2 are open: a file that got one of them would be written into by
 * whoever prints. Those that were closed are /dev/null; what is printed on 1 still fails. */
void file_fill_standard(void);

/* Returns a descriptor open for reading (close-on-exec), or -1 with ERR_OPEN. What is no regular
 * file is ERR_INPUT, and not waited for. */
int file_open(const char *path, struct err *e);

/* The same of what somebody else has left: a link is not followed (ERR_OPEN). */
int file_open_left(const char *path, struct err *e);

/* Returns one of /dev/null, for reading and writing. */
int file_open_null(struct err *e);

/* These return a descriptor of a file that is written, and made with a mode (or FILE_OWN of
 * util/owner.h, which then decides whether it may be written) if absent. Links are not followed,
 * and nothing is waited for. */
int file_open_rw(const char *path, unsigned mode, struct err *e);     /* and read */
int file_open_new(const char *path, unsigned mode, struct err *e);    /* not there before */
int file_open_append(const char *path, unsigned mode, struct err *e); /* always at its end */
void file_close(int fd);

/* Returns 0 if file_open_rw() with FILE_OWN would open a file that is there, which stays as it
 * is; else -1 with the same error. */
int file_try_rw(const char *path, struct err *e);

/* Effect: sets *size to the length of a regular file; anything else is ERR_INPUT. */
int file_size(int fd, const char *path, uint64_t *size, struct err *e);

/* Reads exactly len bytes at offset; a short file is ERR_IO. */
int file_pread(int fd, const char *path, void *data, size_t len, uint64_t offset, struct err *e);

/* Writes len bytes where the descriptor stands, in as many pieces as it takes: a reader may see
 * some of them. */
int file_write_all(int fd, const char *path, const void *data, size_t len, struct err *e);

#endif

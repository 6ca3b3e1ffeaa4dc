/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole files, read or put in place at once.
 *
 * Convention: an error names the path. A mode may be FILE_OWN of util/owner.h.
 */
#ifndef UTIL_STORE_H
#define UTIL_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

/* Reads a whole regular file of at most limit bytes into *data (the caller
 * frees; a NUL follows the last byte). Larger: ERR_INPUT. */
int file_read(const char *path, uint64_t limit, char **data, size_t *len, struct err *e);

/* The same for a file that another program has left: a link, a pipe and the like, and what may not
 * be read or is not there, are ERR_INPUT, and not waited for. */
int file_read_left(const char *path, uint64_t limit, char **data, size_t *len, struct err *e);

/* The same for what a site keeps, in a directory that others may write: a file that
 * owner_believe() refuses is ERR_REFUSED, and so is, if it is to be private, one that others may
 * read or write; none is ERR_OPEN, and whatever else cannot be opened ERR_IO. */
int file_read_own(const char *path, uint64_t limit, bool private, char **data, size_t *len,
                  struct err *e);

/* Effect: text holds the first line of a file without its LF, cut to fit. For
 * the kernel's files, whose size says nothing. Returns false if there is none. */
bool file_first_line(const char *path, char *text, size_t size);

/* The same for all lines, cut to fit. */
bool file_lines(const char *path, char *text, size_t size);

/* Effect: the file at path holds these bytes, or is as it was: temporary file
 * beside it, write, fsync, rename, fsync of the directory. */
int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* The same, but nothing is synced: for what tells how things are right now, and may
 * be gone after a crash. Readers see the old bytes or the new ones. */
int file_show(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* As file_write(), but a file that is there already stays as it is, and that is success. */
int file_write_new(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* Effect: temporary is the name of a new file beside path: nobody can know it before, and so
 * put something there. For what another library makes, which is to refuse what is there. */
int file_temporary(const char *path, char temporary[static PATH_MAX], struct err *e);

/* Effect: makes durable a temporary file that another library wrote, and
 * renames it to path. On failure the temporary file is removed. Unless it may replace
 * one, a file that is there already is ERR_OPEN. */
int file_commit(const char *temporary, const char *path, bool replace, struct err *e);

/* Effect: text is the digest of a file, of whatever size. */
int file_digest(const char *path, char text[static DIGEST_TEXT], struct err *e);

/* Returns a descriptor (close-on-exec) of a file in memory that holds these bytes, stands at
 * its beginning, and that nobody can change any more. Name is for errors. */
int file_in_memory(const char *name, const void *data, size_t len, struct err *e);

/* Returns a descriptor (close-on-exec) of an empty file in memory. */
int file_open_memory(struct err *e);

void file_remove(const char *path);

#endif

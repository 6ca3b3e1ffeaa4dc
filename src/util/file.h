/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files: the only place that opens, writes, syncs, renames, locks and removes.
 *
 * Convention: descriptors are plain ints and belong to the caller, who closes
 * them with file_close(). An error names the path.
 */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Returns a descriptor open for reading (close-on-exec), or -1 with ERR_OPEN. */
int file_open(const char *path, struct err *e);

/* Returns a descriptor open for reading and writing, made with mode if absent. */
int file_open_rw(const char *path, unsigned mode, struct err *e);
void file_close(int fd);

/* Effect: sets *size to the length of a regular file; anything else is ERR_INPUT. */
int file_size(int fd, const char *path, uint64_t *size, struct err *e);

/* Reads exactly len bytes at offset; a short file is ERR_IO. */
int file_pread(int fd, const char *path, void *data, size_t len, uint64_t offset, struct err *e);

/* Reads a whole regular file of at most limit bytes into *data (the caller
 * frees; a NUL follows the last byte). Larger: ERR_INPUT. */
int file_read(const char *path, uint64_t limit, char **data, size_t *len, struct err *e);

/* The same for a file that another program has left: a link, a pipe and the like are
 * ERR_INPUT, and not waited for. */
int file_read_left(const char *path, uint64_t limit, char **data, size_t *len, struct err *e);

/* Effect: the file at path holds these bytes, or is as it was: temporary file
 * beside it, write, fsync, rename, fsync of the directory. */
int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* The same, but nothing is synced: for what tells how things are right now, and may
 * be gone after a crash. Readers see the old bytes or the new ones. */
int file_show(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* As file_write(), but a file that is there already stays as it is, and that is success. */
int file_write_new(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

/* Returns a descriptor (close-on-exec) of a file in memory that holds these bytes, and
 * that nobody can change any more. Name is for errors. */
int file_in_memory(const char *name, const void *data, size_t len, struct err *e);

/* Effect: makes durable a temporary file that another library wrote, and
 * renames it to path. On failure the temporary file is removed. */
int file_commit(const char *temporary, const char *path, struct err *e);

/* Effect: one write(2) at offset, then fdatasync. A short write is cut back
 * and ERR_IO. */
int file_append(int fd, const char *path, const void *data, size_t len, uint64_t offset,
                struct err *e);

/* Returns a descriptor to which every write is appended (close-on-exec), of a file that is
 * made with its directories if it is not there; and effect: appends, unsynced. */
int file_open_log(const char *path, struct err *e);
int file_log(int fd, const char *path, const void *data, size_t len, struct err *e);

/* Effect: cuts the file to size and syncs it. */
int file_truncate(int fd, const char *path, uint64_t size, struct err *e);

/* Effect: makes the directory and its parents (mode 0777 less umask), and syncs
 * the parent. One that is there already is success. */
int file_mkdirs(const char *path, struct err *e);

/* Effect: makes a directory of a new name below $TMPDIR or /tmp, for this user alone, and
 * writes its path, without links in it. */
int file_make_scratch(char *path, size_t size, struct err *e);

/* Effect: an exclusive OFD lock on the whole file. With wait false, *taken says
 * whether it was free. */
int file_lock(int fd, const char *path, bool wait, bool *taken, struct err *e);
void file_unlock(int fd);

/* Effect: sets *locked to whether somebody holds such a lock, without taking it. A
 * file that is not there is held by nobody. */
int file_is_locked(const char *path, bool *locked, struct err *e);

/* Effect: sets *bytes to what may still be written where path is, or would be. */
int file_space(const char *path, uint64_t *bytes, struct err *e);

/* Returns 0 if a file of that name could be made or replaced: its directory
 * can be written, and it is no directory itself. Else -1 with ERR_OPEN. */
int file_can_make(const char *path, struct err *e);

/* Effect: text holds the first line of a file without its LF, cut to fit. For
 * the kernel's files, whose size says nothing. Returns false if there is none. */
bool file_first_line(const char *path, char *text, size_t size);

bool file_exists(const char *path);

/* Whether it is there and a regular file. */
bool file_is_regular(const char *path);

/* Whether both are there and are one file, by whatever names. */
bool file_is_same(const char *one, const char *two);
void file_remove(const char *path);

/* Called with the name of a file, without its directory. */
typedef int file_visit(void *context, const char *name, struct err *e);

/* Visits the files of a directory whose names begin with prefix, in any order, until
 * visit fails. A directory that is not there has none. */
int file_each(const char *directory, const char *prefix, file_visit *visit, void *context,
              struct err *e);

/* Effect: removes a directory with all that it holds, as far as this user may. */
void file_remove_tree(const char *path);

/* Effect: removes the files in a directory, and it unless it holds directories. */
void file_remove_directory(const char *path);

#endif

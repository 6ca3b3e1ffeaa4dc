/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log as a sequence of lines, read through a window that moves forward.
 *
 * Convention: private to this layer. What a call returns stays valid until the
 * next call.
 */
#ifndef LEDGER_LINES_H
#define LEDGER_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

struct lines {
    int fd;
    const char *path;
    uint64_t size;   /* of the file, when it was opened */
    uint64_t offset; /* of data in the file */
    char *data;      /* the window; NULL until something is read */
    size_t room;     /* bytes that fit into it */
    size_t len, at;  /* bytes in it, and bytes of these that were returned */
};

/* Effect: makes ready for reading fd from byte from on. A file that is shorter
 * than that: ERR_INPUT. */
int lines_open(struct lines *in, int fd, const char *path, uint64_t from, struct err *e);
void lines_close(struct lines *in);

/* Sets *line and *len to the next line, without its LF, and returns 1. Returns 0
 * when no LF follows within RECORD_MOST bytes: *line and *len are then what is
 * there, at most that many bytes, which do not count as read; none at the end. */
int lines_next(struct lines *in, const char **line, size_t *len, struct err *e);

/* Effect: the next n bytes, which lines_next() has just shown, count as read. */
void lines_skip(struct lines *in, size_t n);

/* Effect: goes to that byte of the file, not before the one it was opened at. */
void lines_seek(struct lines *in, uint64_t offset);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A string of bytes that grows.
 *
 * Convention: zero-initialise, add, then ask buf_failed() once: after a failed
 * allocation the adds do nothing. data is always followed by a NUL.
 */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* len bytes and a NUL, or NULL when nothing was added */
    size_t len;
    size_t capacity;
    bool failed;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *text);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns whether memory ran out. */
bool buf_failed(const struct buf *b);

/* Effect: makes it empty, and keeps the memory. */
void buf_reset(struct buf *b);

/* Effect: frees the memory. */
void buf_free(struct buf *b);

#endif

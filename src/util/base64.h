/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base64, as RFC 4648 has it in section 4: one text for the same bytes, and no other is read.
 *
 * So padding must be there, bits that are left over must be 0, and white space is none of it. Bare
 * base64 has no padding, and then there must be none.
 */
#ifndef UTIL_BASE64_H
#define UTIL_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* Characters, without NUL, of the text of that many bytes. */
#define BASE64_TEXT(bytes) (((bytes) + 2) / 3 * 4)

/* Effect: appends the text of len bytes. */
void base64_encode(struct buf *b, const void *bytes, size_t len);

/* Effect: *count is how many bytes the text stands for, and the first of these, room at most, are
 * written. Returns 0, or -1 if the text is not base64; then nothing can be said of bytes. */
int base64_decode(const char *text, size_t len, void *bytes, size_t room, size_t *count);

/* The same of bare base64. */
void base64_encode_bare(struct buf *b, const void *bytes, size_t len);
int base64_decode_bare(const char *text, size_t len, void *bytes, size_t room, size_t *count);

#endif

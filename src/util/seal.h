/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealed files: who wrote them had the key of the run, and gave them the name that they have.
 *
 * A directory may be writable to others, and a process may be killed between any two writes.
 * So each file vouches for itself: its first line is "metaneuron-sealed-v1 HEX", HEX being an
 * HMAC-SHA-256 under the key of run, name and content, and its content follows. The key stands
 * in the directory's file "key", which is FILE_OWN of util/owner.h.
 *
 * Convention: an error tells by its code why a file is not believed; its text names the path.
 */
#ifndef UTIL_SEAL_H
#define UTIL_SEAL_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/hash.h"

enum { SEAL_RUN = 24 }; /* bytes of a run's name, with its NUL */

struct seal {
    char directory[PATH_MAX]; /* of the files */
    char run[SEAL_RUN];
    uint8_t key[SHA256_LEN];
};

/* Effect: s is for that run, whose files are in that directory; it has no key yet. */
int seal_begin(struct seal *s, const char *directory, const char *run, struct err *e);

/* Effect: s has the directory's key. ERR_OPEN: there is none; ERR_REFUSED: it is another
 * user's, or others may read or write it; ERR_INPUT: it is no key. */
int seal_open(struct seal *s, struct err *e);

/* Effect: s has a new key from the system's random generator, and so has the directory, in
 * place of the one that was there. */
int seal_make(struct seal *s, struct err *e);

/* Effect: the key is forgotten. */
void seal_forget(struct seal *s);

/* Effect: b begins with room for the seal; what is added next is the content. */
void seal_start(struct buf *b);

/* Effect: the directory's file of that name is what b holds, sealed, durably. */
int seal_write(const struct seal *s, const char *name, struct buf *b, struct err *e);

/* Reads the content of such a file, of at most so many bytes, into *data (the caller frees; a
 * NUL follows the last byte). ERR_OPEN: there is none; ERR_REFUSED: it is another user's;
 * ERR_INPUT: it has no seal; ERR_VERIFY: its seal is not that of this content and name under
 * the key; else it could not be read. */
int seal_read(const struct seal *s, const char *name, uint64_t most, char **data, size_t *len,
              struct err *e);

#endif

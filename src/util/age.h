/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing to a recipient: age v1 with X25519 recipients, byte for byte (age-encryption.org/v1).
 *
 * A recipient is age1…, an identity AGE-SECRET-KEY-1…, both Bech32. What is sealed can be opened by
 * each of the recipients, and is unchanged, or nothing is had of it.
 *
 * Convention: an error never tells of a key.
 */
#ifndef UTIL_AGE_H
#define UTIL_AGE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

enum {
    AGE_RECIPIENT = 63,  /* bytes of a recipient, with its NUL */
    AGE_IDENTITY = 75,   /* bytes of an identity, with its NUL */
    AGE_KEY = 32,        /* bytes of an X25519 key */
    AGE_RECIPIENTS = 16, /* of one file, at most */
};

struct age_identity {
    uint8_t secret[AGE_KEY], public[AGE_KEY];
};

/* Effect: reads the identity in the file at path, in the form of age-keygen, which is made (mode
 * 600) if make says so and it is not there. A file that others may read is refused. */
int age_identity_open(struct age_identity *i, const char *path, bool make, struct err *e);
void age_identity_forget(struct age_identity *i);

/* Returns text: the recipient of an identity. */
const char *age_recipient(char text[static AGE_RECIPIENT], const struct age_identity *i);

/* Whether a text is a recipient that can be sealed to. */
bool age_is_recipient(const char *text);

/* Effect: appends the sealed form of len bytes. ERR_INPUT: one of the recipients is none. */
int age_seal(const char *const *recipients, size_t count, const void *data, size_t len,
             struct buf *b, struct err *e);

/* Effect: appends what was sealed. ERR_INPUT: it is no age file, or is sealed to none of our kind;
 * ERR_VERIFY: it is not for this identity, or was altered or cut. */
int age_open(const struct age_identity *i, const void *data, size_t len, struct buf *b,
             struct err *e);

#endif

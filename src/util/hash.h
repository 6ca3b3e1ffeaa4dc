/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-256, with a key or without, random bytes and hexadecimal text.
 *
 * Convention: a struct hash is reusable: hash_final() leaves it empty again.
 * libcrypto cannot fail in these calls short of no memory, so a failure sticks
 * and hash_final() reports it as an all-zero digest and -1.
 */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
    SHA256_LEN = 32,                  /* bytes of a digest */
    SHA256_HEX = 2 * SHA256_LEN,      /* characters of its text, without the NUL */
    DIGEST_TEXT = 7 + SHA256_HEX + 1, /* bytes of "sha256:" and that text, with the NUL */
};

struct hash;

/* Returns an empty hash, or NULL. */
struct hash *hash_create(struct err *e);
void hash_destroy(struct hash *h);
void hash_add(struct hash *h, const void *data, size_t len);

/* Effect: writes the digest of all that was added, and empties h. */
int hash_final(struct hash *h, uint8_t digest[static SHA256_LEN], struct err *e);

/* The same of count doubles, as little-endian bytes. */
void hash_add_doubles(struct hash *h, const double *values, size_t count);

/* The digest of len bytes, in one call. */
int hash_bytes(const void *data, size_t len, uint8_t digest[static SHA256_LEN], struct err *e);

/* The same as text: "sha256:" and hexadecimal digits. */
int hash_text(const void *data, size_t len, char text[static DIGEST_TEXT], struct err *e);

/* The digest of count doubles as little-endian bytes: how a state is named. */
int hash_doubles(const double *values, size_t count, uint8_t digest[static SHA256_LEN],
                 struct err *e);

/* The HMAC-SHA-256 of len bytes under a key. */
int hash_keyed(const uint8_t key[static SHA256_LEN], const void *data, size_t len,
               uint8_t tag[static SHA256_LEN], struct err *e);

/* Whether two such tags are the same; the time that it takes does not tell where they differ. */
bool hash_same(const uint8_t a[static SHA256_LEN], const uint8_t b[static SHA256_LEN]);

/* Effect: writes 2 * len lower-case characters and a NUL. Returns text. */
char *hex_encode(char *text, const uint8_t *bytes, size_t len);

/* Effect: writes "sha256:" and the digest's hexadecimal text. Returns text. */
char *digest_text(char text[static DIGEST_TEXT], const uint8_t digest[static SHA256_LEN]);

/* Reads exactly 2 * len lower-case characters that end the text. 0 or -1, and then the bytes are
 * of no use. */
int hex_decode(const char *text, uint8_t *bytes, size_t len);

/* The same of as many characters of a text that goes on. */
int hex_read(const char *text, uint8_t *bytes, size_t len);

/* Effect: fills with bytes from the system's random generator. */
int random_bytes(uint8_t *bytes, size_t len, struct err *e);

#endif

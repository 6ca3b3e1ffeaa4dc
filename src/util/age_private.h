/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of age.h share: its header, and what it has of libcrypto.
 */
#ifndef UTIL_AGE_PRIVATE_H
#define UTIL_AGE_PRIVATE_H

#include <stdbool.h>

#include "util/age.h"
#include "util/hash.h"

enum {
    AGE_FILE_KEY = 16,                 /* bytes of the key that each recipient has wrapped for it */
    AGE_TAG = 16,                      /* bytes of ChaCha20-Poly1305's tag */
    AGE_NONCE = 12,                    /* and of its nonce */
    AGE_BODY = AGE_FILE_KEY + AGE_TAG, /* bytes of the body of an X25519 stanza */
    AGE_STANZAS = 64,                  /* of a header, at most */
};

/* The stanza of an X25519 recipient: the sender's share, and the file key under what both know. */
struct age_stanza {
    uint8_t share[AGE_KEY], body[AGE_BODY];
};

struct age_header {
    struct age_stanza stanzas[AGE_STANZAS]; /* those of X25519 … */
    size_t count;                           /* … and how many */
    size_t others;                          /* stanzas of other kinds */
    size_t covered;                         /* bytes that the MAC is over */
    uint8_t mac[SHA256_LEN];
    size_t len; /* bytes of the whole header */
};

/* Reads a recipient; ERR_INPUT: it is none that can be sealed to. */
int age_recipient_read(const char *text, uint8_t public[static AGE_KEY], struct err *e);

/* Reads the header at the beginning of a file; ERR_INPUT says what is wrong with it. */
int age_header_read(struct age_header *h, const char *data, size_t len, struct err *e);

/* Effect: appends a header with these stanzas, up to where its MAC is to stand … */
void age_header_begin(struct buf *b, const struct age_stanza *stanzas, size_t count);

/* … and the MAC, by which it ends. */
void age_header_end(struct buf *b, const uint8_t mac[static SHA256_LEN]);

/* Effect: out is HKDF-SHA-256 of a secret; salt_len may be 0. */
int age_derive(const void *secret, size_t len, const void *salt, size_t salt_len, const char *info,
               uint8_t out[static AGE_KEY], struct err *e);

/* Effect: public is the public key of a secret. */
int age_public(const uint8_t secret[static AGE_KEY], uint8_t public[static AGE_KEY], struct err *e);

/* Effect: shared is X25519 of both. All zeros, which everybody knows, is ERR_INPUT. */
int age_agree(const uint8_t secret[static AGE_KEY], const uint8_t public[static AGE_KEY],
              uint8_t shared[static AGE_KEY], struct err *e);

/* Effect: out is the ciphertext of len bytes, and its tag. */
int age_encrypt(const uint8_t key[static AGE_KEY], const uint8_t nonce[static AGE_NONCE],
                const void *data, size_t len, void *out, struct err *e);

/* Effect: out is the plaintext of len bytes, of which the last AGE_TAG are the tag; ERR_VERIFY: they are
 * not of that key and nonce. */
int age_decrypt(const uint8_t key[static AGE_KEY], const uint8_t nonce[static AGE_NONCE],
                const void *data, size_t len, void *out, struct err *e);

/* Effect: len bytes are overwritten, whatever the compiler thinks of it. */
void age_wipe(void *bytes, size_t len);

#endif

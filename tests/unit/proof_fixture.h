/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Private keys that are the same each time. The test needs the scratch directory.
 */
#ifndef TESTS_PROOF_FIXTURE_H
#define TESTS_PROOF_FIXTURE_H

#include <sys/stat.h>

#include "scratch.h"
#include "util/base64.h"
#include "util/key.h"

/* Returns the key with that secret, by way of a file (RFC 8410, section 7). */
static inline struct key *key_of(const uint8_t secret[static 32])
{
    uint8_t der[48] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                       0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
    struct buf b = {0};
    struct err e = {0};
    FILE *f = fopen("secret", "w");

    memcpy(der + 16, secret, 32);
    base64_encode(&b, der, sizeof der);
    ck_assert_ptr_nonnull(f);
    fprintf(f, "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", b.data);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod("secret", 0600), 0);
    struct key *k = key_open("secret", &e);
    ck_assert_msg(k != NULL, "%s", e.text);
    unlink("secret");
    buf_free(&b);
    return k;
}

/* Returns number n of such keys. */
static inline struct key *key_number(uint8_t n)
{
    uint8_t secret[32];

    memset(secret, n, sizeof secret);
    return key_of(secret);
}

#endif

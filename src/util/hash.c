/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256, HMAC, hexadecimal text, random bytes. */
#include "util/hash.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct hash {
    EVP_MD *md; /* fetched once: a fetch costs more than a short digest */
    EVP_MD_CTX *context;
    bool failed;
};

struct hash *hash_create(struct err *e)
{
    struct hash *h = err_alloc(1, sizeof *h, "a digest", e);

    if (!h)
        return NULL;
    h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    h->context = EVP_MD_CTX_new();
    if (!h->md || !h->context || !EVP_DigestInit_ex2(h->context, h->md, NULL)) {
        err_set(e, ERR_SOFTWARE, "libcrypto has no SHA-256 (check its configuration)");
        hash_destroy(h);
        return NULL;
    }
    return h;
}

void hash_destroy(struct hash *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->context);
    EVP_MD_free(h->md);
    free(h);
}

void hash_add(struct hash *h, const void *data, size_t len)
{
    if (!EVP_DigestUpdate(h->context, data, len))
        h->failed = true;
}

int hash_final(struct hash *h, uint8_t digest[static SHA256_LEN], struct err *e)
{
    if (!EVP_DigestFinal_ex(h->context, digest, NULL))
        h->failed = true;
    if (!EVP_DigestInit_ex2(h->context, h->md, NULL))
        h->failed = true;
    if (!h->failed)
        return 0;
    memset(digest, 0, SHA256_LEN);
    return err_set(e, ERR_SOFTWARE, "libcrypto could not compute a SHA-256 digest");
}

int hash_bytes(const void *data, size_t len, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct hash *h = hash_create(e);

    if (!h)
        return -1;
    hash_add(h, data, len);
    int rc = hash_final(h, digest, e);
    hash_destroy(h);
    return rc;
}

int hash_text(const void *data, size_t len, char text[static DIGEST_TEXT], struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (hash_bytes(data, len, digest, e) < 0)
        return -1;
    digest_text(text, digest);
    return 0;
}

void hash_add_doubles(struct hash *h, const double *values, size_t count)
{
    uint64_t piece[512];

    for (size_t i = 0; i < count;) {
        size_t n = 0;
        for (; n < 512 && i < count; n++, i++) {
            memcpy(&piece[n], &values[i], sizeof piece[n]);
            piece[n] = htole64(piece[n]);
        }
        hash_add(h, piece, n * sizeof piece[0]);
    }
}

int hash_doubles(const double *values, size_t count, uint8_t digest[static SHA256_LEN],
                 struct err *e)
{
    struct hash *h = hash_create(e);

    if (!h)
        return -1;
    hash_add_doubles(h, values, count);
    int rc = hash_final(h, digest, e);
    hash_destroy(h);
    return rc;
}

int hash_keyed(const uint8_t key[static SHA256_LEN], const void *data, size_t len,
               uint8_t tag[static SHA256_LEN], struct err *e)
{
    size_t n = 0;

    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, SHA256_LEN, data, len, tag, SHA256_LEN,
                  &n) &&
        n == SHA256_LEN)
        return 0;
    memset(tag, 0, SHA256_LEN);
    return err_set(e, ERR_SOFTWARE, "libcrypto could not compute an HMAC-SHA-256");
}

bool hash_same(const uint8_t a[static SHA256_LEN], const uint8_t b[static SHA256_LEN])
{
    return CRYPTO_memcmp(a, b, SHA256_LEN) == 0;
}

char *hex_encode(char *text, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * len] = '\0';
    return text;
}

char *digest_text(char text[static DIGEST_TEXT], const uint8_t digest[static SHA256_LEN])
{
    memcpy(text, "sha256:", 7);
    hex_encode(text + 7, digest, SHA256_LEN);
    return text;
}

/* One more than the value of a hexadecimal digit; 0 for every other byte. A
 * table, as the digits of a digest come in no order that a branch could guess. */
static const uint8_t digit_plus_one[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

int hex_decode(const char *text, uint8_t *bytes, size_t len)
{
    return strlen(text) == 2 * len ? hex_read(text, bytes, len) : -1;
}

int hex_read(const char *text, uint8_t *bytes, size_t len)
{
    const uint8_t *digits = (const uint8_t *)text;
    unsigned all = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned high = digit_plus_one[digits[2 * i]] - 1u;
        unsigned low = digit_plus_one[digits[2 * i + 1]] - 1u;
        bytes[i] = (uint8_t)(high << 4 | low);
        all |= high | low; /* all bits of what is no digit */
    }
    return all > 15 ? -1 : 0;
}

int random_bytes(uint8_t *bytes, size_t len, struct err *e)
{
    if (RAND_bytes(bytes, (int)len) == 1)
        return 0;
    return err_set(e, ERR_SOFTWARE, "the system's random generator gives no bytes");
}

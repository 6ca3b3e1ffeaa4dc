/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site's Ed25519 key. */
#include "util/key.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/directory.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

struct key {
    EVP_PKEY *pkey;
};

enum { PEM_MOST = 4096 }; /* an Ed25519 key in PEM has 119 bytes */

int key_site_path(char path[static PATH_MAX], struct err *e)
{
    if (paths_find(PATHS_CONFIG, "site.key", path, PATH_MAX, e) == 0)
        return 0;
    return err_context(e, "the site's key, which is kept where XDG_CONFIG_HOME or HOME says");
}

/* Makes a key and writes it. Of two processes that do this at once one wins, and
 * both go on to read the winner's. */
static int make_file(const char *path, struct err *e)
{
    char directory[PATH_MAX], *text;
    int rc = -1;
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    BIO *memory = BIO_new(BIO_s_mem());

    snprintf(directory, sizeof directory, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash && slash != directory) {
        *slash = '\0';
        if (file_mkdirs(directory, e) < 0)
            goto done;
    }
    if (!pkey || !memory || !PEM_write_bio_PrivateKey(memory, pkey, NULL, NULL, 0, NULL, NULL)) {
        err_set(e, ERR_SOFTWARE, "libcrypto could not make an Ed25519 key");
        goto done;
    }
    long len = BIO_get_mem_data(memory, &text);
    rc = file_write_new(path, text, (size_t)len, 0600, e);
done:
    BIO_free(memory);
    EVP_PKEY_free(pkey);
    return rc;
}

static EVP_PKEY *parse_pem(const char *pem, size_t len)
{
    BIO *memory = BIO_new_mem_buf(pem, (int)len);
    /* The empty password: never ask on the terminal. */
    EVP_PKEY *pkey = memory ? PEM_read_bio_PrivateKey(memory, NULL, NULL, (void *)"") : NULL;

    BIO_free(memory);
    if (pkey && !EVP_PKEY_is_a(pkey, "ED25519")) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    return pkey;
}

struct key *key_open(const char *path, struct err *e)
{
    struct stat st;
    char *pem = NULL;
    size_t len;
    struct key *k = NULL;

    if (!file_exists(path) && make_file(path, e) < 0)
        return NULL;
    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        return err_null(err_set(e, ERR_REFUSED,
                                "%s: others may read this private key (mode %03o): chmod 600 %s",
                                path, st.st_mode & 0777u, path));
    if (file_read(path, PEM_MOST, &pem, &len, e) < 0)
        return NULL;
    EVP_PKEY *pkey = parse_pem(pem, len);
    free(pem);
    if (!pkey)
        return err_null(err_set(e, ERR_INPUT, "%s: holds no Ed25519 private key in PEM", path));
    k = err_alloc(1, sizeof *k, "a key", e);
    if (k)
        k->pkey = pkey;
    else
        EVP_PKEY_free(pkey);
    return k;
}

void key_close(struct key *k)
{
    if (!k)
        return;
    EVP_PKEY_free(k->pkey);
    free(k);
}

void key_public(const struct key *k, uint8_t public[static KEY_PUBLIC_LEN])
{
    size_t len = KEY_PUBLIC_LEN;

    EVP_PKEY_get_raw_public_key(k->pkey, public, &len);
}

int key_sign(const struct key *k, const void *data, size_t len,
             uint8_t signature[static KEY_SIGNATURE_LEN], struct err *e)
{
    size_t signature_len = KEY_SIGNATURE_LEN;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, k->pkey) == 1 &&
               EVP_DigestSign(context, signature, &signature_len, data, len) == 1;

    EVP_MD_CTX_free(context);
    return good ? 0 : err_set(e, ERR_SOFTWARE, "libcrypto could not sign");
}

/* Whether a public key is a point that libcrypto reads, in its only form (RFC 8032, 5.1.3), and not
 * one of the eight for which anybody can sign. libcrypto takes those, too. */
static bool is_of_somebody(const uint8_t public[static KEY_PUBLIC_LEN])
{
    /* The y of these eight points, little-endian: 0, 1, -1, and two of order 8. */
    static const uint8_t everybody[][KEY_PUBLIC_LEN] = {
        {0},
        {1},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
         0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
         0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
        {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
         0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
         0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    };
    uint8_t y[KEY_PUBLIC_LEN];
    bool reduced = false; /* below the prime 2^255 - 19 */

    memcpy(y, public, sizeof y);
    y[KEY_PUBLIC_LEN - 1] &= 0x7f; /* the sign of x */
    for (size_t i = 1; i + 1 < sizeof y; i++)
        reduced = reduced || y[i] != 0xff;
    if (!reduced && y[KEY_PUBLIC_LEN - 1] == 0x7f && y[0] >= 0xed)
        return false;
    for (size_t i = 0; i < sizeof everybody / sizeof everybody[0]; i++)
        if (memcmp(y, everybody[i], sizeof y) == 0)
            return false;
    return true;
}

int key_verify(const uint8_t public[static KEY_PUBLIC_LEN], const void *data, size_t len,
               const uint8_t signature[static KEY_SIGNATURE_LEN], struct err *e)
{
    if (!is_of_somebody(public))
        return err_set(e, ERR_VERIFY, "the public key is none: anybody can sign for it");
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, public, KEY_PUBLIC_LEN);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
               EVP_DigestVerify(context, signature, KEY_SIGNATURE_LEN, data, len) == 1;

    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    return good ? 0 : err_set(e, ERR_VERIFY, "the signature is not that key's over this text");
}

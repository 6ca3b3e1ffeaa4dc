/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What age has of libcrypto. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#include "util/age_private.h"

/* The casts that take const away are libcrypto's: it only reads what it is given. */
int age_derive(const void *secret, size_t len, const void *salt, size_t salt_len, const char *info,
               uint8_t out[static AGE_KEY], struct err *e)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM params[5], *p = params;

    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, len);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, strlen(info));
    if (salt_len > 0)
        *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_len);
    *p = OSSL_PARAM_construct_end();
    bool good = context && EVP_KDF_derive(context, out, AGE_KEY, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return good ? 0 : err_set(e, ERR_SOFTWARE, "libcrypto has no HKDF (check its configuration)");
}

static int no_x25519(struct err *e)
{
    return err_set(e, ERR_SOFTWARE, "libcrypto has no X25519 (check its configuration)");
}

int age_public(const uint8_t secret[static AGE_KEY], uint8_t public[static AGE_KEY], struct err *e)
{
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key_ex(NULL, "X25519", NULL, secret, AGE_KEY);
    size_t len = AGE_KEY;
    bool good = own && EVP_PKEY_get_raw_public_key(own, public, &len) == 1 && len == AGE_KEY;

    EVP_PKEY_free(own);
    return good ? 0 : no_x25519(e);
}

int age_agree(const uint8_t secret[static AGE_KEY], const uint8_t public[static AGE_KEY],
              uint8_t shared[static AGE_KEY], struct err *e)
{
    static const uint8_t zeros[AGE_KEY];
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key_ex(NULL, "X25519", NULL, secret, AGE_KEY);
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, public, AGE_KEY);
    EVP_PKEY_CTX *context = own ? EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL) : NULL;
    size_t len = AGE_KEY;
    bool able = peer && context && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, peer) == 1;
    /* It refuses zeros itself, but not in each of its implementations. */
    bool good = able && EVP_PKEY_derive(context, shared, &len) == 1 && len == AGE_KEY &&
                CRYPTO_memcmp(shared, zeros, AGE_KEY) != 0;

    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(peer);
    EVP_PKEY_free(own);
    if (!able)
        return no_x25519(e);
    return good ? 0 : err_set(e, ERR_INPUT, "a key of X25519 that shares its secrets with all");
}

/* Both directions: len is that of the text without its tag. */
static EVP_CIPHER_CTX *cipher(const uint8_t *key, const uint8_t *nonce, int encrypt, struct err *e)
{
    EVP_CIPHER *c = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool good = c && context && EVP_CipherInit_ex2(context, c, key, nonce, encrypt, NULL) == 1;

    EVP_CIPHER_free(c);
    if (good)
        return context;
    EVP_CIPHER_CTX_free(context);
    return err_null(
        err_set(e, ERR_SOFTWARE, "libcrypto has no ChaCha20-Poly1305 (check its configuration)"));
}

int age_encrypt(const uint8_t key[static AGE_KEY], const uint8_t nonce[static AGE_NONCE],
                const void *data, size_t len, void *out, struct err *e)
{
    EVP_CIPHER_CTX *c = cipher(key, nonce, 1, e);
    uint8_t *text = out;
    int n = 0;

    if (!c)
        return -1;
    bool good = EVP_EncryptUpdate(c, text, &n, data, (int)len) == 1 && n == (int)len &&
                EVP_EncryptFinal_ex(c, text + len, &n) == 1 && n == 0 &&
                EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, AGE_TAG, text + len) == 1;
    EVP_CIPHER_CTX_free(c);
    return good ? 0 : err_set(e, ERR_SOFTWARE, "libcrypto could not encrypt");
}

int age_decrypt(const uint8_t key[static AGE_KEY], const uint8_t nonce[static AGE_NONCE],
                const void *data, size_t len, void *out, struct err *e)
{
    uint8_t tag[AGE_TAG], none;
    int n = 0;

    len -= AGE_TAG;
    memcpy(tag, (const uint8_t *)data + len, AGE_TAG);
    EVP_CIPHER_CTX *c = cipher(key, nonce, 0, e);
    if (!c)
        return -1;
    bool good = EVP_DecryptUpdate(c, out, &n, data, (int)len) == 1 && n == (int)len &&
                EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, AGE_TAG, tag) == 1 &&
                EVP_DecryptFinal_ex(c, &none, &n) == 1 && n == 0;
    EVP_CIPHER_CTX_free(c);
    return good ? 0 : err_set(e, ERR_VERIFY, "not sealed with this key, or altered");
}

void age_wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}

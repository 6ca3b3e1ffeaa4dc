/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seals to recipients of age, and opens what is sealed. */
#include "util/age.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/age_private.h"

#define WRAP "age-encryption.org/v1/X25519"

enum {
    CHUNK = 65536,            /* bytes of plaintext that are sealed at once */
    SEALED = CHUNK + AGE_TAG, /* and what becomes of them */
    PAYLOAD_NONCE = 16,       /* bytes before the first */
};

/* The key under which a recipient finds the file key. */
static int wrap_key(const uint8_t shared[static AGE_KEY], const uint8_t share[static AGE_KEY],
                    const uint8_t recipient[static AGE_KEY], uint8_t key[static AGE_KEY],
                    struct err *e)
{
    uint8_t salt[2 * AGE_KEY];

    memcpy(salt, share, AGE_KEY);
    memcpy(salt + AGE_KEY, recipient, AGE_KEY);
    return age_derive(shared, AGE_KEY, salt, sizeof salt, WRAP, key, e);
}

/* That key is used once. */
static const uint8_t once[AGE_NONCE];

static int wrap(struct age_stanza *s, const char *recipient, const uint8_t *file_key, struct err *e)
{
    uint8_t public[AGE_KEY], secret[AGE_KEY], shared[AGE_KEY], key[AGE_KEY];
    int rc = -1;

    if (age_recipient_read(recipient, public, e) == 0 && random_bytes(secret, AGE_KEY, e) == 0 &&
        age_public(secret, s->share, e) == 0 && age_agree(secret, public, shared, e) == 0 &&
        wrap_key(shared, s->share, public, key, e) == 0)
        rc = age_encrypt(key, once, file_key, AGE_FILE_KEY, s->body, e);
    age_wipe(secret, sizeof secret);
    age_wipe(shared, sizeof shared);
    age_wipe(key, sizeof key);
    return rc;
}

/* Finds the file key in one stanza; ERR_VERIFY: it is another's. */
static int unwrap(const struct age_stanza *s, const struct age_identity *i, uint8_t *file_key,
                  struct err *e)
{
    uint8_t shared[AGE_KEY], key[AGE_KEY];
    int rc = -1;

    if (age_agree(i->secret, s->share, shared, e) == 0 &&
        wrap_key(shared, s->share, i->public, key, e) == 0)
        rc = age_decrypt(key, once, s->body, AGE_BODY, file_key, e);
    age_wipe(shared, sizeof shared);
    age_wipe(key, sizeof key);
    return rc;
}

/* The MAC of a header up to its "---". */
static int mac_of(const uint8_t *file_key, const void *header, size_t len,
                  uint8_t mac[static SHA256_LEN], struct err *e)
{
    uint8_t key[AGE_KEY];
    int rc = age_derive(file_key, AGE_FILE_KEY, NULL, 0, "header", key, e);

    if (rc == 0)
        rc = hash_keyed(key, header, len, mac, e);
    age_wipe(key, sizeof key);
    return rc;
}

/* The nonce of a chunk: its number, big-endian, and whether it is the last. */
static void chunk_nonce(uint8_t nonce[static AGE_NONCE], uint64_t number, bool last)
{
    uint64_t big = htobe64(number);

    memset(nonce, 0, AGE_NONCE);
    memcpy(nonce + AGE_NONCE - 1 - sizeof big, &big, sizeof big);
    nonce[AGE_NONCE - 1] = last;
}

static int seal_chunks(const uint8_t *key, const uint8_t *data, size_t len, struct buf *b,
                       struct err *e)
{
    uint8_t nonce[AGE_NONCE], *chunk = err_alloc(SEALED, 1, "what is sealed", e);
    uint64_t number = 0;
    int rc = chunk ? 0 : -1;

    for (size_t at = 0; rc == 0 && (at < len || number == 0);) {
        size_t n = len - at < CHUNK ? len - at : CHUNK;
        chunk_nonce(nonce, number++, at + n == len);
        rc = age_encrypt(key, nonce, data + at, n, chunk, e);
        if (rc == 0)
            buf_add(b, chunk, n + AGE_TAG);
        at += n;
    }
    free(chunk);
    return rc;
}

/* The last chunk is the one that ends the file, and is empty only if it is the first. */
static int open_chunks(const uint8_t *key, const uint8_t *data, size_t len, uint8_t *out,
                       size_t *plain, struct err *e)
{
    uint8_t nonce[AGE_NONCE];
    uint64_t number = 0;

    *plain = 0;
    for (size_t at = 0, n; at < len; at += n) {
        n = len - at < SEALED ? len - at : SEALED;
        if (n < AGE_TAG || (n == AGE_TAG && number > 0))
            return err_set(e, ERR_VERIFY, "an age file that was cut");
        chunk_nonce(nonce, number++, at + n == len);
        if (age_decrypt(key, nonce, data + at, n, out + *plain, e) < 0)
            return err_context(e, "an age file");
        *plain += n - AGE_TAG;
    }
    return 0;
}

/* The payload, which begins with its nonce. */
static int seal_payload(const uint8_t *file_key, const void *data, size_t len, struct buf *b,
                        struct err *e)
{
    uint8_t nonce[PAYLOAD_NONCE], key[AGE_KEY];
    int rc = -1;

    if (random_bytes(nonce, sizeof nonce, e) == 0 &&
        age_derive(file_key, AGE_FILE_KEY, nonce, sizeof nonce, "payload", key, e) == 0) {
        buf_add(b, nonce, sizeof nonce);
        rc = seal_chunks(key, data, len, b, e);
    }
    age_wipe(key, sizeof key);
    return rc;
}

static int open_payload(const uint8_t *file_key, const uint8_t *data, size_t len, struct buf *b,
                        struct err *e)
{
    uint8_t key[AGE_KEY];

    if (len <= PAYLOAD_NONCE)
        return err_set(e, ERR_VERIFY, "an age file that was cut");
    if (age_derive(file_key, AGE_FILE_KEY, data, PAYLOAD_NONCE, "payload", key, e) < 0)
        return -1;
    data += PAYLOAD_NONCE;
    len -= PAYLOAD_NONCE;
    uint8_t *out = err_alloc(len, 1, "what was sealed", e);
    size_t plain = 0;
    int rc = out ? open_chunks(key, data, len, out, &plain, e) : -1;
    if (rc == 0)
        buf_add(b, out, plain);
    if (out)
        age_wipe(out, plain);
    free(out);
    age_wipe(key, sizeof key);
    return rc;
}

int age_seal(const char *const *recipients, size_t count, const void *data, size_t len,
             struct buf *b, struct err *e)
{
    struct age_stanza stanzas[AGE_RECIPIENTS];
    uint8_t file_key[AGE_FILE_KEY], mac[SHA256_LEN];
    size_t was = b->len;
    int rc = -1;

    if (count == 0 || count > AGE_RECIPIENTS)
        return err_set(e, ERR_INPUT, "%zu recipients; expected 1 to %d", count, AGE_RECIPIENTS);
    if (random_bytes(file_key, sizeof file_key, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (wrap(&stanzas[i], recipients[i], file_key, e) < 0)
            goto done;
    age_header_begin(b, stanzas, count);
    if (buf_failed(b) || mac_of(file_key, b->data + was, b->len - was, mac, e) < 0)
        goto done;
    age_header_end(b, mac);
    rc = seal_payload(file_key, data, len, b, e);
done:
    age_wipe(file_key, sizeof file_key);
    if (buf_failed(b))
        rc = err_memory(e, "what is sealed");
    if (rc < 0 && b->len > was)
        b->data[b->len = was] = '\0';
    return rc;
}

/* The file key, in whichever stanza it is. */
static int find_file_key(const struct age_header *h, const struct age_identity *i,
                         uint8_t *file_key, struct err *e)
{
    if (h->count == 0)
        return err_set(e, ERR_INPUT, "an age file that is sealed to no recipient of X25519");
    for (size_t n = 0; n < h->count; n++) {
        struct err why = {0};
        if (unwrap(&h->stanzas[n], i, file_key, &why) == 0)
            return 0;
        if (why.code != ERR_VERIFY)
            return err_set(e, why.code, "an age file: %s", why.text);
    }
    return err_set(e, ERR_VERIFY, "an age file that is sealed to others, not to this key");
}

int age_open(const struct age_identity *i, const void *data, size_t len, struct buf *b,
             struct err *e)
{
    struct age_header *h = err_alloc(1, sizeof *h, "the header of an age file", e);
    uint8_t file_key[AGE_FILE_KEY], mac[SHA256_LEN];
    int rc = -1;

    if (!h)
        return -1;
    if (age_header_read(h, data, len, e) < 0 || find_file_key(h, i, file_key, e) < 0 ||
        mac_of(file_key, data, h->covered, mac, e) < 0)
        goto done;
    if (!hash_same(mac, h->mac))
        err_set(e, ERR_VERIFY, "an age file whose header was altered");
    else
        rc = open_payload(file_key, (const uint8_t *)data + h->len, len - h->len, b, e);
    if (rc == 0 && buf_failed(b))
        rc = err_memory(e, "what was sealed");
done:
    age_wipe(file_key, sizeof file_key);
    free(h);
    return rc;
}

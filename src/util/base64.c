/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64, strictly. */
#include "util/base64.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

void base64_encode(struct buf *b, const void *bytes, size_t len)
{
    enum { STEP = 48 }; /* a multiple of 3, so that only the last step pads */
    unsigned char text[BASE64_TEXT(STEP) + 1];

    for (size_t i = 0; i < len; i += STEP) {
        int n = (int)(len - i < STEP ? len - i : STEP);
        EVP_EncodeBlock(text, (const unsigned char *)bytes + i, n);
        buf_adds(b, (const char *)text);
    }
}

/* libcrypto's reader skips white space, and takes bits that are left over. */
static bool value_of(char c, uint32_t *value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    *value = at ? (uint32_t)(at - digits) : 0;
    return at != NULL;
}

/* What so many digits stand for. */
static int decode(const char *text, size_t digits, void *bytes, size_t room, size_t *count)
{
    uint8_t *out = bytes;
    size_t used = 0;
    uint32_t bits = 0, value;

    if (digits % 4 == 1)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        if (!value_of(text[i], &value))
            return -1;
        bits = (bits << 6 | value) & 0xfff;
        /* After each digit but the first of four, another byte is whole. */
        unsigned over = 6 - 2 * (unsigned)(i % 4);
        if (i % 4 == 0)
            continue;
        if (used < room)
            out[used] = (uint8_t)(bits >> over);
        used++;
    }
    unsigned left = digits % 4 == 2 ? 4 : digits % 4 == 3 ? 2 : 0;
    if ((bits & ((1u << left) - 1)) != 0)
        return -1;
    *count = used;
    return 0;
}

int base64_decode(const char *text, size_t len, void *bytes, size_t room, size_t *count)
{
    size_t digits = len;

    if (len % 4 != 0)
        return -1;
    for (int i = 0; i < 2 && digits > 0 && text[digits - 1] == '='; i++)
        digits--;
    return decode(text, digits, bytes, room, count);
}

void base64_encode_bare(struct buf *b, const void *bytes, size_t len)
{
    base64_encode(b, bytes, len);
    for (size_t i = 0; i < (3 - len % 3) % 3 && b->len > 0 && !b->failed; i++)
        b->data[--b->len] = '\0';
}

int base64_decode_bare(const char *text, size_t len, void *bytes, size_t room, size_t *count)
{
    return decode(text, len, bytes, room, count);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bech32, strictly. */
#include "util/bech32.h"

#include <stdbool.h>
#include <string.h>

enum { CHECKSUM = 6 }; /* digits */

static const char digits[2][33] = {"qpzry9x8gf2tvdw0s3jn54khce6mua7l",
                                   "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"};

/* The checksum's polynomial over GF(32), one digit further (BIP 173, bech32_polymod). */
static uint32_t step(uint32_t sum, unsigned digit)
{
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                         0x2a1462b3};
    uint32_t top = sum >> 25;

    sum = (sum & 0x1ffffff) << 5 ^ digit;
    for (int i = 0; i < 5; i++)
        if (top >> i & 1)
            sum ^= generator[i];
    return sum;
}

static bool is_upper(const char *prefix)
{
    return prefix[0] >= 'A' && prefix[0] <= 'Z';
}

/* The sum of a prefix, which counts in lower case. */
static uint32_t sum_of(const char *prefix)
{
    unsigned lower = is_upper(prefix) ? 0x20 : 0;
    uint32_t sum = 1;

    for (const char *c = prefix; *c; c++)
        sum = step(sum, ((unsigned char)*c | (*c >= 'A' && *c <= 'Z' ? lower : 0)) >> 5);
    sum = step(sum, 0);
    for (const char *c = prefix; *c; c++)
        sum = step(sum, (unsigned char)*c & 31);
    return sum;
}

/* Digit number n of so many bytes, the last of which is filled up with bits of 0. */
static unsigned digit_at(const uint8_t *bytes, size_t len, size_t n)
{
    size_t first = 5 * n / 8;
    unsigned two = (unsigned)bytes[first] << 8 | (first + 1 < len ? bytes[first + 1] : 0u);

    return two >> (11 - 5 * n % 8) & 31;
}

void bech32_encode(char *text, const char *prefix, const uint8_t *bytes, size_t len)
{
    const char *digit = digits[is_upper(prefix)];
    size_t count = (8 * len + 4) / 5;
    uint32_t sum = sum_of(prefix);
    char *at = text + strlen(prefix);

    memcpy(text, prefix, strlen(prefix));
    *at++ = '1';
    for (size_t i = 0; i < count; i++) {
        unsigned value = digit_at(bytes, len, i);
        sum = step(sum, value);
        *at++ = digit[value];
    }
    for (int i = 0; i < CHECKSUM; i++)
        sum = step(sum, 0);
    for (int i = CHECKSUM - 1; i >= 0; i--)
        *at++ = digit[(sum ^ 1) >> (5 * i) & 31];
    *at = '\0';
}

int bech32_decode(const char *text, const char *prefix, uint8_t *bytes, size_t len)
{
    const char *digit = digits[is_upper(prefix)];
    size_t before = strlen(prefix), count = (8 * len + 4) / 5;
    uint32_t sum = sum_of(prefix), bits = 0;
    size_t used = 0;

    if (strlen(text) != BECH32_TEXT(before, len) || memcmp(text, prefix, before) != 0 ||
        text[before] != '1')
        return -1;
    text += before + 1;
    for (size_t i = 0; i < count + CHECKSUM; i++) {
        const char *at = strchr(digit, text[i]);
        if (!at)
            return -1;
        unsigned value = (unsigned)(at - digit);
        sum = step(sum, value);
        if (i >= count)
            continue;
        bits = (bits << 5 | value) & 0xfff;
        /* The bits of this digit that belong to the next byte. */
        size_t over = 5 * (i + 1) - 8 * used;
        if (over >= 8 && used < len)
            bytes[used++] = (uint8_t)(bits >> (over - 8));
    }
    unsigned left = (unsigned)(5 * count - 8 * len);
    return sum == 1 && (bits & ((1u << left) - 1)) == 0 ? 0 : -1;
}

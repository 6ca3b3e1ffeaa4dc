/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bech32 (BIP 173), as age has it: whole bytes, of whatever number, behind a prefix.
 *
 * A text has the case of its prefix, and there is one text for the same bytes.
 */
#ifndef UTIL_BECH32_H
#define UTIL_BECH32_H

#include <stddef.h>
#include <stdint.h>

/* Characters, without NUL, of the text of that many bytes behind a prefix of that length. */
#define BECH32_TEXT(prefix, bytes) ((prefix) + 1 + ((bytes)*8 + 4) / 5 + 6)

/* Effect: writes the text, and a NUL. */
void bech32_encode(char *text, const char *prefix, const uint8_t *bytes, size_t len);

/* Reads exactly so many bytes behind that prefix. 0 or -1, and then the bytes are of no use. */
int bech32_decode(const char *text, const char *prefix, uint8_t *bytes, size_t len);

#endif

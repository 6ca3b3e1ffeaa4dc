/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commits a slave to its partition. */
#include "engine/state/commitment.h"

#include <endian.h>
#include <string.h>

int commitment_make(const uint8_t salt[static SHA256_LEN], uint64_t items,
                    const uint8_t digest[static SHA256_LEN], uint8_t commit[static SHA256_LEN],
                    struct err *e)
{
    static const char domain[] = "metaneuron-commit-v1";
    uint8_t text[sizeof domain + SHA256_LEN + sizeof items + SHA256_LEN], *p = text;

    items = htole64(items);
    memcpy(p, domain, sizeof domain);
    memcpy(p += sizeof domain, salt, SHA256_LEN);
    memcpy(p += SHA256_LEN, &items, sizeof items);
    memcpy(p += sizeof items, digest, SHA256_LEN);
    return hash_bytes(text, sizeof text, commit, e);
}

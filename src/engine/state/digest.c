/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the digests of states. */
#include "engine/state/digest.h"

#include <endian.h>
#include <string.h>

int state_digest(const uint8_t *salt, const struct digest_of *of, const double *state,
                 size_t length, uint8_t digest[static SHA256_LEN], struct err *e)
{
    static const char domain[] = "metaneuron-state-v1";

    if (!salt)
        return hash_doubles(state, length, digest, e);
    struct hash *h = hash_create(e);
    if (!h)
        return -1;
    uint64_t round = htole64(of->round);
    hash_add(h, domain, sizeof domain);
    hash_add(h, salt, SHA256_LEN);
    hash_add(h, of->run, strlen(of->run));
    hash_add(h, &round, sizeof round);
    hash_add(h, of->who, strcspn(of->who, "/"));
    hash_add(h, "", 1);
    hash_add_doubles(h, state, length);
    int rc = hash_final(h, digest, e);
    hash_destroy(h);
    return rc;
}

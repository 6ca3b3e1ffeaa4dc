/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is sealed to a collector: a state, what its digest and its claim's commitment are made of, and
 * for which run, round and site it is; FORMAT of this layer has its bytes.
 */
#ifndef SITE_SEALED_H
#define SITE_SEALED_H

#include "site/house/house.h"

struct sealed {
    char run[RUN_HEX + 1], site[HOUSE_NAME];
    uint64_t round;
    uint64_t items;
    double seconds;           /* of computing */
    uint8_t salt[SHA256_LEN]; /* of the state's digest (engine/state/digest.h) */
    uint8_t claim_salt[SHA256_LEN], digest[SHA256_LEN]; /* open the claim's commitment */
    double *state;
    size_t length;
};

/* Effect: appends the bytes that are sealed. */
int sealed_write(const struct sealed *s, struct buf *b, struct err *e);

/* Reads them; a state of more than most doubles, or anything that is not as FORMAT says, is
 * ERR_INPUT. The caller frees. */
int sealed_read(struct sealed *s, const char *data, size_t len, size_t most, struct err *e);
void sealed_free(struct sealed *s);

#endif

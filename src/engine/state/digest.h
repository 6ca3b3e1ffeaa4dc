/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digest of a state, as its submit record has it.
 *
 * Who reads the ledger of a run of centres could guess a small state from a plain digest. There it
 * is salted, and bound to run, round and centre: none of it can be said of another one's state, or
 * be said again.
 */
#ifndef ENGINE_STATE_DIGEST_H
#define ENGINE_STATE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/hash.h"

/* What a salted digest is bound to. */
struct digest_of {
    const char *run; /* its key, 16 characters */
    uint64_t round;  /* from 1 */
    const char *who; /* the centre, or its slave's name, SITE/DATA/1 */
};

/* Effect: digest is that of the state's doubles: with salt, SHA256_LEN bytes, SHA-256 of
 * "metaneuron-state-v1" NUL, salt, run, round (8 bytes, little-endian), site, NUL, doubles
 * (little-endian); with salt NULL the plain one (hash_doubles()), for which of is not looked at. */
int state_digest(const uint8_t *salt, const struct digest_of *of, const double *state,
                 size_t length, uint8_t digest[static SHA256_LEN], struct err *e);

#endif

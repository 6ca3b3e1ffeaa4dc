/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commitment of a slave to its partition, which its claim names and its result opens.
 */
#ifndef ENGINE_STATE_COMMITMENT_H
#define ENGINE_STATE_COMMITMENT_H

#include "util/hash.h"

/* Effect: the commitment to items and a partition's digest, under a salt. */
int commitment_make(const uint8_t salt[static SHA256_LEN], uint64_t items,
                    const uint8_t digest[static SHA256_LEN], uint8_t commit[static SHA256_LEN],
                    struct err *e);

#endif

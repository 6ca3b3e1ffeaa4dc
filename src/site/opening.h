/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The opening of this centre's claim of a run: what its commitment was made of, kept in the house.
 */
#ifndef SITE_OPENING_H
#define SITE_OPENING_H

#include "site/house/house.h"

struct opening_of_claim {
    uint64_t items;
    uint8_t salt[SHA256_LEN], digest[SHA256_LEN]; /* of the partition */
    uint8_t snapshot[SHA256_LEN];                 /* of all of the data then */
};

/* Effect: it is kept, durably, in place of an earlier one. */
int claim_opening_write(const struct house *h, const char *run, const struct opening_of_claim *o,
                        struct err *e);

/* Reads it. ERR_OPEN: there is none. */
int claim_opening_read(const struct house *h, const char *run, struct opening_of_claim *o,
                       struct err *e);

#endif

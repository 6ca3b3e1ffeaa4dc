/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Payloads: what is too large for a record, as files that are named by their SHA-256.
 *
 * A centre's own are files/HEX of its house, and are published; what it has fetched of others is
 * kept there, too, in fetched/HEX, once its digest was checked. So a payload is read from the
 * exchange once, and what was looked at is what is used.
 */
#ifndef SITE_HOUSE_PAYLOAD_H
#define SITE_HOUSE_PAYLOAD_H

#include "site/house/house.h"

/* Effect: the house has a payload of its own with these bytes, durably. Nothing is published yet. */
int payload_put(struct house *h, const void *data, size_t len, uint8_t digest[static SHA256_LEN],
                struct err *e);

/* Reads a payload of a centre (its own name: the house's), of at most so many bytes, into *data,
 * which the caller frees. ERR_INCOMPLETE: it is not there yet; ERR_VERIFY: what is there has
 * another digest; ERR_INPUT: it is larger, or no regular file. */
int payload_get(struct house *h, const char *site, const uint8_t digest[static SHA256_LEN],
                uint64_t most, char **data, size_t *len, struct err *e);

/* Effect: path is that of the payload's file in the house, once payload_put() or payload_get()
 * had it. */
int payload_path(const struct house *h, const uint8_t digest[static SHA256_LEN],
                 char path[static PATH_MAX], struct err *e);

#endif

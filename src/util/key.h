/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A site's Ed25519 key: a private one in a file of mode 600, or a public one.
 */
#ifndef UTIL_KEY_H
#define UTIL_KEY_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
    KEY_PUBLIC_LEN = 32,    /* bytes of a public key (RFC 8032) */
    KEY_SIGNATURE_LEN = 64, /* bytes of a signature */
};

struct key;

/* Effect: path is that of the site's private key, which is kept where XDG_CONFIG_HOME or HOME says. */
int key_site_path(char path[static PATH_MAX], struct err *e);

/* Returns the private key in the PEM file at path, which is made (mode 600,
 * its directory too) if it is not there. A file that others may read is
 * refused. */
struct key *key_open(const char *path, struct err *e);
void key_close(struct key *k);

void key_public(const struct key *k, uint8_t public[static KEY_PUBLIC_LEN]);

/* Effect: signs len bytes. */
int key_sign(const struct key *k, const void *data, size_t len,
             uint8_t signature[static KEY_SIGNATURE_LEN], struct err *e);

/* Returns 0 if the signature is that key's over these bytes, else -1 (ERR_VERIFY). Strictly: one
 * signature and one public key have one form, and the eight points of small order are no keys. */
int key_verify(const uint8_t public[static KEY_PUBLIC_LEN], const void *data, size_t len,
               const uint8_t signature[static KEY_SIGNATURE_LEN], struct err *e);

#endif

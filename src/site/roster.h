/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A roster: who computes a round, each with the sum of the claim record that it goes by.
 */
#ifndef SITE_ROSTER_H
#define SITE_ROSTER_H

#include "site/fold/federation.h"

enum { ROSTER_MOST = 1 << 16 }; /* bytes */

struct roster_line {
    char site[HOUSE_NAME];
    uint8_t claim[SHA256_LEN];
};

struct roster {
    char run[RUN_HEX + 1];
    uint64_t round, attempt;
    struct roster_line *list; /* in the order of their names */
    size_t count;
};

/* Effect: appends its file. */
void roster_write(struct buf *b, const struct roster *r);

/* Reads one; ERR_INPUT names the line. The caller frees. */
int roster_read(struct roster *r, const char *data, size_t len, struct err *e);
void roster_free(struct roster *r);

/* Returns the line of a site, or NULL. */
const struct roster_line *roster_find(const struct roster *r, const char *site);

#endif

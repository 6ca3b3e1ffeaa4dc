/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshots: what a data set was when it was asked about, as digests of its rows that only this
 * centre can make, and how far two of them differ.
 */
#ifndef SITE_POLICY_SNAPSHOTS_H
#define SITE_POLICY_SNAPSHOTS_H

#include "site/house/house.h"

struct snapshot {
    uint8_t digest[SHA256_LEN]; /* of all rows in their order */
    uint64_t rows;
    uint64_t differs;           /* rows that one has and the other lacks, of the nearest earlier
                                   one that is not the same; UINT64_MAX: there is none */
    bool known;                 /* the same was taken before */
};

/* Effect: looks at the data at that location, reading it once; nothing is kept yet. Memory: 8 bytes
 * a row. */
int snapshot_take(struct house *h, const char *data, const char *location, struct snapshot *s,
                  struct err *e);

/* Effect: it is an earlier one from now on. */
int snapshot_keep(struct house *h, const char *data, const struct snapshot *s, struct err *e);

#endif

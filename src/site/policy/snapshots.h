/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshots: what a data set was when it was asked about, as digests of its rows that only this
 * centre can make, and how far two of them differ.
 */
#ifndef SITE_POLICY_SNAPSHOTS_H
#define SITE_POLICY_SNAPSHOTS_H

#include "site/house/house.h"

enum {
    SNAPSHOTS_MOST = 32, /* that are kept of a data set: the oldest are forgotten */
};

struct snapshot {
    uint8_t digest[SHA256_LEN]; /* of all rows in their order, by a key of this centre */
    uint64_t rows;
    uint64_t differs; /* rows that one has and the other lacks, of the nearest earlier
                                   one that is not the same; UINT64_MAX: there is none */
    bool known;       /* the same was kept before */
    bool by_lines;    /* its rows are the lines of a file that has text in a column */
    uint64_t *words;  /* as it is kept: FORMAT of this layer */
};

/* Effect: looks at the data at that location, reading it once; nothing is kept yet but, the first
 * time, the centre's key. The caller frees. Memory: 8 bytes a row. A row is all of its columns that
 * hold numbers; in a CSV file that has text in a column it is its line. Rows in another order are
 * another digest, and no other rows. A location with {slave}: ERR_INPUT, as a centre's data is whole. */
int snapshot_take(struct house *h, const char *data, const char *location, struct snapshot *s,
                  struct err *e);

/* Effect: it is an earlier one from now on. */
int snapshot_keep(struct house *h, const char *data, const struct snapshot *s, struct err *e);

void snapshot_free(struct snapshot *s);

#endif

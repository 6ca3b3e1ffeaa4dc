/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hand: which rows of a file are one slave's, as the contract deals them.
 *
 * They are stripes of rows that follow each other, all of one length but the last, one in each
 * round of as many stripes as there are slaves. contract/FORMAT says which, under /data@deal.
 */
#ifndef ENGINE_DEAL_H
#define ENGINE_DEAL_H

#include "contract/contract.h"
#include "data/source.h"

struct hand {
    uint64_t first;     /* row of the file that rounds begin with */
    uint64_t rows;      /* in the hand */
    uint64_t stripe;    /* rows of a stripe; at least 1 */
    uint64_t slaves, k; /* stripes of a round, and whose hand it is; 1 and 0 for one block */
};

/* Returns the place in the file of a row of the hand. */
uint64_t deal_row(const struct hand *h, uint64_t row);

/* Returns the hand of slave k (from 0) out of the total rows of one file. */
struct hand deal(const struct contract *c, uint64_t total, uint32_t k);

/* Whether the contract gives each slave a block of rows that follow each other in one file. */
bool deal_is_blocks(const struct contract *c);

/* As source_read(), for rows [first, first + count) of the hand. */
int deal_read(const struct hand *h, struct source *s, uint64_t first, size_t count, double *data,
              size_t *kept, struct err *e);

#endif

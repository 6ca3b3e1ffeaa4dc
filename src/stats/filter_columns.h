/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the filter learns coordinate by coordinate, a block of coordinates at a time.
 *
 * Convention: the coordinates of all results are cut into blocks of FILTER_BLOCK, the last of what is
 * left. Whoever has some blocks (a rank has a slab of the coordinates) learns from them
 * alone: first which results cannot be scored, then, when that is known of all blocks, what
 * is added up over the blocks. Blocks are added in their order, so the sums have the same bits
 * wherever each block was computed.
 */
#ifndef STATS_FILTER_COLUMNS_H
#define STATS_FILTER_COLUMNS_H

#include "stats/filter.h"

enum { FILTER_BLOCK = 65536 }; /* coordinates */

/* The coordinates from `first` to first + width - 1 of all n results. Pointers of in (features,
 * errors, lower, upper) are to the block alone, rows of `width`; in.d is the whole d. */
struct filter_block {
    const struct filter_options *o;
    struct filter_input in;
    size_t first, width;
};

/* Effect: why[i] becomes what of this block makes row i unfit to be scored, if that comes before what
 * why[i] is already (not finite before implausible; excluded before both). */
void filter_block_sieve(const struct filter_block *b, enum filter_why *why);

/* What blocks add up to: of n results, of which `scored` take part. */
struct filter_columns {
    size_t n, scored;
    size_t *rows;       /* scored: which rows, ascending */
    double *stake;      /* scored: their stakes, sum 1 */
    double *squares;    /* scored x scored: sums of squared differences of deviations; NULL where
                      * the caller keeps the deviations instead (many results of few features) */
    double *largest;    /* scored: the largest |deviation| */
    double *factor;     /* scored: sum over coordinates of the expected square of a deviation, in
                      * units of a usual result's; > 1 on average where a row is noisier */
    size_t coordinates; /* that were added */
    struct filter_decision *decisions; /* n: why, and the worst coordinates so far */
};

/* Effect: makes ready for the results that why[] leaves, with their stakes made to sum to 1. */
int filter_columns_open(struct filter_columns *c, const struct filter_input *in,
                        const enum filter_why *why, struct err *e);
void filter_columns_free(struct filter_columns *c);

/* Effect: adds a block; centre[width] becomes its medians. Memory: 2 x scored x width doubles. */
int filter_columns_add(struct filter_columns *c, const struct filter_block *b, double *centre,
                       struct err *e);

/* Effect: adds what another has learnt of the blocks that follow. */
void filter_columns_merge(struct filter_columns *c, const struct filter_columns *next);

/* Effect: decides; *out as filter_apply() leaves it, but for the centre, which is the caller's. Takes
 * the decisions out of c. in: without features, errors and ranges. */
int filter_rows(const struct filter_options *o, const struct filter_input *in,
                struct filter_columns *c, struct filter_outcome *out, struct err *e);

#endif

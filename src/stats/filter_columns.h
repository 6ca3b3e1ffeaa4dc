/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the filter learns coordinate by coordinate, a block of coordinates at a time.
 *
 * Convention: the coordinates of all results are cut into blocks of FILTER_BLOCK, the last of what is
 * left. Whoever has some blocks (a rank has a slab of the coordinates) learns from them
 * alone: first which results cannot be scored, then, when that is known of all blocks, under scale
 * none how long they are, and when that is known of all blocks, what is added up over the blocks.
 * The sums of a block begin at 0, and blocks are added in their order, so the sums have the same
 * bits wherever each block was computed, if what is merged has learnt one block.
 */
#ifndef STATS_FILTER_COLUMNS_H
#define STATS_FILTER_COLUMNS_H

#include "stats/filter.h"

enum { FILTER_BLOCK = 65536 }; /* coordinates */

/* The coordinates from `first` to first + width - 1 of all n results. Pointers of in (features,
 * errors, lower, upper) are to the first coordinate of the block; in.d is the whole d. */
struct filter_block {
    const struct filter_options *o;
    struct filter_input in;
    size_t first, width;
    size_t stride; /* doubles from the beginning of a row of features and errors to the next one's;
                    * 0: width */
};

/* Effect: why[i] becomes what of this block makes row i unfit to be scored, if that comes before what
 * why[i] is already (not finite before implausible; excluded before both). */
void filter_block_sieve(const struct filter_block *b, enum filter_why *why);

/* Returns what comes first of the two. */
enum filter_why filter_why_first(enum filter_why a, enum filter_why b);

/* What blocks add up to: of n results, of which `scored` take part. */
struct filter_columns {
    size_t n, scored, d;
    size_t *rows;    /* scored: which rows, ascending */
    double *stake;   /* scored: their stakes, sum 1 */
    double *squares; /* scored x scored: sums of squared differences of deviations; NULL where
                         * the method needs none, and where deviations are kept instead */
    double
        *deviations; /* scored x d, of the coordinates added so far, where squares would take more
                         * than DISTANCE_KEPT bytes: many results, of few features; else NULL */
    double *scaled;  /* scored x width, of the widest block so far: the deviations of one, of which
                      * squares are; kept for the next */
    size_t widest;   /* that width */
    double *largest; /* scored: the largest |deviation| */
    double *factor;  /* scored: sum over coordinates of the expected square of a deviation as it
                         * is: 1 for a usual result and a noisier one, whose noise it is divided by;
                         * less for one that is more precise, which gains nothing by that */
    double *times;   /* n: how many times a usual result's the variance of its sampling noise is
                         * because of its items; NULL: that is not known or not used */
    double noise;    /* sum over coordinates of the known part of the squared spread */
    size_t coordinates; /* that were added */
    double *far;        /* scored: the largest |feature - centre|, of all blocks; and */
    double middle;      /* the largest |centre|: known and used under scale none only */
    struct filter_decision *decisions; /* n: why, and the worst coordinates so far */
    bool *offends; /* n x FILTER_WORST: whether that coordinate alone makes the row unfit */
};

/* Effect: makes ready for the results that why[] leaves, with their stakes made to sum to 1. */
int filter_columns_open(struct filter_columns *c, const struct filter_options *o,
                        const struct filter_input *in, const enum filter_why *why, struct err *e);
void filter_columns_free(struct filter_columns *c);

/* Effect: far and middle grow to what they are in this block. Needed of every block before the first
 * is added under scale none (of blocks elsewhere: the largest of each number); else without effect. */
int filter_columns_measure(struct filter_columns *c, const struct filter_block *b, struct err *e);

/* Effect: adds a block; centre[width] becomes its medians. Memory: scored x width doubles, where
 * distances are needed, scored x scored after the first block, and some rows of width. */
int filter_columns_add(struct filter_columns *c, const struct filter_block *b, double *centre,
                       struct err *e);

/* Effect: adds what another has learnt of the block that follows. */
void filter_columns_merge(struct filter_columns *c, const struct filter_columns *next);

/* Effect: decides; *out as filter_apply() leaves it, but for the centre, which is NULL and the
 * caller's. Takes the decisions out of c. */
int filter_rows(const struct filter_options *o, struct filter_columns *c,
                struct filter_outcome *out, struct err *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether those that were rejected agree with one another.
 *
 * Single faults differ from each other as much as from the rest. A second honest population, a wrong
 * unit or a conspiracy does not: which of these it is, a person has to judge. The measure is our
 * reconstruction: see DESIGN. It decides nothing.
 */
#ifndef STATS_AGREE_H
#define STATS_AGREE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* What became of a row. */
enum agree_row {
    AGREE_IGNORED = 0, /* absent, or not finite */
    AGREE_ACCEPTED = 1,
    AGREE_REJECTED = 2,
};

struct agree_input {
    size_t n, d;               /* results, features */
    const double *features;    /* n x d; finite in rows that are not ignored */
    const double *errors;      /* n x d standard errors as of the filter, or NULL */
    const double *share;       /* n: stakes; or NULL for equal ones */
    const enum agree_row *row; /* n */
};

struct agree_group {
    size_t accepted, rejected; /* rows of either kind */
    size_t count;              /* rejected rows that agree: at least 2 and half of them, or 0 */
    size_t middle;             /* the row that all of them agree with */
    double within; /* the largest distance from it, as a part of that from the accepted: <= 1/2 */
};

/* Two results agree if they are no more than half as far from each other as either is from the middle
 * of the accepted, in spreads of the accepted. Effect: *group is the rejected row with which most of
 * the others agree, and these; member[n] says which rows they are. Time O(rejected^2 d), at most
 * 2^28 steps: of more features evenly spaced ones are looked at. */
int agree_find(const struct agree_input *in, bool *member, struct agree_group *group,
               struct err *e);

#endif

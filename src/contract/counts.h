/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is counted of the rows that a contract's recipe is applied to, as a list (recipe/recipe.h).
 *
 * Convention: of centres, and of a centre's part, nothing is counted: a count of few rows tells of
 * them, and what leaves a centre is what its policy has looked at.
 */
#ifndef CONTRACT_COUNTS_H
#define CONTRACT_COUNTS_H

#include "contract/contract.h"

enum { COUNTS_MOST = 1 << 22 }; /* of all slaves together: of more none are kept */

/* Returns how many counts each slave of that contract has; 0: none are kept. */
size_t counts_of(const struct contract *c);

/* Effect: writes what count i is of, in RECIPE_COUNT_NAME bytes. */
void counts_name(const struct contract *c, size_t i, char *text, size_t size);

/* Effect: writes those of a tally. */
void counts_write(const struct contract *c, const struct recipe_tally *t, uint64_t *counts);

/* Fails unless rows can have these counts, from wherever they are, so that kept of them come out. */
int counts_check(const struct contract *c, const uint64_t *counts, uint64_t kept, struct err *e);

/* Whether some count is not 0 and less than that: it tells of few rows. */
bool counts_tell(const struct contract *c, const uint64_t *counts, uint64_t least);

#endif

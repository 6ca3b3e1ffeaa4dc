/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Credits: a fixed supply, granted and earned. The unit is the MNT; amounts are
 * integer hundredths of it.
 *
 * Of the supply, a part is the founding site's from genesis on (ledger/genesis.h); each
 * settled contract emits a share of what is left of the rest.
 */
#ifndef LEDGER_FOLD_CREDITS_H
#define LEDGER_FOLD_CREDITS_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum { CREDITS_TEXT = 32 };

/* Returns what one settled contract emits when left is what may still be
 * emitted: left * numerator / denominator, rounded down. */
uint64_t credits_emission(uint64_t left, uint64_t numerator, uint64_t denominator);

/* Effect: divides total among n parties in proportion to work[i] (items; 0
 * earns nothing): the whole parts first, the remainder one by one to the
 * largest fractions, the lower i first where they are equal. The parts sum to
 * total, or to 0 when no one worked. */
int credits_divide(uint64_t total, const uint64_t *work, size_t n, uint64_t *part, struct err *e);

/* Returns text: "1,234.56". */
const char *credits_format(char text[static CREDITS_TEXT], uint64_t hundredths);

#endif

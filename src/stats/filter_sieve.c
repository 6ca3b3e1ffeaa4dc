/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the results that cannot be scored. */
#include "stats/filter_private.h"

static bool any(const struct filter_block *b, size_t row,
                bool (*is)(const struct filter_block *, size_t, size_t))
{
    for (size_t j = 0; j < b->width; j++)
        if (is(b, row, j))
            return true;
    return false;
}

enum filter_why filter_why_first(enum filter_why a, enum filter_why b)
{
    static const enum filter_why order[] = {FILTER_EXCLUDED, FILTER_NOT_FINITE, FILTER_IMPLAUSIBLE};

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return FILTER_ACCEPTED;
}

void filter_block_sieve(const struct filter_block *b, enum filter_why *why)
{
    for (size_t row = 0; row < b->in.n; row++) {
        if (b->in.excluded && b->in.excluded[row])
            why[row] = FILTER_EXCLUDED;
        if (why[row] != FILTER_EXCLUDED && any(b, row, filter_not_finite))
            why[row] = FILTER_NOT_FINITE;
        if (why[row] == FILTER_ACCEPTED && any(b, row, filter_implausible))
            why[row] = FILTER_IMPLAUSIBLE;
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the results that cannot be scored. */
#include "stats/filter_private.h"

#include <math.h>

static bool not_finite(const struct filter_block *b, size_t row)
{
    const double *x = filter_features(b, row), *errors = filter_errors(b, row);
    bool any = false;

    for (size_t j = 0; j < b->width; j++)
        any |= !isfinite(x[j]);
    for (size_t j = 0; j < b->width && errors; j++)
        any |= !(errors[j] >= 0);
    return any;
}

static bool implausible(const struct filter_block *b, size_t row)
{
    if (!b->in.lower && !b->in.upper)
        return false;
    for (size_t j = 0; j < b->width; j++)
        if (filter_implausible(b, row, j))
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
        if (why[row] != FILTER_EXCLUDED && not_finite(b, row))
            why[row] = FILTER_NOT_FINITE;
        if (why[row] == FILTER_ACCEPTED && implausible(b, row))
            why[row] = FILTER_IMPLAUSIBLE;
    }
}

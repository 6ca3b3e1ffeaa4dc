/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the rows of a block of coordinates. */
#include "stats/filter_private.h"

#include <math.h>

size_t filter_stride(const struct filter_block *b)
{
    return b->stride > 0 ? b->stride : b->width;
}

const double *filter_features(const struct filter_block *b, size_t row)
{
    return b->in.features + row * filter_stride(b);
}

const double *filter_errors(const struct filter_block *b, size_t row)
{
    bool used = b->in.errors && b->o->scale == FILTER_SCALE_MAD;

    return used ? b->in.errors + row * filter_stride(b) : NULL;
}

bool filter_not_finite(const struct filter_block *b, size_t row, size_t j)
{
    const double *errors = filter_errors(b, row);

    return !isfinite(filter_features(b, row)[j]) || (errors && !(errors[j] >= 0));
}

bool filter_implausible(const struct filter_block *b, size_t row, size_t j)
{
    double x = filter_features(b, row)[j];

    return (b->in.lower && x < b->in.lower[j]) || (b->in.upper && x > b->in.upper[j]);
}

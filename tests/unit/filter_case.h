/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the filter share: usual options, a small generator, one call.
 */
#ifndef TESTS_FILTER_CASE_H
#define TESTS_FILTER_CASE_H

#include <math.h>
#include <stdint.h>

#include "stats/filter.h"
#include "unit.h"

/* The default filter, deciding also about few results. */
static inline struct filter_options case_options(enum filter_method method)
{
    return (struct filter_options){.method = method,
                                   .scale = FILTER_SCALE_MAD,
                                   .threshold = NAN,
                                   .ratio = NAN,
                                   .kappa = 0.5,
                                   .decide_few = true,
                                   .target_fpr = 0.05};
}

static inline struct filter_outcome case_apply(const struct filter_options *o,
                                               const struct filter_input *in)
{
    struct filter_outcome out;
    struct err e = {0};

    ck_ok(filter_apply(o, in, &out, &e), &e);
    return out;
}

/* A number in [0, 1), the same sequence in every run. */
static inline double case_uniform(uint64_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* A number near normal: mean 0, variance 1. */
static inline double case_normal(uint64_t *state)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += case_uniform(state);
    return sum;
}

static inline void ck_near(double found, double expected)
{
    ck_assert_msg(fabs(found - expected) <= 1e-9 * fabs(expected), "%.17g, expected %.17g", found,
                  expected);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows what a score must exceed when nobody said it. */
#include "stats/filter_private.h"

#include <math.h>

double filter_cut_fixed(size_t d)
{
    return fmax(1.5, 1.3 + 4 / sqrt((double)d));
}

int filter_cut_scores(const struct filter_options *o, const struct filter_columns *c,
                      const double *score, double target_fpr, double *cut, struct err *e)
{
    (void)o, (void)score, (void)target_fpr, (void)e;
    *cut = filter_cut_fixed(c->d);
    return 0;
}

int filter_cut_deviation(const struct filter_options *o, const struct filter_columns *c,
                         double target_fpr, double *cut, struct err *e)
{
    (void)o, (void)target_fpr, (void)e;
    *cut = 3.5 + sqrt(2 * log((double)c->d));
    return 0;
}

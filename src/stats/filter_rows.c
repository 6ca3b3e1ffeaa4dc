/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides about results when all of their coordinates are known. */
#include "stats/filter_private.h"

#include <math.h>

int filter_rows(const struct filter_options *o, struct filter_columns *c,
                struct filter_outcome *out, struct err *e)
{
    double threshold = o->threshold;

    if (filter_score(o, c, &threshold, e))
        return -1;
    if (o->method == FILTER_NONE || !isnan(o->ratio))
        threshold = NAN;
    if (o->method != FILTER_NONE && filter_reject(o, threshold, c, e))
        return -1;
    *out = (struct filter_outcome){
        .threshold = threshold, .scored = c->scored, .decisions = c->decisions};
    c->decisions = NULL;
    return 0;
}

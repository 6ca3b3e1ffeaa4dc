/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides about results when all of their coordinates are known. */
#include "stats/filter_private.h"

#include <math.h>

int filter_rows(const struct filter_options *o, struct filter_columns *c,
                struct filter_outcome *out, struct err *e)
{
    struct filter_threshold t = {o->threshold, FILTER_CUT_FIXED};

    if (filter_score(o, c, &t, e))
        return -1;
    if (o->method == FILTER_NONE || !isnan(o->ratio))
        t.value = NAN;
    if (o->method != FILTER_NONE && filter_reject(o, t.value, c, e))
        return -1;
    *out = (struct filter_outcome){
        .threshold = t.value, .cut = t.cut, .scored = c->scored, .decisions = c->decisions};
    c->decisions = NULL;
    return 0;
}

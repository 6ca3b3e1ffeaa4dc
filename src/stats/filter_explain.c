/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the coordinates that deviate most. */
#include "stats/filter_private.h"

#include <math.h>

/* How much a coordinate explains: one that offends more than any that does not. */
struct reason {
    size_t coordinate;
    double deviation;
    bool offends; /* it alone was enough to reject the result */
};

static bool stronger(const struct reason *a, const struct reason *b)
{
    double x = isnan(a->deviation) ? INFINITY : fabs(a->deviation);
    double y = isnan(b->deviation) ? INFINITY : fabs(b->deviation);

    return a->offends != b->offends ? a->offends : x > y;
}

static struct reason get(const struct filter_reasons *from, size_t k)
{
    return (struct reason){from->decision->worst[k], from->decision->deviation[k],
                           from->offends[k]};
}

static void put(const struct filter_reasons *to, size_t k, const struct reason *r)
{
    to->decision->worst[k] = r->coordinate;
    to->decision->deviation[k] = r->deviation;
    to->offends[k] = r->offends;
}

/* Of equal ones the first that came stays before. A place with coordinate d is empty. */
static void insert(const struct filter_reasons *to, const struct reason *r, size_t d)
{
    for (size_t at = FILTER_WORST; at-- > 0;) {
        struct reason held = get(to, at);
        if (held.coordinate < d && !stronger(r, &held))
            return;
        if (at + 1 < FILTER_WORST)
            put(to, at + 1, &held);
        put(to, at, r);
    }
}

void filter_explain(const struct filter_block *b, const double *deviation, size_t row,
                    const struct filter_reasons *reasons)
{
    const double *x = filter_features(b, row), *errors = filter_errors(b, row);
    const struct filter_decision *known = reasons->decision;
    enum filter_why why = known->why;

    for (size_t j = 0; j < b->width; j++) {
        bool full = known->worst[FILTER_WORST - 1] < b->in.d;
        if (why == FILTER_ACCEPTED && full &&
            fabs(deviation[j]) <= fabs(known->deviation[FILTER_WORST - 1]))
            continue; /* soon most of them */
        struct reason r = {.coordinate = b->first + j, .deviation = deviation[j]};
        if (!isfinite(x[j]))
            r.deviation = x[j];
        else if (errors && !(errors[j] >= 0))
            r.deviation = NAN;
        if (why == FILTER_NOT_FINITE)
            r.offends = filter_not_finite(b, row, j);
        else if (why == FILTER_IMPLAUSIBLE)
            r.offends = filter_implausible(b, row, j);
        insert(reasons, &r, b->in.d);
    }
}

void filter_explain_merge(const struct filter_reasons *reasons, const struct filter_reasons *later,
                          size_t d)
{
    for (size_t k = 0; k < FILTER_WORST && later->decision->worst[k] < d; k++) {
        struct reason r = get(later, k);
        insert(reasons, &r, d);
    }
}

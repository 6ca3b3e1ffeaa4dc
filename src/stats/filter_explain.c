/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the coordinates that deviate most. */
#include "stats/filter_private.h"

#include <math.h>

bool filter_not_finite(const struct filter_input *in, const double *errors, size_t row, size_t j)
{
    size_t at = row * in->d + j;

    return !isfinite(in->features[at]) || (errors && !(errors[at] >= 0));
}

bool filter_implausible(const struct filter_input *in, size_t row, size_t j)
{
    double x = in->features[row * in->d + j];

    return (in->lower && x < in->lower[j]) || (in->upper && x > in->upper[j]);
}

/* How much a coordinate explains: one that offends more than any that does not. */
struct reason {
    size_t coordinate;
    double deviation;
    bool offends; /* it alone was enough to reject the result */
};

static struct reason reason_of(const struct filter_input *in, const double *errors,
                               const struct scale *s, size_t row, size_t j, enum filter_why why)
{
    double x = in->features[row * in->d + j], error = errors ? errors[row * in->d + j] : 0;
    struct reason r = {.coordinate = j};

    if (!isfinite(x))
        r.deviation = x;
    else if (!(error >= 0))
        r.deviation = NAN;
    else
        r.deviation = scale_deviation(s, j, x, error);
    if (why == FILTER_NOT_FINITE)
        r.offends = filter_not_finite(in, errors, row, j);
    else if (why == FILTER_IMPLAUSIBLE)
        r.offends = filter_implausible(in, row, j);
    return r;
}

static bool stronger(const struct reason *a, const struct reason *b)
{
    double x = isnan(a->deviation) ? INFINITY : fabs(a->deviation);
    double y = isnan(b->deviation) ? INFINITY : fabs(b->deviation);

    return a->offends != b->offends ? a->offends : x > y;
}

void filter_explain(const struct filter_input *in, const double *errors, const struct scale *s,
                    size_t row, struct filter_decision *decision)
{
    struct reason best[FILTER_WORST];
    size_t count = 0;

    for (size_t j = 0; j < in->d; j++) {
        struct reason r = reason_of(in, errors, s, row, j, decision->why);
        size_t at = count;
        while (at > 0 && stronger(&r, &best[at - 1]))
            at--;
        if (at == FILTER_WORST)
            continue;
        count += count < FILTER_WORST;
        for (size_t k = count - 1; k > at; k--)
            best[k] = best[k - 1];
        best[at] = r;
    }
    for (size_t k = 0; k < FILTER_WORST; k++) {
        decision->worst[k] = k < count ? best[k].coordinate : in->d;
        decision->deviation[k] = k < count ? best[k].deviation : 0;
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refuses options and input that are out of range. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdint.h>

static int check_cut(const struct filter_options *o, struct err *e)
{
    if (o->cut != FILTER_CUT_FIXED && o->cut != FILTER_CUT_SIMULATED)
        return err_set(e, ERR_INPUT, "filter cut: %d; expected fixed or simulated", (int)o->cut);
    if (o->cut == FILTER_CUT_SIMULATED && !(o->target_fpr >= 1e-3 && o->target_fpr <= 0.5))
        return err_set(e, ERR_INPUT,
                       "filter target rate of false alarms: %g; expected 0.001 to 0.5",
                       o->target_fpr);
    return 0;
}

static int check_options(const struct filter_options *o, struct err *e)
{
    if (o->method < FILTER_POS_LOF || o->method > FILTER_UNION)
        return err_set(e, ERR_INPUT,
                       "filter method: %d; expected pos-lof, lof, posdist, mad, union or none",
                       (int)o->method);
    if (o->scale != FILTER_SCALE_MAD && o->scale != FILTER_SCALE_NONE)
        return err_set(e, ERR_INPUT, "filter scale: %d; expected mad or none", (int)o->scale);
    if (!isnan(o->threshold) && !(o->threshold > 0))
        return err_set(e, ERR_INPUT,
                       "filter threshold: %g; expected more than 0, or none for the default",
                       o->threshold);
    if (!isnan(o->ratio) && !(o->ratio >= 0 && o->ratio <= 0.5))
        return err_set(e, ERR_INPUT, "filter ratio: %g; expected 0 to 0.5, or none", o->ratio);
    bool pos = o->method == FILTER_POS_LOF || o->method == FILTER_UNION;
    if (pos && !(o->kappa > 0 && o->kappa <= 1))
        return err_set(e, ERR_INPUT, "filter kappa: %g; expected more than 0, at most 1", o->kappa);
    return check_cut(o, e);
}

static int check_shares(const double *share, size_t n, struct err *e)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (!(isfinite(share[i]) && share[i] >= 0))
            return err_set(e, ERR_INPUT, "share of result %zu: %g; expected a number >= 0", i,
                           share[i]);
        sum += share[i];
    }
    if (n > 0 && !(fabs(sum - 1) <= 1e-6))
        return err_set(e, ERR_INPUT, "shares of %zu results: sum %g; expected 1", n, sum);
    return 0;
}

static int check_items(const double *items, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (!(isfinite(items[i]) && items[i] > 0))
            return err_set(e, ERR_INPUT, "items of result %zu: %g; expected a number > 0", i,
                           items[i]);
    return 0;
}

static int check_ranges(const struct filter_input *in, struct err *e)
{
    for (size_t j = 0; j < in->d; j++) {
        double low = in->lower ? in->lower[j] : -INFINITY;
        double high = in->upper ? in->upper[j] : INFINITY;
        if (!(low <= high))
            return err_set(e, ERR_INPUT,
                           "plausible range of feature %zu: %g to %g; expected the lower first", j,
                           low, high);
    }
    return 0;
}

int filter_check(const struct filter_options *o, const struct filter_input *in, struct err *e)
{
    if (check_options(o, e))
        return -1;
    if (in->d < 1)
        return err_set(e, ERR_INPUT, "features of a result: 0; expected 1 at least");
    if (in->n > UINT32_MAX)
        return err_set(e, ERR_INPUT, "results: %zu; expected at most 2^32 - 1", in->n);
    if (in->share && check_shares(in->share, in->n, e))
        return -1;
    if (in->items && check_items(in->items, in->n, e))
        return -1;
    return check_ranges(in, e);
}

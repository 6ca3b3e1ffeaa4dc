/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows what a score must exceed when nobody said it. */
#include "stats/filter_private.h"

#include <math.h>

#include "stats/cut.h"

double filter_cut_fixed(size_t d)
{
    return fmax(1.5, 1.3 + 4 / sqrt((double)d));
}

static struct cut_input cut_input(const struct filter_options *o, const struct filter_columns *c,
                                  double target_fpr)
{
    return (struct cut_input){.n = c->scored,
                              .d = c->d,
                              .squares = c->squares,
                              .deviations = c->deviations,
                              .stake = c->stake,
                              .factor = c->factor,
                              .kappa = o->kappa,
                              .noise = c->noise / (double)c->coordinates,
                              .target_fpr = target_fpr};
}

/* Of few results nothing is decided, and no round is drawn: what is said of them is by the fixed rule. */
static bool by_simulation(const struct filter_options *o, const struct filter_columns *c)
{
    return o->cut == FILTER_CUT_SIMULATED && c->scored > FILTER_FEW_RESULTS;
}

int filter_cut_scores(const struct filter_options *o, const struct filter_columns *c,
                      const struct filter_scores *s, double target_fpr, struct filter_threshold *t,
                      struct err *e)
{
    struct cut_input in = cut_input(o, c, target_fpr);
    double cut;

    *t = (struct filter_threshold){filter_cut_fixed(c->d), FILTER_CUT_FIXED};
    if (!by_simulation(o, c))
        return 0;
    in.score = s->score;
    in.resolution = s->ties.square;
    if (cut_scores(&in, &cut, e))
        return -1;
    if (!isinf(cut)) /* else of many results few differ: there is nothing to draw from */
        *t = (struct filter_threshold){cut, FILTER_CUT_SIMULATED};
    return 0;
}

int filter_cut_deviation(const struct filter_options *o, const struct filter_columns *c,
                         double target_fpr, struct filter_threshold *t, struct err *e)
{
    struct cut_input in = cut_input(o, c, target_fpr);
    double cut;

    *t = (struct filter_threshold){3.5 + sqrt(2 * log((double)c->d)), FILTER_CUT_FIXED};
    if (!by_simulation(o, c))
        return 0;
    in.score = c->largest;
    if (cut_deviation(&in, &cut, e))
        return -1;
    if (!isinf(cut))
        *t = (struct filter_threshold){cut, FILTER_CUT_SIMULATED};
    return 0;
}

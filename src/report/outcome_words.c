/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explains to a person why a row was rejected, or how near that it was. */
#include "report/outcome_private.h"

#include <math.h>

enum { NAMED = 10 }; /* rows that agree; the others are counted */

static const double usual = 1; /* spreads: a column that differs by less is no reason */

const char *outcome_part(size_t part)
{
    return filter_method_name(part == 0 ? FILTER_POS_LOF : FILTER_MAD);
}

double outcome_spread(const struct outcome *x, size_t row, size_t k)
{
    const struct filter_decision *d = &x->out->decisions[row];
    size_t j = d->worst[k];
    double gap = x->in->features[row * x->in->d + j] - x->out->centre[j];
    double spread = gap / d->deviation[k];

    return isfinite(gap) && isfinite(d->deviation[k]) && spread > 0 ? spread : NAN;
}

/* What a stated rate rests on. */
static void tell_rate(struct page *to, const struct outcome *x)
{
    page_addf(to,
              "A score above %.4g is abnormal: among %zu honest rows whose columns depend on each "
              "other as these do, any has such a score in at most %g %% of tables.\n",
              x->out->threshold, x->out->scored, 100 * x->options->target_fpr);
    if (!x->in->errors && !x->in->items)
        page_addf(to,
                  "All rows are taken to be as precise: nothing says of how many items they are, "
                  "nor their standard errors.\n");
}

void outcome_tell_cut(struct page *to, const struct outcome *x)
{
    const struct filter_options *o = x->options;
    double cut = x->out->threshold;

    if (o->method == FILTER_NONE)
        page_addf(to, "No row is scored: what is not finite alone is rejected.\n");
    else if (!isnan(o->ratio))
        page_addf(
            to, "The %g %% of the rows with the highest scores are rejected, whatever they are.\n",
            100 * o->ratio);
    else if (!isnan(o->threshold))
        page_addf(to, "A score above %.4g is abnormal: that is the threshold that was given.\n",
                  cut);
    else if (x->out->cut == FILTER_CUT_SIMULATED)
        tell_rate(to, x);
    else
        page_addf(
            to,
            "A score above %.4g is abnormal: a fixed cut for %zu columns, which does not know "
            "how often it is wrong%s.\n",
            cut, x->in->d,
            o->cut == FILTER_CUT_SIMULATED ? "; too few rows differ for one that does" : "");
}

/* What leaves the answer with the rows that are rejected. */
void outcome_tell_loss(struct page *to, const struct outcome *x)
{
    double lost = 0, all = 0;

    for (size_t i = 0; i < x->in->n; i++) {
        double items = x->in->items ? x->in->items[i] : 1;
        all += items;
        lost += x->out->decisions[i].rejected ? items : 0;
    }
    if (lost > 0)
        page_addf(to, "The rejected rows have %.3g %% of all %s.\n", 100 * lost / all,
                  x->in->items ? "items" : "rows");
}

/* Who was rejected for the same. */
void outcome_tell_agreement(struct page *to, const struct outcome *x)
{
    const struct agree_group *g = x->group;
    size_t named = 0;

    if (g->count == 0)
        return;
    page_addf(to,
              "%zu of the %zu rejected rows agree with one another and not with the %zu accepted:",
              g->count, g->rejected, g->accepted);
    for (size_t i = 0; i < x->in->n && named < NAMED; i++)
        if (x->member[i])
            page_addf(to, "%s %zu", named++ ? "," : "", i);
    if (g->count > named)
        page_addf(to, " and %zu more", g->count - named);
    page_addf(
        to,
        "; they differ by %.0f %% of what they differ from the others: another population, or "
        "one and the same mistake.\n",
        100 * g->within);
}

/* A column that makes a row abnormal, beside what the others have. */
static void tell_column(struct page *to, const struct outcome *x, size_t row, size_t k)
{
    const struct filter_decision *d = &x->out->decisions[row];
    size_t j = d->worst[k];
    double value = x->in->features[row * x->in->d + j], far = d->deviation[k];
    double spread = outcome_spread(x, row, k);

    if (isnan(value))
        page_addf(to, "    %.64s is missing", x->names[j]);
    else
        page_addf(to, "    %.64s is %.6g", x->names[j], value);
    if (isfinite(x->out->centre[j]))
        page_addf(to, "; the middle of all is %.6g", x->out->centre[j]);
    if (!isnan(spread))
        page_addf(to, ", give or take %.3g: it is %.3g times that %s", spread, fabs(far),
                  far > 0 ? "above" : "below");
    page_addf(to, "\n");
}

/* "its score 3.1 is above the cut 2.7 (1.15 times)" or the like. */
static void tell_score(struct page *to, const struct outcome *x, double score)
{
    double cut = x->out->threshold;

    if (isnan(cut))
        page_addf(to, "its score is %.4g", score);
    else if (score > cut)
        page_addf(to, "its score %.4g is %.4g times the cut %.4g", score, score / cut, cut);
    else
        page_addf(to, "its score %.4g is %.3g %% of the cut %.4g", score, 100 * score / cut, cut);
}

/* Which part of union saw it, or how near that was. */
static void tell_parts(struct page *to, const struct outcome *x, size_t row)
{
    for (size_t k = 0; k < OUTCOME_PARTS; k++)
        page_addf(to, "%s %.4g of %.4g by %s", k ? "," : ":", x->parts[k].decisions[row].score,
                  x->parts[k].threshold, outcome_part(k));
}

void outcome_tell_row(struct page *to, const struct outcome *x, size_t row)
{
    const struct filter_decision *d = &x->out->decisions[row];

    page_addf(to, "Row %zu is %s: ", row, d->rejected ? "rejected" : "accepted");
    switch (d->why) {
    case FILTER_NOT_FINITE:
        page_addf(to, "it has numbers that are missing or not finite");
        break;
    case FILTER_IMPLAUSIBLE:
        page_addf(to, "it has numbers out of the plausible range");
        break;
    case FILTER_EXCLUDED:
        page_addf(to, "it was excluded before");
        break;
    case FILTER_ACCEPTED:
    case FILTER_SCORE:
    case FILTER_RATIO:
    case FILTER_FEW:
    case FILTER_HALF_STAKE:
        tell_score(to, x, d->score);
        if (x->parts)
            tell_parts(to, x, row);
        break;
    }
    if (d->why == FILTER_RATIO)
        page_addf(to, ", among the highest");
    else if (d->why == FILTER_FEW)
        page_addf(to, ", but of %d rows or fewer none is rejected by its score",
                  FILTER_FEW_RESULTS);
    else if (d->why == FILTER_HALF_STAKE)
        page_addf(to, ", but with it more than half of the stake would be rejected");
    page_addf(to, ".\n");
    for (size_t k = 0; d->why != FILTER_ACCEPTED && k < FILTER_WORST && d->worst[k] < x->in->d; k++)
        if (k == 0 || !(fabs(d->deviation[k]) < usual))
            tell_column(to, x, row, k);
}

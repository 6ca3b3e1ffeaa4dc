/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides which results are rejected. */
#include "engine/judge/decisions.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "engine/state/compared.h"
#include "stats/robust.h"
#include "stats/weight.h"
#include "util/lookup.h"
#include "util/text.h"

/* The results that answered, packed, as the filter takes them. */
struct packed {
    size_t n, *slave; /* slave[i]: whose result i is */
    double *values, *errors, *items, *weights, *share, *lower, *upper;
    bool *excluded;
    struct bound *bound;             /* knows the names of features, where the result does not */
    const struct judge_dealt *dealt; /* has the features, where the result has none; or NULL */
};

static void packed_free(struct packed *p)
{
    free(p->slave);
    free(p->values);
    free(p->errors);
    free(p->items);
    free(p->weights);
    free(p->share);
    free(p->lower);
    free(p->upper);
    free(p->excluded);
}

int judge_feature_names(const struct bound *b, struct result *r, struct err *e)
{
    for (size_t i = 0; i < r->features; i++) {
        char name[BOUND_FEATURE]; /* it fits, or bind_check_features() had said so */
        bound_feature_name(b, i, name, sizeof name);
        if (result_set(&r->feature_names[i], name, e) < 0)
            return -1;
    }
    return 0;
}

/* Effect: features and standard errors of every result that answered. */
static int compute_features(struct bound *b, struct result *r, struct err *e)
{
    for (size_t k = 0; k < r->slaves; k++) {
        double *value = r->values + k * r->features, *error = r->errors + k * r->features;
        if (!r->slave[k].answered)
            continue;
        compared_of(b, r->states + k * r->length, value, error);
    }
    return judge_feature_names(b, r, e);
}

/* Effect: stakes of the results that answered. Without data, a slave's is divided equally
 * among its ranges. */
static int share_stakes(const struct contract *c, const struct result *r, struct packed *p,
                        struct err *e)
{
    if (c->work_units == 0)
        return weight_shares(p->weights, p->n, c->lambda, p->share, e);
    size_t *who = err_alloc(p->n, sizeof *who, "the filter", e), n = 0;
    size_t *count = err_alloc(p->n, sizeof *count, "the filter", e);
    double *weights = err_alloc(p->n, sizeof *weights, "the filter", e);
    double *share = err_alloc(p->n, sizeof *share, "the filter", e);
    struct lookup names = {0};
    char name[SLAVE_NAME];
    int rc = -1;

    if (!who || !weights || !count || !share)
        goto done;
    for (size_t i = 0; i < p->n; i++) {
        result_slave_name(r->slave[p->slave[i]].name, name);
        if ((who[i] = lookup_find(&names, name)) == LOOKUP_NONE &&
            lookup_add(&names, name, who[i] = n++, e) < 0)
            goto done;
        weights[who[i]] = p->weights[i];
        count[who[i]]++;
    }
    rc = weight_shares(weights, n, c->lambda, share, e);
    for (size_t i = 0; rc == 0 && i < p->n; i++)
        p->share[i] = share[who[i]] / (double)count[who[i]];
done:
    lookup_free(&names);
    free(who);
    free(count);
    free(weights);
    free(share);
    return rc;
}

/* Objects to a count that is not the claimed one, or is out of all proportion: it
 * would own the merge. */
static int check_counts(const struct contract *c, struct result *r, struct err *e)
{
    struct robust_point *counts = err_alloc(r->slaves, sizeof *counts, "the filter", e);
    size_t n = 0;
    int rc = counts ? 0 : -1;

    for (size_t k = 0; counts && k < r->slaves; k++)
        if (r->slave[k].answered)
            counts[n++] = (struct robust_point){(double)r->slave[k].items, 1};
    if (counts)
        robust_sort(counts, n);
    for (size_t k = 0; rc == 0 && k < r->slaves; k++) {
        char text[200] = "";
        if (!r->slave[k].answered || r->slave[k].objection[0])
            continue;
        double median = counts[n / 2].value, items = (double)r->slave[k].items;
        double count = r->states ? r->states[k * r->length] : items;
        if (isfinite(count) && count != items)
            snprintf(text, sizeof text, "count: the state has %.17g items, the claim %.0f", count,
                     items);
        else if (c->work_units == 0 && !(fabs(log(items / median)) <= log(c->count_ratio)))
            snprintf(text, sizeof text,
                     "count: %.0f items, the median is %.0f (more than %g times)", items, median,
                     c->count_ratio);
        rc = result_set(&r->slave[k].objection, text, e);
    }
    free(counts);
    return rc;
}

static bool is_finite(const struct result *r, size_t k)
{
    for (size_t m = 0; m < r->length; m++)
        if (!isfinite(r->states[k * r->length + m]))
            return false;
    return true;
}

void judge_mark_unfit(struct result *r)
{
    for (size_t k = 0; r->features > 0 && k < r->slaves; k++)
        if (r->slave[k].answered && !is_finite(r, k))
            r->values[k * r->features] = NAN;
}

static int pack(const struct result *r, struct packed *p, struct err *e)
{
    size_t S = r->slaves, d = r->dealt.features ? 0 : r->features; /* of what is here */

    p->slave = err_alloc(S, sizeof *p->slave, "the filter", e);
    p->values = err_alloc(S * d, sizeof(double), "the filter", e);
    p->errors = err_alloc(S * d, sizeof(double), "the filter", e);
    p->items = err_alloc(S, sizeof(double), "the filter", e);
    p->weights = err_alloc(S, sizeof(double), "the filter", e);
    p->share = err_alloc(S, sizeof(double), "the filter", e);
    p->lower = err_alloc(d, sizeof(double), "the filter", e);
    p->upper = err_alloc(d, sizeof(double), "the filter", e);
    p->excluded = err_alloc(S, sizeof *p->excluded, "the filter", e);
    if (!p->slave || !p->values || !p->errors || !p->items || !p->weights || !p->share ||
        !p->lower || !p->upper || !p->excluded)
        return -1;
    for (size_t k = 0; k < S; k++) {
        if (!r->slave[k].answered)
            continue;
        size_t i = p->n++;
        p->slave[i] = k;
        p->items[i] = fmax(1, (double)r->slave[k].items); /* none: it is excluded */
        p->weights[i] = r->slave[k].weight;
        p->share[i] = r->slave[k].share;
        p->excluded[i] = r->slave[k].objection[0] != '\0';
        if (r->dealt.features)
            continue;
        memcpy(p->values + i * d, r->values + k * d, d * sizeof(double));
        memcpy(p->errors + i * d, r->errors + k * d, d * sizeof(double));
        /* Features may forget what the state holds: a number that is not finite
         * anywhere in the state rejects it. */
        if (r->states ? !is_finite(r, k) : r->slave[k].unfit)
            p->values[i * d] = NAN;
    }
    return 0;
}

/* The contract's plausible ranges, by the features' names, which binding checked; of those that
 * the round has. */
static int set_ranges(const struct contract *c, const struct result *r, struct packed *p,
                      struct err *e)
{
    struct lookup names = {0};
    int rc = 0;

    for (size_t k = 0; rc == 0 && k < c->plausible_count; k++)
        rc = lookup_add(&names, c->plausible[k].feature, k, e);
    for (size_t i = 0; i < r->features; i++) {
        size_t k =
            bound_has_feature(p->bound, i) ? lookup_find(&names, r->feature_names[i]) : LOOKUP_NONE;
        p->lower[i] = k == LOOKUP_NONE ? -INFINITY : c->plausible[k].lower;
        p->upper[i] = k == LOOKUP_NONE ? INFINITY : c->plausible[k].upper;
    }
    lookup_free(&names);
    return rc;
}

static void __attribute__((format(printf, 2, 3)))
add_words(char why[static RESULT_DECISION], const char *format, ...)
{
    size_t used = strlen(why);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why + used, RESULT_DECISION - used, format, arguments);
    va_end(arguments);
}

/* The range of a feature, and its value. */
struct place {
    double value, lower, upper;
};

static struct place place_of(const struct contract *c, const double *values, size_t j,
                             const char *name)
{
    struct place x = {values[j], -INFINITY, INFINITY};

    for (size_t k = 0; k < c->plausible_count; k++)
        if (strcmp(c->plausible[k].feature, name) == 0)
            x = (struct place){values[j], c->plausible[k].lower, c->plausible[k].upper};
    return x;
}

/* The decision in words: why, and the coordinates that deviate most; since format 2, those that
 * are not plausible with their ranges. */
static int explain(const struct contract *c, const struct result *r, const struct packed *p,
                   size_t row, struct result_slave *s, struct err *e)
{
    const struct filter_decision *d = &s->decision;
    char name[BOUND_FEATURE];
    bool ranges = d->why == FILTER_IMPLAUSIBLE && c->format >= 2;
    const double *values = r->dealt.features ? NULL : p->values + row * r->features;

    if (d->why == FILTER_EXCLUDED) {
        snprintf(s->why, sizeof s->why, "%s", s->objection);
        return 0;
    }
    if (ranges && r->dealt.features) {
        if (!p->dealt) /* it stands as it was: a plausible range is no matter of scores */
            return 0;
        if (!(values = p->dealt->features(p->dealt->context, row, e)))
            return -1;
    }
    snprintf(s->why, sizeof s->why, "%s", filter_why_name(d->why));
    for (size_t i = 0; d->why != FILTER_ACCEPTED && i < FILTER_WORST; i++) {
        size_t j = d->worst[i];
        if (j >= r->features)
            continue;
        const char *between = i ? ", " : ": ";
        if (r->dealt.features) /* whose names are not held */
            bound_feature_name(p->bound, j, name, sizeof name);
        else
            snprintf(name, sizeof name, "%s", r->feature_names[j]);
        if (!ranges) {
            add_words(s->why, "%s%.64s %+.3g", between, name, d->deviation[i]);
            continue;
        }
        const struct place x = place_of(c, values, j, name);
        if (x.value < x.lower || x.value > x.upper)
            add_words(s->why, "%s%.64s is %.3g, not %.3g to %.3g", between, name, x.value, x.lower,
                      x.upper);
    }
    text_clean(s->why);
    return 0;
}

/* What a second slave has found too is no mistake of the first. */
static void keep_confirmed(struct result_slave *s)
{
    if (!s->confirmed || !s->decision.rejected)
        return;
    s->decision.rejected = false;
    snprintf(s->why, sizeof s->why, "confirmed by a second slave");
}

static int unpack(const struct contract *c, struct result *r, const struct packed *p,
                  const struct filter_decision *decisions, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < p->n; i++) {
        struct result_slave *s = &r->slave[p->slave[i]];
        s->decision = decisions[i];
        s->share = p->share[i];
        rc = explain(c, r, p, i, s, e);
        keep_confirmed(s);
    }
    return rc;
}

static bool is_cut(const struct contract *c)
{
    return strcmp(c->cut, "simulated") == 0;
}

/* Effect: what the filter is told of single features. */
static int learn_features(struct bound *b, struct result *r, struct err *e)
{
    if (r->dealt.features)
        return 0;
    return r->states ? compute_features(b, r, e) : judge_feature_names(b, r, e);
}

static int apply_filter(void *context, const struct filter_options *o,
                        const struct filter_input *in, struct filter_outcome *out, struct err *e)
{
    (void)context;
    return filter_apply(o, in, out, e);
}

static struct filter_options options_of(const struct contract *c)
{
    return (struct filter_options){
        .method = filter_method_of(c->filter),
        .scale = strcmp(c->scale, "none") == 0 ? FILTER_SCALE_NONE : FILTER_SCALE_MAD,
        .threshold = c->threshold,
        .ratio = c->ratio,
        .kappa = c->kappa,
        .k = (size_t)c->k,
        .decide_few = strcmp(c->few, "reject") == 0,
        .cut = is_cut(c) ? FILTER_CUT_SIMULATED : FILTER_CUT_FIXED,
        .target_fpr = c->target_fpr,
    };
}

int judge_name_filter(const struct contract *c, struct result *r, struct err *e)
{
    r->target_fpr = c->target_fpr;
    return result_set(&r->method, c->filter, e) < 0
               ? -1
               : result_set(&r->cut, is_cut(c) ? c->cut : "", e);
}

int judge_decisions(const struct contract *c, struct bound *b, struct result *r, struct err *e)
{
    const struct judge_dealt here = {.apply = apply_filter};

    return judge_decisions_by(&here, c, b, r, e);
}

int judge_decisions_by(const struct judge_dealt *dealt, const struct contract *c, struct bound *b,
                       struct result *r, struct err *e)
{
    const struct filter_options o = options_of(c);
    struct filter_outcome out = {0};
    struct packed p = {.bound = b, .dealt = dealt};
    int rc = -1;

    if (learn_features(b, r, e) < 0 || check_counts(c, r, e) < 0)
        return -1;
    if (pack(r, &p, e) < 0 || (!r->dealt.features && set_ranges(c, r, &p, e) < 0))
        goto done;
    if (share_stakes(c, r, &p, e) < 0)
        goto done;
    const struct filter_input in = {
        .n = p.n,
        .d = r->features,
        .features = p.values,
        .errors = p.errors,
        .items = is_cut(c) ? p.items : NULL,
        .share = p.share,
        .lower = p.lower,
        .upper = p.upper,
        .excluded = p.excluded,
    };
    if (dealt->apply(dealt->context, &o, &in, &out, e) < 0)
        goto done;
    r->threshold = out.threshold;
    if (!r->dealt.features)
        memcpy(r->centre, out.centre, r->features * sizeof(double));
    rc = unpack(c, r, &p, out.decisions, e) < 0 ? -1 : judge_name_filter(c, r, e);
done:
    filter_outcome_free(&out);
    packed_free(&p);
    return rc;
}

int judge_again(const struct contract *c, struct bound *b, struct result *r, struct err *e)
{
    const struct filter_options o = options_of(c);
    struct packed p = {.bound = b};
    int rc = -1;
    struct filter_decision *decisions = err_alloc(r->slaves, sizeof *decisions, "the filter", e);

    if (!decisions || pack(r, &p, e) < 0 || (!r->dealt.features && set_ranges(c, r, &p, e) < 0))
        goto done;
    for (size_t i = 0; i < p.n; i++)
        decisions[i] = r->slave[p.slave[i]].decision;
    rc = filter_decide(&o, r->threshold, p.share, p.n, decisions, e);
    if (rc == 0)
        rc = unpack(c, r, &p, decisions, e);
done:
    free(decisions);
    packed_free(&p);
    return rc;
}

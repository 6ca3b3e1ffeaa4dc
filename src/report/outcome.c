/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a filter makes of the rows of a matrix. */
#include "report/outcome.h"

#include <math.h>

#include "report/outcome_private.h"
#include "util/json_page.h"
#include "util/text.h"

/* By what the threshold is known; NULL: it was given, or there is none. */
static const char *cut_of(const struct outcome *x)
{
    const struct filter_options *o = x->options;

    if (o->method == FILTER_NONE || !isnan(o->threshold) || !isnan(o->ratio))
        return NULL;
    return x->out->cut == FILTER_CUT_SIMULATED ? "simulated" : "fixed";
}

static size_t count_rejected(const struct outcome *x)
{
    size_t rejected = 0;

    for (size_t i = 0; i < x->in->n; i++)
        rejected += x->out->decisions[i].rejected;
    return rejected;
}

static void add_estimate(struct page *to, const struct outcome *x)
{
    if (!x->middle) {
        page_addf(to, "%s: no row could be scored, and none is estimated from\n",
                  estimate_name(x->robust));
        return;
    }
    page_addf(to, "%s of %zu row%s", estimate_name(x->robust), x->rows, x->rows == 1 ? "" : "s");
    if (x->robust != ESTIMATE_MEAN && x->robust != ESTIMATE_MEDIAN &&
        x->robust != ESTIMATE_GEOMETRIC)
        page_addf(to, ", of which %zu may be wrong", estimate_wrong(x->share, x->rows));
    page_addf(to, ":\n");
    for (size_t j = 0; j < x->in->d; j++)
        page_addf(to, "%24.17g  %s\n", x->middle[j], x->names[j]);
}

void report_outcome(struct page *to, const struct outcome *x)
{
    size_t n = x->in->n;
    const char *cut = cut_of(x);

    page_addf(to, "%8s %24s  %-9s why\n", "row", "score", "decision");
    for (size_t i = 0; i < n; i++) {
        const struct filter_decision *d = &x->out->decisions[i];
        page_addf(to, "%8zu %24.17g  %-9s %s\n", i, d->score, d->rejected ? "REJECTED" : "accepted",
                  d->why == FILTER_ACCEPTED ? "" : filter_why_name(d->why));
    }
    page_addf(to, "%s: %zu of %zu rows rejected", filter_method_name(x->options->method),
              count_rejected(x), n);
    if (!isnan(x->out->threshold))
        page_addf(to, ", threshold %g", x->out->threshold);
    if (cut)
        page_addf(to, ", cut %s", cut);
    if (cut && x->out->cut == FILTER_CUT_SIMULATED)
        page_addf(to, " for %g of clean rounds", x->options->target_fpr);
    page_addf(to, "\n");
    for (size_t k = 0; x->parts && k < OUTCOME_PARTS; k++)
        page_addf(to, "%s of it: threshold %g\n", outcome_part(k), x->parts[k].threshold);
    if (x->robust != ESTIMATE_NONE)
        add_estimate(to, x);
    if (!x->explain)
        return;
    outcome_tell_cut(to, x);
    outcome_tell_loss(to, x);
    outcome_tell_agreement(to, x);
    for (size_t i = 0; i < n; i++)
        outcome_tell_row(to, x, i);
}

static void add_scores(struct json_page *j, const struct filter_outcome *out, size_t n)
{
    json_page_number(j, "threshold", out->threshold);
    json_page_list(j, "scores");
    for (size_t i = 0; i < n; i++)
        json_page_number(j, NULL, out->decisions[i].score);
    json_page_end(j);
}

static void add_parts(struct json_page *j, const struct outcome *x)
{
    json_page_list(j, "parts");
    for (size_t i = 0; i < OUTCOME_PARTS; i++) {
        json_page_object(j, NULL);
        json_page_text(j, "method", outcome_part(i));
        add_scores(j, &x->parts[i], x->in->n);
        json_page_end(j);
    }
    json_page_end(j);
}

/* What add_estimate() tells. */
static void add_robust(struct json_page *j, const struct outcome *x)
{
    json_page_object(j, "robust");
    json_page_text(j, "method", estimate_name(x->robust));
    json_page_number(j, "share", x->share);
    json_page_count(j, "rows", x->rows);
    json_page_count(j, "wrong", estimate_wrong(x->share, x->rows));
    json_page_list(j, "estimate");
    for (size_t i = 0; x->middle && i < x->in->d; i++)
        json_page_number(j, NULL, x->middle[i]);
    json_page_end(j);
    json_page_end(j);
}

static void add_worst(struct json_page *j, const struct outcome *x, size_t row)
{
    const struct filter_decision *d = &x->out->decisions[row];

    json_page_list(j, "worst");
    for (size_t k = 0; k < FILTER_WORST && d->worst[k] < x->in->d; k++) {
        size_t at = d->worst[k];
        json_page_object(j, NULL);
        json_page_count(j, "column", at);
        json_page_text(j, "name", x->names[at]);
        json_page_number(j, "value", x->in->features[row * x->in->d + at]);
        json_page_number(j, "centre", x->out->centre[at]);
        json_page_number(j, "spread", outcome_spread(x, row, k));
        json_page_number(j, "deviation", d->deviation[k]);
        json_page_end(j);
    }
    json_page_end(j);
}

/* Sentences, which are a line each. */
static void add_lines(struct json_page *j, const char *key, struct page *words)
{
    const char *rest = page_text(words);
    size_t len;

    json_page_list(j, key);
    for (const char *line; (line = text_line(&rest, &len));) {
        struct page one = {0};
        page_addf(&one, "%.*s", (int)len, line);
        json_page_text(j, NULL, page_text(&one));
        page_free(&one);
    }
    json_page_end(j);
    if (page_failed(words))
        page_fail(j->to);
    page_free(words);
}

static void add_explanation(struct json_page *j, const struct outcome *x)
{
    struct page words = {0};

    outcome_tell_cut(&words, x);
    outcome_tell_loss(&words, x);
    outcome_tell_agreement(&words, x);
    add_lines(j, "about", &words);
    json_page_list(j, "agree");
    for (size_t i = 0; i < x->in->n; i++)
        if (x->member[i])
            json_page_count(j, NULL, i);
    json_page_end(j);
    json_page_list(j, "explain");
    for (size_t i = 0; i < x->in->n; i++) {
        const struct filter_decision *d = &x->out->decisions[i];
        words = (struct page){0};
        outcome_tell_row(&words, x, i);
        json_page_object(j, NULL);
        json_page_count(j, "row", i);
        json_page_boolean(j, "rejected", d->rejected);
        json_page_number(j, "of_threshold", d->score / x->out->threshold);
        add_lines(j, "text", &words);
        add_worst(j, x, i);
        json_page_end(j);
    }
    json_page_end(j);
}

void report_outcome_json(struct page *to, const struct outcome *x)
{
    const struct filter_decision *d = x->out->decisions;
    const char *cut = cut_of(x);
    bool simulated = cut && x->out->cut == FILTER_CUT_SIMULATED;
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "method", filter_method_name(x->options->method));
    json_page_text(&j, "cut", cut);
    json_page_number(&j, "target_fpr", simulated ? x->options->target_fpr : NAN);
    add_scores(&j, x->out, x->in->n);
    json_page_list(&j, "rejected");
    for (size_t i = 0; i < x->in->n; i++)
        if (d[i].rejected)
            json_page_count(&j, NULL, i);
    json_page_end(&j);
    json_page_list(&j, "why");
    for (size_t i = 0; i < x->in->n; i++)
        json_page_text(&j, NULL, filter_why_name(d[i].why));
    json_page_end(&j);
    if (x->parts)
        add_parts(&j, x);
    if (x->robust != ESTIMATE_NONE)
        add_robust(&j, x);
    if (x->explain)
        add_explanation(&j, x);
    json_page_end(&j);
}

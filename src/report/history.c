/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what slaves, nodes and accounts have computed, and what it counts. */
#include "report/history.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/credits.h"
#include "util/clock.h"
#include "util/json_page.h"

static const double day = 86400;

/* What a slave's history counts, and why. */
struct worth {
    double weight;     /* P */
    double *term;      /* what each of its settled computations gives to it */
    size_t count;      /* of them, with those that were rejected */
    size_t young;      /* accepted, and not older than t_min: they count nothing */
    size_t growing;    /* not older than t_max: in part */
    size_t full;       /* in full, less what has decayed */
    size_t rejections; /* each of which has taken a part of what was before */
};

static int weigh(const struct report_history *r, const char *slave, struct worth *w, struct err *e)
{
    const struct account *a = accounts_find(r->accounts, slave);
    size_t n = a ? a->events_count : 0;
    struct weight_event *events = err_alloc(n, sizeof *events, "history", e);

    *w = (struct worth){.count = n, .term = err_alloc(n, sizeof *w->term, "history", e)};
    for (size_t i = 0; events && w->term && i < n; i++) {
        const struct account_event *x = &a->events[i];
        double age = fmax(0, (double)(r->now_us - x->time_us) * 1e-6);
        events[i] = (struct weight_event){x->items, age, x->rejected};
        w->rejections += x->rejected;
        if (!x->rejected)
            ++*(age <= r->weight->t_min  ? &w->young
                : age < r->weight->t_max ? &w->growing
                                         : &w->full);
    }
    if (events && w->term) {
        w->weight = weight_of_history(r->weight, events, n);
        weight_terms(r->weight, events, n, w->term);
    }
    free(events);
    if (events && w->term)
        return 0;
    free(w->term);
    return -1;
}

static void add_date(struct page *to, int64_t time_us)
{
    char text[CLOCK_ISO];

    page_addf(to, "%-20s", time_us ? clock_iso(text, time_us) : "-");
}

/* Appends why P is what it is, in a few words. */
static void add_worth(struct page *to, const struct worth *w)
{
    const struct {
        size_t count;
        const char *words;
    } parts[] = {{w->young, "too young"},
                 {w->growing, "growing"},
                 {w->full, "full"},
                 {w->rejections, "rejected"}};
    const char *before = "";

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count == 0)
            continue;
        page_addf(to, "%s%zu %s", before, parts[i].count, parts[i].words);
        before = ", ";
    }
    page_addf(to, "%s\n", before[0] ? "" : "nothing settled");
}

int report_history(struct page *to, const struct report_history *r, struct err *e)
{
    const struct history_sums *s = &r->history->slaves;

    page_addf(to, "%-32s %7s %8s %12s %12s %-20s %s\n", "slave", "settled", "rejected", "items",
              "weight P", "last seen", "what counts");
    for (size_t i = 0; i < s->count; i++) {
        const struct history_sum *x = &s->list[i];
        const struct account *a = accounts_find(r->accounts, x->name);
        struct worth w;
        if (weigh(r, x->name, &w, e) < 0)
            return -1;
        page_addf(to, "%-32s %7" PRIu64 " %8zu %12" PRIu64 " %12.6g ", x->name, x->settled,
                  w.rejections, a ? a->items : 0, w.weight);
        add_date(to, x->last_us);
        page_addf(to, " ");
        add_worth(to, &w);
        free(w.term);
    }
    return 0;
}

static void add_worth_json(struct json_page *j, const struct worth *w)
{
    json_page_number(j, "weight", w->weight);
    json_page_count(j, "too_young", w->young);
    json_page_count(j, "growing", w->growing);
    json_page_count(j, "full", w->full);
    json_page_count(j, "rejections", w->rejections);
}

static void add_time_json(struct json_page *j, const char *key, int64_t time_us)
{
    if (time_us)
        json_page_number(j, key, (double)time_us * 1e-6);
    else
        json_page_null(j, key);
}

static int add_slave_json(struct json_page *j, const struct report_history *r,
                          const struct history_sum *x, struct worth *w, struct err *e)
{
    const struct account *a = accounts_find(r->accounts, x->name);

    if (weigh(r, x->name, w, e) < 0)
        return -1;
    json_page_text(j, "slave", x->name);
    json_page_count(j, "settled", x->settled);
    json_page_count(j, "items", a ? a->items : 0);
    json_page_count(j, "credits", a ? a->credits : 0);
    json_page_count(j, "declined", x->declined);
    json_page_count(j, "lost", x->lost);
    json_page_number(j, "node_hours", x->seconds / 3600);
    add_time_json(j, "last_seen", x->last_us);
    add_worth_json(j, w);
    return 0;
}

int report_history_json(struct page *to, const struct report_history *r, struct err *e)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < r->history->slaves.count; i++) {
        struct worth w;
        json_page_object(&j, NULL);
        if (add_slave_json(&j, r, &r->history->slaves.list[i], &w, e) < 0)
            return -1;
        free(w.term);
        json_page_end(&j);
    }
    json_page_end(&j);
    return 0;
}

static const char *decision_of(const struct history_work *x)
{
    return !x->settled ? "open" : x->rejected ? "rejected" : "accepted";
}

/* What a computation still gives to P; one that is not settled, nothing. */
static double counts(const struct worth *w, const struct history_work *x)
{
    return x->settled && x->order < w->count ? w->term[x->order] : 0;
}

static void add_work(struct page *to, const struct history_work *x, const struct worth *w)
{
    char text[CREDITS_TEXT];

    page_addf(to, "%s  ", x->run);
    add_date(to, x->time_us);
    page_addf(to, " %12" PRIu64 " %-8s %10s %10.4g %10.4g  %s\n", x->items, decision_of(x),
              credits_format(text, x->credits), x->seconds, counts(w, x), x->why ? x->why : "");
}

/* What the formula makes of age, volume and rejections. */
static void add_formula(struct page *to, const struct weight_options *o)
{
    page_addf(to,
              "the items of an accepted computation count nothing for %g d, then more and more "
              "of them up to all at %g d, and from there on half every %g d; a rejection "
              "multiplies what was before by %g\n",
              o->t_min / day, o->t_max / day, o->half_life / day, o->penalty);
}

int report_slave_history(struct page *to, const struct report_history *r,
                         const struct history_sum *x, struct err *e)
{
    const struct account *a = accounts_find(r->accounts, x->name);
    size_t number = (size_t)(x - r->history->slaves.list);
    char credits[CREDITS_TEXT];
    struct worth w;

    if (weigh(r, x->name, &w, e) < 0)
        return -1;
    page_addf(to, "slave     %s\nearned    %s MNT for %" PRIu64 " items in %.4f node-hours\n",
              x->name, credits_format(credits, a ? a->credits : 0), a ? a->items : 0,
              x->seconds / 3600);
    page_addf(to,
              "seen      %" PRIu64 " runs, %" PRIu64 " results, %" PRIu64
              " rejected by the filter, "
              "%" PRIu64 " times declined, %" PRIu64 " times lost; last ",
              x->runs, x->submitted, x->rejected, x->declined, x->lost);
    add_date(to, x->last_us);
    page_addf(to, "\nweight    P = %.6g: ", w.weight);
    add_worth(to, &w);
    page_addf(to, "          ");
    add_formula(to, r->weight);
    page_addf(to, "\n%-16s  %-20s %12s %-8s %10s %10s %10s  %s\n", "run", "date", "items",
              "decision", "credits", "seconds", "counts", "why");
    for (size_t i = 0; i < r->history->count; i++)
        if (r->history->work[i].slave == number)
            add_work(to, &r->history->work[i], &w);
    free(w.term);
    return 0;
}

int report_slave_history_json(struct page *to, const struct report_history *r,
                              const struct history_sum *x, struct err *e)
{
    size_t number = (size_t)(x - r->history->slaves.list);
    struct json_page j = {.to = to};
    struct worth w;

    json_page_object(&j, NULL);
    if (add_slave_json(&j, r, x, &w, e) < 0)
        return -1;
    json_page_list(&j, "computations");
    for (size_t i = 0; i < r->history->count; i++) {
        const struct history_work *y = &r->history->work[i];
        if (y->slave != number)
            continue;
        json_page_object(&j, NULL);
        json_page_text(&j, "run", y->run);
        add_time_json(&j, "time", y->time_us);
        json_page_text(&j, "node", r->history->nodes.list[y->node].name);
        json_page_count(&j, "items", y->items);
        json_page_text(&j, "decision", decision_of(y));
        json_page_text(&j, "why", y->why ? y->why : "");
        json_page_count(&j, "credits", y->credits);
        json_page_number(&j, "seconds", y->seconds);
        json_page_number(&j, "counts", counts(&w, y));
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_end(&j);
    free(w.term);
    return 0;
}

void report_sums(struct page *to, const struct history_sums *s, const char *what)
{
    page_addf(to, "%-32s %8s %8s %8s %8s %8s %12s %s\n", what, "runs", "results", "rejected",
              "declined", "lost", "node-hours", "last seen");
    for (size_t i = 0; i < s->count; i++) {
        const struct history_sum *x = &s->list[i];
        if (x->last_us == 0)
            continue;
        page_addf(
            to, "%-32s %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %12.4f ",
            x->name, x->runs, x->submitted, x->rejected, x->declined, x->lost, x->seconds / 3600);
        add_date(to, x->last_us);
        page_addf(to, "\n");
    }
}

void report_sums_json(struct page *to, const struct history_sums *s, const char *what)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < s->count; i++) {
        const struct history_sum *x = &s->list[i];
        if (x->last_us == 0)
            continue;
        json_page_object(&j, NULL);
        json_page_text(&j, what, x->name);
        json_page_count(&j, "runs", x->runs);
        json_page_count(&j, "results", x->submitted);
        json_page_count(&j, "rejected", x->rejected);
        json_page_count(&j, "declined", x->declined);
        json_page_count(&j, "lost", x->lost);
        json_page_number(&j, "node_hours", x->seconds / 3600);
        add_time_json(&j, "last_seen", x->last_us);
        json_page_end(&j);
    }
    json_page_end(&j);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the story of the demonstration. */
#include "report/demo.h"

#include <inttypes.h>
#include <math.h>

#include "ledger/fold/credits.h"
#include "report/colour.h"
#include "report/judgement.h"
#include "report/result_private.h"
#include "report/share.h"

static void add_head(struct page *to, const struct report_demo *d,
                     const struct engine_report *report)
{
    const struct result *r = report->result;
    uint64_t items = 0;

    for (size_t k = 0; k < r->slaves; k++)
        items += r->slave[k].items;
    page_addf(to, "contract  %s\n          %.16s…  %s, %zu columns, filter %s\n", r->title, r->id,
              r->function, r->columns_count, r->method);
    page_addf(to, "run       %s%s; %d rank%s, %zu slaves\n", r->run,
              report->shown ? ", settled before (--again for a new one)" : "", d->ranks,
              d->ranks == 1 ? ": master and slaves in one process" : "s", r->slaves);
    page_addf(to,
              "claims    %zu slaves, %" PRIu64
              " items; each committed to its data before computing\n\n",
              r->slaves, items);
}

/* Why a slave was rejected: which features, by how much. */
static void add_why(struct page *to, const struct result *r, size_t k, bool colour)
{
    const struct result_slave *s = &r->slave[k];

    page_addf(to, "\n");
    report_red(to, colour);
    page_addf(to, "rejected");
    report_plain(to, colour);
    page_addf(to, "  %s scores %.3g, above the threshold %.3g. What deviates most:\n", s->name,
              s->decision.score, r->threshold);
    if (s->decision.worst[0] >= r->features) /* of a settled run, whose file has it in words */
        page_addf(to, "            %s\n", s->why);
    for (size_t i = 0; i < FILTER_WORST; i++) {
        size_t j = s->decision.worst[i];
        if (j < r->features)
            page_addf(to, "            %-24s %10.4g here, %10.4g in the middle: %+.1f spreads\n",
                      r->feature_names[j], r->values[k * r->features + j], r->centre[j],
                      s->decision.deviation[i]);
    }
}

/* The columns whose mean the filter changed most, filtered and unfiltered. */
static void add_aggregate(struct page *to, const struct result *r)
{
    enum { ROWS = 4 };
    const struct result_array *mean = result_find(&r->accepted, "mean");
    const struct result_array *mean_all = result_find(&r->all, "mean");
    const struct result_array *sd = result_find(&r->accepted, "sd");
    const struct result_array *sd_all = result_find(&r->all, "sd");
    double last = INFINITY;

    if (!mean || !mean_all || !sd || !sd_all || !mean->row_labels)
        return;
    page_addf(to,
              "\naggregate              mean, filtered  unfiltered    sd, filtered  unfiltered\n");
    for (int row = 0; row < ROWS; row++) {
        size_t best = mean->rows;
        double most = -1;
        for (size_t i = 0; i < mean->rows; i++) {
            double change = fabs(mean_all->values[i] / mean->values[i] - 1);
            if (change > most && change < last) {
                most = change;
                best = i;
            }
        }
        if (best == mean->rows)
            return;
        last = most;
        page_addf(to, "  %-22s %12.5g %11.5g %15.5g %11.5g\n", mean->row_labels[best],
                  mean->values[best], mean_all->values[best], sd->values[best],
                  sd_all->values[best]);
    }
}

void report_demo_run(struct page *to, const struct report_demo *d,
                     const struct engine_report *report, bool colour)
{
    const struct result *r = report->result;

    add_head(to, d, report);
    report_slaves(to, r, report->credits, colour);
    for (size_t k = 0; k < r->slaves; k++)
        if (r->slave[k].answered && r->slave[k].decision.rejected)
            add_why(to, r, k, colour);
    add_aggregate(to, r);
}

void report_demo_end(struct page *to, const struct report_demo *d,
                     const struct engine_report *report)
{
    const struct report_keys keys = {"", 10};
    char credits[CREDITS_TEXT];
    size_t answered, rejected;
    struct share share;

    result_share(report->result, &share);
    result_count(report->result, &answered, &rejected);
    page_addf(to, "\nanswer    ");
    report_share(to, &share, false);
    report_left_out(to, &keys, &share, false);
    report_judgement(to, &keys, report->result, true);
    page_addf(to, "credits   %s MNT among the %zu accepted slaves\n",
              credits_format(credits, report->emission), answered - rejected);
    if (!d->problems)
        page_addf(to,
                  "verified  filter and aggregate computed again from the states: the same bits; "
                  "%" PRIu64 " records\n",
                  d->records);
    const char *me = d->program;
    page_addf(to,
              "\nlook further:\n"
              "  %s result show %s\n"
              "  %s ledger show %s\n"
              "  %s ledger balance %s\n"
              "  %s verify %s --ledger %s\n",
              me, d->result, me, d->ledger, me, d->ledger, me, d->result, d->ledger);
    if (!d->again)
        page_addf(to, "  %s demo --again      (history weighs in the second run)\n", me);
}

void report_demo_json(struct page *to, const struct report_demo *d,
                      const struct engine_report *report)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    report_result_members(&j, report->result, report);
    json_page_boolean(&j, "verified", d->problems == 0);
    json_page_count(&j, "records", d->records);
    json_page_text(&j, "ledger", d->ledger);
    json_page_end(&j);
}

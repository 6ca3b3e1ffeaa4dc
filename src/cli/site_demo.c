/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that has three centres of one machine compute together. */

#include "cli/site_demo.h"

#include "cli/print.h"
#include "util/clock.h"
#include "util/json_page.h"
#include "util/paths.h"

static const char *const parts[DEMO_PARTS] = {
    [DEMO_SETUP] = "set-up",          [DEMO_CLAIMS] = "claims",     [DEMO_COMPUTING] = "computing",
    [DEMO_COLLECTING] = "collecting", [DEMO_CHECKING] = "checking",
};

static double total(const struct demo *d)
{
    double sum = 0;

    for (size_t i = 0; i < DEMO_PARTS; i++)
        sum += d->seconds[i];
    return sum;
}

static void tell_times(struct demo *d)
{
    page_addf(d->to, "%-10s%.1f s:", "took", total(d));
    for (size_t i = 0; i < DEMO_PARTS; i++)
        page_addf(d->to, "%s %s %.1f", i ? "," : "", parts[i], d->seconds[i]);
    page_addf(d->to, "\n");
}

static void tell_further(struct demo *d)
{
    const char *me = d->c->how.program, *dir = d->directory;

    page_addf(d->to,
              "\nlook further:\n"
              "  %s site --dir %s/alpha/house\n"
              "  %s site show %.8s --dir %s/beta/house\n"
              "  %s site policy --dir %s/beta/house\n"
              "  %s site peer --dir %s/gamma/house\n"
              "  %s ledger show %s/beta/house/ledger\n"
              "  %s ledger verify %s/alpha/house/ledger\n"
              "  %s site audit %.8s --dir %s/gamma/house\n"
              "  %s result show %s --slaves\n",
              me, dir, me, d->run, dir, me, dir, me, dir, me, dir, me, dir, me, d->run, dir, me,
              d->result);
    if (d->count < DEMO_CENTRES)
        page_addf(d->to, "  %s site demo --sites 8 --dir another   (one is in the wrong unit)\n",
                  me);
}

static void tell_json(struct demo *d)
{
    struct json_page j = {.to = d->c->to};

    json_page_object(&j, NULL);
    json_page_list(&j, "sites");
    for (size_t i = 0; i < d->count; i++)
        json_page_text(&j, NULL, demo_name(i));
    json_page_end(&j);
    json_page_text(&j, "run", d->run);
    json_page_text(&j, "denied", d->denied[0] ? d->denied : NULL);
    json_page_text(&j, "result", d->result);
    json_page_boolean(&j, "verified", d->problems == 0);
    json_page_object(&j, "seconds");
    for (size_t i = 0; i < DEMO_PARTS; i++)
        json_page_number(&j, parts[i], d->seconds[i]);
    json_page_end(&j);
    json_page_end(&j);
}

int verb_demo(struct site_call *c, struct err *e)
{
    struct page thrown_away = {0};
    struct demo d = {.c = c,
                     .count = (size_t)c->w->centres,
                     .to = c->w->json ? &thrown_away : c->to,
                     .since = clock_steady()};
    int rc = paths_absolute(c->w->dir ? c->w->dir : "metaneuron-site-demo", d.directory, e);

    c->how.directory = NULL;
    if (rc == 0)
        rc = demo_begin(&d, e);
    if (rc == 0) {
        demo_tell(&d, "demo", "%zu centres that share nothing but %s", d.count, d.exchange);
        rc = demo_centres(&d, e) < 0 || demo_run(&d, e) < 0 || demo_check(&d, e) < 0 ? -1 : 0;
    }
    if (rc == 0 && c->w->json) {
        tell_json(&d);
    } else if (rc == 0) {
        tell_times(&d);
        tell_further(&d);
    }
    if (rc == 0 && d.problems > 0)
        c->code = ERR_VERIFY;
    page_free(&thrown_away);
    return rc;
}

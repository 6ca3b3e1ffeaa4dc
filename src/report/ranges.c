/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up what the slaves of a contract without data have computed. */
#include "report/result_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/credits.h"
#include "report/colour.h"

struct report_total *report_total_of(struct report_total *list, size_t *n, const char *entry)
{
    char name[sizeof list->name];

    result_slave_name(entry, name);
    for (size_t i = *n; i > 0; i--)
        if (strcmp(list[i - 1].name, name) == 0)
            return &list[i - 1];
    struct report_total *t = &list[(*n)++];
    *t = (struct report_total){.node = "", .why = ""};
    memcpy(t->name, name, sizeof name);
    return t;
}

void report_ranges(struct page *to, const struct result *r, const uint64_t *credits, bool colour)
{
    struct report_total *list = calloc(r->slaves, sizeof *list);
    char credit[CREDITS_TEXT];
    size_t n = 0;

    for (size_t k = 0; list && k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        struct report_total *t = report_total_of(list, &n, s->name);
        t->weight = t->ranges ? t->weight : s->weight;
        t->ranges++;
        t->confirmed += s->confirmed;
        t->rejected += s->decision.rejected;
        t->units += s->items;
        t->seconds += s->seconds;
        t->share += s->share;
        t->credits += credits ? credits[k] : 0;
    }
    page_addf(to, "  %-28s %8s %12s %9s %6s %9s %8s%s\n", "slave", "ranges", "units", "history P",
              "stake", "confirmed", "rejected", credits ? "    credits" : "");
    for (size_t i = 0; i < n; i++) {
        const struct report_total *t = &list[i];
        page_addf(to, "  ");
        report_red(to, colour && t->rejected);
        page_addf(to, "%-28s %8zu %12" PRIu64 " %9.4g %6.3f %9zu %8zu", t->name, t->ranges,
                  t->units, t->weight, t->share, t->confirmed, t->rejected);
        if (credits)
            page_addf(to, " %10s", credits_format(credit, t->credits));
        report_plain(to, colour && t->rejected);
        page_addf(to, "\n");
    }
    free(list);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what became of the slaves of a result. */
#include "report/result.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ledger/fold/credits.h"
#include "report/colour.h"
#include "report/result_private.h"
#include "util/reasons.h"

void report_slaves(struct page *to, const struct result *r, const uint64_t *credits, bool colour)
{
    char credit[CREDITS_TEXT];

    if (result_is_work(r)) {
        report_ranges(to, r, credits, colour);
        return;
    }
    page_addf(to, "  %-28s %10s %9s %6s %8s  %-9s%s\n", "slave", "items", "history P", "stake",
              "score", "decision", credits ? "    credits" : "");
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        bool rejected = s->answered && s->decision.rejected;
        page_addf(to, "  ");
        report_red(to, colour && rejected);
        page_addf(to, "%-28s %10" PRIu64 " %9.4g %6.3f ", s->name, s->items, s->weight, s->share);
        if (s->answered && !isnan(s->decision.score))
            page_addf(to, "%8.3f  ", s->decision.score);
        else
            page_addf(to, "%8s  ", "-");
        page_addf(to, "%-9s", !s->answered ? "absent" : rejected ? "REJECTED" : "accepted");
        if (credits)
            page_addf(to, " %10s", credits_format(credit, credits[k]));
        report_plain(to, colour && rejected);
        page_addf(to, "\n");
    }
}

enum { REASON = 600 }; /* bytes of one; the rest is left out */

/* Appends a line for each reason, and empties them. */
static void tell(struct page *to, struct reasons *list, const char *word, bool colour)
{
    struct buf text = {0};

    for (size_t i = 0; i < list->count && !list->failed; i++) {
        report_red(to, colour);
        page_addf(to, "%s", word);
        report_plain(to, colour);
        buf_reset(&text);
        reasons_tell(&text, &list->list[i], "", REASON);
        page_addf(to, "%*s%s\n", 10 - (int)strlen(word), "", text.data ? text.data : "");
    }
    if (list->failed || buf_failed(&text))
        page_fail(to);
    buf_free(&text);
    reasons_free(list);
}

void report_rejections(struct page *to, const struct result *r, bool colour)
{
    struct reasons absent = {0}, rejected = {0};

    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        if (!s->answered && s->trouble[0])
            reasons_add(&absent, s->name, k + 1, s->node ? s->node : "", s->trouble);
        else if (s->answered && s->decision.rejected)
            reasons_add(&rejected, s->name, 0, "", s->why);
    }
    tell(to, &absent, "absent", colour);
    tell(to, &rejected, "rejected", colour);
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        if (s->answered && !s->decision.rejected &&
            strcmp(s->why, filter_why_name(FILTER_ACCEPTED)) != 0)
            page_addf(to, "kept      %s, though abnormal: %s\n", s->name, s->why);
    }
}

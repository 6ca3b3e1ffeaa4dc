/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what became of the slaves of a result. */
#include "report/result.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ledger/credits.h"
#include "report/result_private.h"
#include "report/text.h"
#include "util/reasons.h"

void report_slaves(struct buf *to, const struct result *r, const uint64_t *credits, bool colour)
{
    char name[REPORT_SAFE], credit[CREDITS_TEXT];

    if (result_is_work(r)) {
        report_ranges(to, r, credits, colour);
        return;
    }
    buf_addf(to, "  %-28s %10s %9s %6s %8s  %-9s%s\n", "slave", "items", "history P", "stake",
             "score", "decision", credits ? "    credits" : "");
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        bool rejected = s->answered && s->decision.rejected;
        buf_addf(to, "  %s%-28s %10" PRIu64 " %9.4g %6.3f ", rejected ? report_red(colour) : "",
                 report_safe(name, s->name), s->items, s->weight, s->share);
        if (s->answered && !isnan(s->decision.score))
            buf_addf(to, "%8.3f  ", s->decision.score);
        else
            buf_addf(to, "%8s  ", "-");
        buf_addf(to, "%-9s", !s->answered ? "absent" : rejected ? "REJECTED" : "accepted");
        if (credits)
            buf_addf(to, " %10s", credits_format(credit, credits[k]));
        buf_addf(to, "%s\n", rejected ? report_plain(colour) : "");
    }
}

/* Appends a line for each reason, and empties them. */
static void tell(struct buf *to, struct reasons *list, const char *word, bool colour)
{
    for (size_t i = 0; i < list->count && !list->failed; i++) {
        buf_addf(to, "%s%s%s%*s", report_red(colour), word, report_plain(colour),
                 10 - (int)strlen(word), "");
        reasons_tell(to, &list->list[i], "", REPORT_SAFE);
        buf_addc(to, '\n');
    }
    to->failed |= list->failed;
    reasons_free(list);
}

void report_rejections(struct buf *to, const struct result *r, bool colour)
{
    char name[REPORT_SAFE], why[REPORT_SAFE], node[REPORT_SAFE];
    struct reasons absent = {0}, rejected = {0};

    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        report_safe(name, s->name);
        if (!s->answered && s->trouble[0])
            reasons_add(&absent, name, k + 1, report_safe(node, s->node ? s->node : ""),
                        report_safe(why, s->trouble));
        else if (s->answered && s->decision.rejected)
            reasons_add(&rejected, name, 0, "", report_safe(why, s->why));
    }
    tell(to, &absent, "absent", colour);
    tell(to, &rejected, "rejected", colour);
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        if (s->answered && !s->decision.rejected &&
            strcmp(s->why, filter_why_name(FILTER_ACCEPTED)) != 0)
            buf_addf(to, "kept      %s, though abnormal: %s\n", report_safe(name, s->name),
                     report_safe(why, s->why));
    }
}

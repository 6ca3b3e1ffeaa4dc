/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how much of the data is in an answer. */
#include "report/share.h"

#include <inttypes.h>

void report_share(struct page *to, const struct share *s, bool work)
{
    const char *unit = work ? "units" : "items";

    page_addf(to, "%" PRIu64 " of %" PRIu64 " %s (%g %%) are in the answer", s->in, s->known, unit,
              share_percent(s->known ? (double)s->in / (double)s->known : 0));
    if (s->unknown > 0)
        page_addf(to, "; how many %s %" PRIu64 " of the %" PRIu64 " %s have is not known", unit,
                  s->unknown, s->slaves, work ? "ranges" : "slaves");
    page_addf(to, "\n");
}

void report_share_json(struct json_page *j, const char *key, const struct share *s)
{
    json_page_object(j, key);
    json_page_count(j, "in_answer", s->in);
    json_page_count(j, "claimed", s->known);
    json_page_count(j, "slaves_unknown", s->unknown);
    json_page_number(j, "share", share_fraction(s));
    json_page_count(j, "rejected", s->rejected);
    json_page_number(j, "rejected_share", share_rejected(s));
    json_page_boolean(j, "rejected_much", share_rejected(s) > SHARE_REJECTED_MUCH);
    json_page_end(j);
}

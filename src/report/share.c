/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how much of the data is in an answer. */
#include "report/share.h"

#include <inttypes.h>

void report_share(struct buf *to, const struct share *s, bool work)
{
    const char *unit = work ? "units" : "items";

    buf_addf(to, "%" PRIu64 " of %" PRIu64 " %s (%g %%) are in the answer", s->in, s->known, unit,
             share_percent(s->known ? (double)s->in / (double)s->known : 0));
    if (s->unknown > 0)
        buf_addf(to, "; how many %s %" PRIu64 " of the %" PRIu64 " %s have is not known", unit,
                 s->unknown, s->slaves, work ? "ranges" : "slaves");
    buf_addc(to, '\n');
}

json_t *report_share_json(const struct share *s)
{
    return json_pack("{s:I,s:I,s:I,s:f}", "in_answer", (json_int_t)s->in, "claimed",
                     (json_int_t)s->known, "slaves_unknown", (json_int_t)s->unknown, "share",
                     share_fraction(s));
}

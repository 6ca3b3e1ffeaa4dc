/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a result together from its parts. */
#include "report/result.h"

#include "report/share.h"
#include "report/text.h"

void report_provenance(struct buf *to, const struct result *r, const char *prefix)
{
    char text[REPORT_SAFE];
    size_t answered, rejected;
    struct share share;

    result_count(r, &answered, &rejected);
    result_share(r, &share);
    buf_addf(to, "%stitle      %s\n", prefix, report_safe(text, r->title));
    buf_addf(to, "%scontract   %s\n", prefix, report_safe(text, r->id));
    buf_addf(to, "%srun        %s in ledger ", prefix, report_safe(text, r->run));
    buf_addf(to, "%s\n%sfunction   ", report_safe(text, r->origin), prefix);
    buf_addf(to, "%s\n", report_safe(text, r->function));
    buf_addf(to, "%s%s %zu of %zu answered, %zu rejected by %s\n", prefix,
             result_is_work(r) ? "ranges    " : "slaves    ", answered, r->slaves, rejected,
             report_safe(text, r->method));
    buf_addf(to, "%sanswer     ", prefix);
    report_share(to, &share, result_is_work(r));
    buf_addf(to, "%stime       %s to ", prefix, report_safe(text, r->started));
    buf_addf(to, "%s\n", report_safe(text, r->finished));
    buf_addf(to, "%swith       %s\n", prefix, report_safe(text, r->version));
}

void report_result(struct buf *to, const struct result *r, const struct report_parts *parts,
                   const struct report_drain *drain)
{
    report_provenance(to, r, "");
    buf_addc(to, '\n');
    if (parts->slaves) {
        report_slaves(to, r, NULL, parts->colour);
        buf_addc(to, '\n');
        report_rejections(to, r, parts->colour);
        buf_addc(to, '\n');
    }
    if (parts->rounds) {
        report_rounds(to, r);
        buf_addc(to, '\n');
    }
    report_arrays(to, parts->unfiltered ? &r->all : &r->accepted, drain);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a run came to, or would do. */
#include "report/run.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/credits.h"
#include "report/json.h"
#include "report/result_private.h"
#include "report/share.h"
#include "report/text.h"
#include "util/text.h"

void report_plan(struct buf *to, char *plan, size_t problems)
{
    report_lines(to, plan);
    if (!problems)
        buf_adds(to, "no problem seen\n");
}

/* Notes on the data, a line each. */
static void add_notes(struct buf *to, const struct engine_report *report)
{
    char safe[REPORT_SAFE], line[REPORT_SAFE];
    struct buf text = {0};
    size_t len;

    report_notes_of(&text, report);
    const char *notes = text.len ? text.data : "";
    for (const char *note; (note = text_line(&notes, &len));) {
        snprintf(line, sizeof line, "%.*s", (int)len, note);
        buf_addf(to, "note      %s\n", report_safe(safe, line));
    }
    buf_free(&text);
}

void report_run(struct buf *to, const struct engine_options *o, const struct engine_report *report,
                bool is_default, bool colour)
{
    const struct result *r = report->result;
    char credits[CREDITS_TEXT], title[REPORT_SAFE];
    size_t answered, rejected;
    struct share share;

    result_count(r, &answered, &rejected);
    result_share(r, &share);
    if (report->shown)
        buf_addf(to,
                 "this contract is settled already; this is its result (--again for a new run)\n");
    if (report->resumed)
        buf_addf(to, "resumed: results that had been submitted before were not computed again\n");
    buf_addf(to, "%s\n  contract %s\n  run %s in ledger %s%s\n\n", report_safe(title, r->title),
             r->id, r->run, o->ledger, is_default ? " (the default place)" : "");
    report_slaves(to, r, report->credits, colour);
    buf_addc(to, '\n');
    report_rejections(to, r, colour);
    add_notes(to, report);
    if (r->model_length > 0)
        buf_addf(to, "rounds    %" PRIu64 ": %s\n", r->round,
                 r->converged ? "converged" : "not converged");
    buf_addf(to, "settled   %zu of %zu %s, %zu rejected; %s MNT of credits\n", answered, r->slaves,
             result_is_work(r) ? "ranges are in" : "slaves answered", rejected,
             credits_format(credits, report->emission));
    buf_addf(to, "result    %s   (metaneuron result show %s)\nanswer    ", o->out, o->out);
    report_share(to, &share, result_is_work(r));
}

void report_run_json(struct buf *to, const struct engine_report *report,
                     const struct report_drain *drain)
{
    report_add_json(to, report_result_document(report->result, report), drain);
}

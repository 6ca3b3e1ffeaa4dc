/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a run came to, or would do. */
#include "report/run.h"

#include <inttypes.h>

#include "ledger/fold/credits.h"
#include "report/judgement.h"
#include "report/result_private.h"
#include "report/share.h"
#include "util/text.h"

/* Notes on the data, a line each. */
static void add_notes(struct page *to, const struct engine_report *report)
{
    struct page text = {0};
    size_t len;

    report_notes_of(&text, report);
    const char *notes = page_text(&text);
    for (const char *note; (note = text_line(&notes, &len));)
        page_addf(to, "note      %.*s\n", (int)len, note);
    if (page_failed(&text))
        page_fail(to);
    page_free(&text);
}

/* Of a run with shards: what its ranks have sent and received, the least that it could be, and the
 * most memory that they had. */
static void add_ranks(struct page *to, const struct engine_report *report)
{
    enum { SHOWN = 16 };

    for (size_t r = 0; r < report->ranks_count && r < SHOWN; r++) {
        const struct engine_rank *x = &report->ranks[r];
        page_addf(to,
                  "%s rank %zu sent %.1f MB (at least %.1f), received %.1f MB (at least %.1f), had "
                  "%.0f MB of memory at most\n",
                  r ? "         " : "shards   ", r, (double)x->sent / 1e6,
                  (double)x->least_sent / 1e6, (double)x->received / 1e6,
                  (double)x->least_received / 1e6, (double)x->peak / 1e6);
    }
    if (report->ranks_count > SHOWN)
        page_addf(to, "          and %zu ranks more\n", report->ranks_count - SHOWN);
}

void report_run(struct page *to, const struct engine_options *o, const struct engine_report *report,
                bool is_default, bool colour)
{
    const struct report_keys keys = {"", 10};
    const struct result *r = report->result;
    char credits[CREDITS_TEXT];
    size_t answered, rejected;
    struct share share;

    result_count(r, &answered, &rejected);
    result_share(r, &share);
    if (report->shown)
        page_addf(to,
                  "this contract is settled already; this is its result (--again for a new run)\n");
    if (report->resumed)
        page_addf(to, "resumed: results that had been submitted before were not computed again\n");
    page_addf(to, "%s\n  contract %s\n  run %s in ledger %s%s\n\n", r->title, r->id, r->run,
              o->ledger, is_default ? " (the default place)" : "");
    report_slaves(to, r, report->credits, colour);
    page_addf(to, "\n");
    report_rejections(to, r, colour);
    report_judgement(to, &keys, r, true);
    add_notes(to, report);
    if (r->part > 0)
        page_addf(to,
                  "part      of round %" PRIu64 ": the state of this centre, neither updated nor "
                  "finished\n",
                  r->part);
    else if (r->model_length > 0)
        page_addf(to, "rounds    %" PRIu64 ": %s\n", r->round,
                  r->converged ? "converged" : "not converged");
    page_addf(to, "%s   %zu of %zu %s, %zu rejected; ",
              report->stopped.code != ERR_NONE ? "stopped" : "settled", answered, r->slaves,
              result_is_work(r) ? "ranges are in" : "slaves answered", rejected);
    if (report->stopped.code != ERR_NONE)
        page_addf(to, "nothing is settled yet\n");
    else
        page_addf(to, "%s MNT of credits\n", credits_format(credits, report->emission));
    add_ranks(to, report);
    page_addf(to, "result    %s   (metaneuron result show %s)\nanswer    ", o->out, o->out);
    report_share(to, &share, result_is_work(r));
    report_left_out(to, &keys, &share, result_is_work(r));
}

void report_run_json(struct page *to, const struct engine_report *report)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    report_result_members(&j, report->result, report);
    json_page_end(&j);
}

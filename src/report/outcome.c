/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a filter makes of the rows of a matrix. */
#include "report/outcome.h"

#include <math.h>

#include "report/json.h"

void report_outcome(struct buf *to, enum filter_method method, const struct filter_outcome *out,
                    size_t n, const struct report_drain *drain)
{
    size_t rejected = 0;

    buf_addf(to, "%8s %24s  %-9s why\n", "row", "score", "decision");
    for (size_t i = 0; i < n; i++) {
        const struct filter_decision *x = &out->decisions[i];
        rejected += x->rejected;
        buf_addf(to, "%8zu %24.17g  %-9s %s\n", i, x->score, x->rejected ? "REJECTED" : "accepted",
                 x->why == FILTER_ACCEPTED ? "" : filter_why_name(x->why));
        report_flow(drain, to);
    }
    buf_addf(to, "%s: %zu of %zu rows rejected", filter_method_name(method), rejected, n);
    if (!isnan(out->threshold))
        buf_addf(to, ", threshold %g", out->threshold);
    buf_addc(to, '\n');
}

void report_outcome_json(struct buf *to, enum filter_method method,
                         const struct filter_outcome *out, size_t n,
                         const struct report_drain *drain)
{
    json_t *scores = json_array(), *rejected = json_array(), *why = json_array();

    for (size_t i = 0; i < n; i++) {
        json_array_append_new(scores, report_number(out->decisions[i].score));
        json_array_append_new(why, json_string(filter_why_name(out->decisions[i].why)));
        if (out->decisions[i].rejected)
            json_array_append_new(rejected, json_integer((json_int_t)i));
    }
    report_add_json(to,
                    json_pack("{s:s,s:o,s:o,s:o,s:o}", "method", filter_method_name(method),
                              "threshold", report_number(out->threshold), "scores", scores,
                              "rejected", rejected, "why", why),
                    drain);
}

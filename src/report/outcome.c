/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a filter makes of the rows of a matrix. */
#include "report/outcome.h"

#include <math.h>

#include "util/json_page.h"

void report_outcome(struct page *to, enum filter_method method, const struct filter_outcome *out,
                    size_t n)
{
    size_t rejected = 0;

    page_addf(to, "%8s %24s  %-9s why\n", "row", "score", "decision");
    for (size_t i = 0; i < n; i++) {
        const struct filter_decision *x = &out->decisions[i];
        rejected += x->rejected;
        page_addf(to, "%8zu %24.17g  %-9s %s\n", i, x->score, x->rejected ? "REJECTED" : "accepted",
                  x->why == FILTER_ACCEPTED ? "" : filter_why_name(x->why));
    }
    page_addf(to, "%s: %zu of %zu rows rejected", filter_method_name(method), rejected, n);
    if (!isnan(out->threshold))
        page_addf(to, ", threshold %g", out->threshold);
    page_addf(to, "\n");
}

void report_outcome_json(struct page *to, enum filter_method method,
                         const struct filter_outcome *out, size_t n)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "method", filter_method_name(method));
    json_page_number(&j, "threshold", out->threshold);
    json_page_list(&j, "scores");
    for (size_t i = 0; i < n; i++)
        json_page_number(&j, NULL, out->decisions[i].score);
    json_page_end(&j);
    json_page_list(&j, "rejected");
    for (size_t i = 0; i < n; i++)
        if (out->decisions[i].rejected)
            json_page_count(&j, NULL, i);
    json_page_end(&j);
    json_page_list(&j, "why");
    for (size_t i = 0; i < n; i++)
        json_page_text(&j, NULL, filter_why_name(out->decisions[i].why));
    json_page_end(&j);
    json_page_end(&j);
}

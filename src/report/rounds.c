/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how the rounds of an iterative contract went. */
#include "report/result.h"

#include <math.h>

static bool is_scalar(const struct result_array *x)
{
    return x->rows * x->columns == 1;
}

void report_rounds(struct page *to, const struct result *r)
{
    const struct result_arrays *last = &r->accepted;
    size_t answered, rejected;

    page_addf(to, "  %5s %8s %8s", "round", "answered", "rejected");
    for (size_t i = 0; i < last->count && !result_is_stateless(r); i++)
        if (is_scalar(&last->list[i]))
            page_addf(to, " %16.16s", last->list[i].name);
    page_addf(to, "\n");
    for (size_t t = 0; t <= r->past_count; t++) {
        const struct result *round = result_round(r, t);
        result_count(round, &answered, &rejected);
        page_addf(to, "  %5zu %8zu %8zu", t + 1, answered, rejected);
        for (size_t i = 0; i < last->count && !result_is_stateless(r); i++) { /* only of the last */
            const struct result_array *x = result_find(&round->accepted, last->list[i].name);
            if (is_scalar(&last->list[i]))
                page_addf(to, " %16.8g", x ? x->values[0] : (double)NAN);
        }
        page_addf(to, "\n");
    }
    if (r->part == 0)
        page_addf(to, "  %s\n", r->converged ? "converged" : "not converged");
}

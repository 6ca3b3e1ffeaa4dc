/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what has happened to rows before a function saw them. */
#include "report/result_private.h"

#include <inttypes.h>

#include "engine/result/preparation.h"

/* The first counts, which make a sentence. */
enum { ROWS = 0, LEFT_OUT = 1, UNKNOWN = 2, INCOMPLETE = 3, HEAD = 4 };

static void add_counts(struct page *to, const struct result_preparation *p, const char *name,
                       const uint64_t *n)
{
    page_addf(to,
              "  %s: %" PRIu64 " rows, %" PRIu64 " left out (%" PRIu64 " unknown), %" PRIu64
              " incomplete, %" PRIu64 " came out\n",
              name, n[ROWS], n[LEFT_OUT], n[UNKNOWN], n[INCOMPLETE],
              n[ROWS] - n[LEFT_OUT] - n[INCOMPLETE]);
    for (size_t i = HEAD; i < p->counts; i++)
        if (n[i] > 0)
            page_addf(to, "    %s: %" PRIu64 "\n", p->names[i], n[i]);
}

void report_preparation(struct page *to, const struct result *r)
{
    const struct result_preparation *p = &r->preparation;

    page_addf(to, "preparation, as the slaves have counted; what is not told of is 0\n");
    if (p->counts == 0)
        page_addf(to, "  nothing is known: no columns are made, or no count may be told\n");
    for (size_t k = 0; p->counts > 0 && k < r->slaves; k++) {
        const uint64_t *counts = preparation_of(r, k);
        if (counts)
            add_counts(to, p, r->slave[k].name, counts);
        else
            page_addf(to, "  %s: not told\n", r->slave[k].name);
    }
}

void report_preparation_json(struct json_page *j, const struct result *r)
{
    const struct result_preparation *p = &r->preparation;

    if (p->counts == 0)
        return;
    json_page_object(j, "preparation");
    json_page_list(j, "names");
    for (size_t i = 0; i < p->counts; i++)
        json_page_text(j, NULL, p->names[i]);
    json_page_end(j);
    json_page_list(j, "counts"); /* of each slave; empty where it has told none */
    for (size_t k = 0; k < r->slaves; k++) {
        const uint64_t *counts = preparation_of(r, k);
        json_page_list(j, NULL);
        for (size_t i = 0; counts && i < p->counts; i++)
            json_page_count(j, NULL, counts[i]);
        json_page_end(j);
    }
    json_page_end(j);
    json_page_end(j);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells who has earned what. */
#include "report/ledger.h"

#include <inttypes.h>

#include "ledger/fold/credits.h"
#include "util/json_page.h"

void report_balances(struct page *to, const struct accounts *a)
{
    char text[CREDITS_TEXT];
    uint64_t held = 0;

    page_addf(to, "%-40s %18s %16s %9s %11s\n", "account", "MNT", "items", "rejected",
              "node-hours");
    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        held += x->credits;
        page_addf(to, "%-40s %18s %16" PRIu64 " %9" PRIu64 " %11.4f\n", x->name,
                  credits_format(text, x->credits), x->items, x->rejections, x->seconds / 3600);
    }
    page_addf(to, "%-40s %18s\n", "held by all", credits_format(text, held));
    page_addf(to, "%-40s %18s\n", "still to be earned", credits_format(text, a->left));
    page_addf(to, "%-40s %18s%s\n", "supply", credits_format(text, a->supply),
              held + a->left == a->supply ? "" : "  DOES NOT ADD UP");
}

void report_balances_json(struct page *to, const struct accounts *a)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_list(&j, "accounts");
    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        json_page_object(&j, NULL);
        json_page_text(&j, "account", x->name);
        json_page_count(&j, "credits", x->credits);
        json_page_count(&j, "items", x->items);
        json_page_count(&j, "rejections", x->rejections);
        json_page_number(&j, "node_hours", x->seconds / 3600);
        json_page_end(&j);
    }
    json_page_end(&j);
    json_page_count(&j, "left", a->left);
    json_page_count(&j, "supply", a->supply);
    json_page_end(&j);
}

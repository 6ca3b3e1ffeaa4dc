/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells who has earned what. */
#include "report/ledger.h"

#include <inttypes.h>

#include "ledger/credits.h"
#include "report/json.h"
#include "util/text.h"

void report_balances(struct buf *to, const struct accounts *a)
{
    char text[CREDITS_TEXT], name[RECORD_MOST];
    uint64_t held = 0;

    buf_addf(to, "%-40s %18s %16s %9s %11s\n", "account", "MNT", "items", "rejected", "node-hours");
    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        held += x->credits;
        buf_addf(to, "%-40s %18s %16" PRIu64 " %9" PRIu64 " %11.4f\n",
                 text_printable(name, sizeof name, x->name), credits_format(text, x->credits),
                 x->items, x->rejections, x->seconds / 3600);
    }
    buf_addf(to, "%-40s %18s\n", "held by all", credits_format(text, held));
    buf_addf(to, "%-40s %18s\n", "still to be earned", credits_format(text, a->left));
    buf_addf(to, "%-40s %18s%s\n", "supply", credits_format(text, a->supply),
             held + a->left == a->supply ? "" : "  DOES NOT ADD UP");
}

void report_balances_json(struct buf *to, const struct accounts *a)
{
    json_t *list = json_array();
    char name[RECORD_MOST];

    for (size_t i = 0; i < a->count; i++) {
        const struct account *x = &a->list[i];
        json_array_append_new(list, json_pack("{s:s,s:I,s:I,s:I,s:o}", "account",
                                              text_printable(name, sizeof name, x->name), "credits",
                                              (json_int_t)x->credits, "items", (json_int_t)x->items,
                                              "rejections", (json_int_t)x->rejections, "node_hours",
                                              report_number(x->seconds / 3600)));
    }
    report_add_json(to,
                    json_pack("{s:o,s:I,s:I}", "accounts", list, "left", (json_int_t)a->left,
                              "supply", (json_int_t)a->supply),
                    NULL);
}

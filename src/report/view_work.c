/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how the slaves of a contract without data stand. */
#include "report/view_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/colour.h"
#include "report/result_private.h"

enum { ROWS = 28 }; /* with what stands above them, less than a screen */

bool report_is_work(const struct view *v)
{
    for (size_t k = 0; k < v->count; k++)
        if (result_range(v->slaves[k].name))
            return true;
    return false;
}

void report_view_work(struct page *to, const struct view *v, bool colour)
{
    struct report_total *rows = calloc(v->count, sizeof *rows);
    size_t n = 0;

    for (size_t k = 0; rows && k < v->count; k++) {
        const struct view_slave *s = &v->slaves[k];
        bool own = s->name[0] && s->partition == 0 && !result_range(s->name);
        bool in = s->part == VIEW_ANSWERED || s->part == VIEW_ACCEPTED || s->part == VIEW_REJECTED;
        if (!own && (!in || !result_range(s->name)))
            continue;
        struct report_total *r = report_total_of(rows, &n, s->name);
        r->node = s->node[0] ? s->node : r->node;
        if (own) {
            r->why = s->why;
            continue;
        }
        r->ranges++;
        r->units += s->items;
        r->seconds += isnan(s->seconds) ? 0 : s->seconds;
        r->confirmed += s->known && s->known->confirmed;
        r->rejected += s->part == VIEW_REJECTED;
    }
    page_addf(to, "  %-26s %-12s %8s %12s %12s %10s %9s\n", "slave", "node", "ranges", "units",
              "rate", "confirmed", "rejected");
    for (size_t i = 0; i < n && i < ROWS; i++) {
        const struct report_total *r = &rows[i];
        bool red = colour && r->rejected > 0;
        page_addf(to, "  ");
        report_red(to, red);
        page_addf(to, "%-26s %-12s %8zu %12" PRIu64, r->name, r->node, r->ranges, r->units);
        if (r->seconds > 0)
            page_addf(to, " %8.3g u/s", (double)r->units / r->seconds);
        else
            page_addf(to, " %12s", "-");
        page_addf(to, " %10zu %9zu  %.120s", r->confirmed, r->rejected, r->why);
        report_plain(to, red);
        page_addf(to, "\n");
    }
    if (n > ROWS)
        page_addf(to, "  … and %zu more (--json)\n", n - ROWS);
    free(rows);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cli/status_work.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "util/text.h"

enum { ROWS = 28 }; /* with what stands above them, less than a screen */

/* What a slave of a contract without data has done, over its ranges. */
struct work_row {
    char name[160];
    const char *node, *why;
    size_t ranges, confirmed, rejected;
    uint64_t units;
    double seconds;
};

static struct work_row *work_row_of(struct work_row *rows, size_t *n, const struct view_slave *s)
{
    char name[160];

    result_slave_name(s->name, name);
    for (size_t i = 0; i < *n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    struct work_row *r = &rows[(*n)++];
    memcpy(r->name, name, sizeof name);
    r->node = r->why = "";
    return r;
}

bool status_is_work(const struct view *v)
{
    for (size_t k = 0; k < v->count; k++)
        if (result_range(v->slaves[k].name))
            return true;
    return false;
}

void status_print_work(const struct view *v, bool colour)
{
    struct work_row *rows = calloc(v->count, sizeof *rows);
    char text[600];
    size_t n = 0;

    for (size_t k = 0; rows && k < v->count; k++) {
        const struct view_slave *s = &v->slaves[k];
        bool own = s->name[0] && s->partition == 0 && !result_range(s->name);
        bool in = s->part == VIEW_ANSWERED || s->part == VIEW_ACCEPTED || s->part == VIEW_REJECTED;
        if (!own && (!in || !result_range(s->name)))
            continue;
        struct work_row *r = work_row_of(rows, &n, s);
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
    printf("  %-26s %-12s %8s %12s %12s %10s %9s\n", "slave", "node", "ranges", "units", "rate",
           "confirmed", "rejected");
    for (size_t i = 0; i < n && i < ROWS; i++) {
        const struct work_row *r = &rows[i];
        bool red = colour && r->rejected > 0;
        printf("  %s%-26s ", red ? "\033[31m" : "", text_printable(text, sizeof text, r->name));
        printf("%-12s %8zu %12" PRIu64, text_printable(text, sizeof text, r->node), r->ranges,
               r->units);
        if (r->seconds > 0)
            printf(" %8.3g u/s", (double)r->units / r->seconds);
        else
            printf(" %12s", "-");
        printf(" %10zu %9zu  %.120s%s\n", r->confirmed, r->rejected,
               text_printable(text, sizeof text, r->why), red ? "\033[0m" : "");
    }
    if (n > ROWS)
        printf("  … and %zu more (--json)\n", n - ROWS);
    free(rows);
}

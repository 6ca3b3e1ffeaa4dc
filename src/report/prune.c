/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells of abandoned runs, and what was removed of them. */
#include "report/prune.h"

#include <inttypes.h>

#include "util/clock.h"
#include "util/json_page.h"
#include "util/parse.h"

void report_abandoned(struct page *to, const struct prune *p)
{
    char when[CLOCK_ISO], size[NUMBER_TEXT];

    for (size_t i = 0; i < p->count; i++) {
        const struct prune_run *r = &p->list[i];
        page_addf(to, "run %s of contract %.16s…: last record %s, %" PRIu64 " files, %s%s\n",
                  r->key, r->contract, clock_iso(when, r->last_us), r->files,
                  format_size(size, (double)r->bytes), r->pruned ? " (left by a pruning)" : "");
    }
    page_addf(to, "%zu abandoned runs, %" PRIu64 " files, %s\n", p->count, p->files,
              format_size(size, (double)p->bytes));
}

void report_pruned(struct page *to, const struct prune *p, const bool *removed)
{
    uint64_t files = 0, bytes = 0;
    char size[NUMBER_TEXT];
    size_t runs = 0;

    for (size_t i = 0; i < p->count; i++) {
        runs += removed[i];
        files += removed[i] ? p->list[i].files : 0;
        bytes += removed[i] ? p->list[i].bytes : 0;
        if (!removed[i])
            page_addf(to, "run %s is being worked on again: it is left\n", p->list[i].key);
    }
    page_addf(to, "removed %" PRIu64 " files of %zu runs, %s\n", files, runs,
              format_size(size, (double)bytes));
}

void report_pruned_json(struct page *to, const struct prune *p, const bool *removed)
{
    struct json_page j = {.to = to};

    json_page_list(&j, NULL);
    for (size_t i = 0; i < p->count; i++) {
        const struct prune_run *r = &p->list[i];
        json_page_object(&j, NULL);
        json_page_text(&j, "run", r->key);
        json_page_text(&j, "contract", r->contract);
        json_page_number(&j, "last", (double)r->last_us * 1e-6);
        json_page_count(&j, "files", r->files);
        json_page_count(&j, "bytes", r->bytes);
        json_page_boolean(&j, "removed", removed && removed[i]);
        json_page_end(&j);
    }
    json_page_end(&j);
}

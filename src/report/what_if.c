/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what would have come out with other decisions, beside what did. */
#include "report/what_if.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/result_private.h"

/* Appends the names of those whose decision was turned, if there are any. */
static void add_turned(struct page *to, const struct result *r, const struct what_if *w,
                       bool rejected, const char *words)
{
    size_t n = 0;

    for (size_t k = 0; k < r->slaves; k++)
        if (w->changed[k] && r->slave[k].decision.rejected == rejected)
            page_addf(to, "%s%s", n++ ? ", " : words, r->slave[k].name);
}

static void add_label(struct page *to, char **labels, size_t i)
{
    if (labels)
        page_addf(to, "  %-26s", labels[i]);
    else
        page_addf(to, "  %-26zu", i);
}

/* A row for each value of arrays of one column. */
static void add_column(struct page *to, const struct result_array *now,
                       const struct result_array *then)
{
    page_addf(to, "  %-26s %14s %14s %14s\n", "", "now", "then", "change");
    for (size_t i = 0; i < then->rows; i++) {
        add_label(to, then->row_labels, i);
        page_addf(to, " %14.8g %14.8g %+14.4g\n", now->values[i], then->values[i],
                  then->values[i] - now->values[i]);
    }
}

static void add_rows(struct page *to, const struct result_array *x, const char *when)
{
    page_addf(to, "  %s\n", when);
    for (size_t row = 0; row < x->rows; row++) {
        add_label(to, x->row_labels, row);
        for (size_t column = 0; column < x->columns; column++)
            page_addf(to, " %14.8g", x->values[row * x->columns + column]);
        page_addf(to, "\n");
    }
}

static bool same_shape(const struct result_array *a, const struct result_array *b)
{
    if (a->rows != b->rows || a->columns != b->columns || !a->row_labels != !b->row_labels)
        return false;
    for (size_t i = 0; a->row_labels && i < a->rows; i++)
        if (strcmp(a->row_labels[i], b->row_labels[i]) != 0)
            return false;
    return true;
}

void report_what_if(struct page *to, const struct result *r, const struct what_if *w)
{
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    page_addf(to,
              "%s\n  run %s\n  now   %zu of %zu results are in the answer\n  then  %zu, of %" PRIu64
              " items",
              r->title, r->run, answered - rejected, answered, w->merged, w->items);
    add_turned(to, r, w, true, ", with ");
    add_turned(to, r, w, false, ", without ");
    page_addf(to, "\nNothing is changed by this: it is what would have come out%s.\n",
              r->round > 1 ? " of the last round; those before it, and what they have led to, stay "
                             "as they were"
                           : "");
    for (size_t i = 0; i < w->arrays.count; i++) {
        const struct result_array *then = &w->arrays.list[i];
        const struct result_array *now = result_find(&r->accepted, then->name);
        page_addf(to, "\n%s: %s\n", then->name, then->help);
        if (now && same_shape(now, then) && then->columns == 1) {
            add_column(to, now, then);
            continue;
        }
        if (now)
            add_rows(to, now, "now");
        add_rows(to, then, "then");
    }
}

static void add_names(struct json_page *j, const char *key, const struct result *r,
                      const struct what_if *w, bool rejected)
{
    json_page_list(j, key);
    for (size_t k = 0; k < r->slaves; k++)
        if (w->changed[k] && r->slave[k].decision.rejected == rejected)
            json_page_text(j, NULL, r->slave[k].name);
    json_page_end(j);
}

void report_what_if_json(struct page *to, const struct result *r, const struct what_if *w)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "run", r->run);
    json_page_text(&j, "contract", r->id);
    add_names(&j, "accepted", r, w, true);
    add_names(&j, "rejected", r, w, false);
    json_page_count(&j, "results", w->merged);
    json_page_count(&j, "items", w->items);
    report_arrays_json(&j, "now", &r->accepted);
    report_arrays_json(&j, "then", &w->arrays);
    json_page_end(&j);
}

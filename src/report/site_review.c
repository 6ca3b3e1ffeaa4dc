/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells which numbers would leave a centre, and who could derive what of them. */
#include "report/site_private.h"

#include <inttypes.h>

#include "util/parse.h"

enum { LINE = 4 }; /* numbers a line */

/* All of them, in full: c of those that are counts. */
static void add_state(struct page *to, const struct site_review *r)
{
    char text[NUMBER_TEXT];

    page_addf(to, "\nthe %zu numbers%s\n", r->length, r->counts ? " (c: a count of rows)" : "");
    for (size_t i = 0; i < r->length; i++) {
        page_addf(to, "%s %24s%s", i % LINE ? "" : " ", format_double(text, r->state[i]),
                  r->counts ? r->counts[i] ? "c" : " " : "");
        if ((i + 1) % LINE == 0 || i + 1 == r->length)
            page_addf(to, "\n");
    }
}

static void add_features(struct page *to, const struct site_review *r)
{
    char value[NUMBER_TEXT], error[NUMBER_TEXT];

    page_addf(to, "\n  %-40s %24s %24s\n", "feature, made of them", "value", "standard error");
    for (size_t i = 0; i < r->features; i++)
        page_addf(to, "  %-40s %24s %24s\n", r->feature_names[i],
                  format_double(value, r->values[i]), format_double(error, r->errors[i]));
}

/* What others can work out. */
static void add_derived(struct page *to, const struct site_review *r)
{
    const struct fed_run *run = r->c.run;

    page_addf(to, "derives   ");
    if (run->parties_count == 2)
        page_addf(to, "each of the two centres learns the other's numbers from the aggregate\n");
    else
        page_addf(to,
                  "%zu centres that put their numbers together learn the remaining one's from the "
                  "aggregate\n",
                  run->parties_count - 1);
    if (r->items > 0)
        page_addf(to, "          %.3g rows stand behind each number\n",
                  (double)r->items / (double)(r->length ? r->length : 1));
}

void report_review(struct page *to, const struct report_how *how, const struct site_review *r,
                   const struct report_findings *x)
{
    char key[RUN_HEX + 1];

    report_key(key, r->c.run);
    page_addf(to, "run       %s of %s, round %" PRIu64 ": %s\n", r->part.run, r->c.run->collector,
              r->part.round, r->c.contract->title);
    page_addf(to, "leaves    %zu numbers, and that they are of %" PRIu64 " rows of %s\n", r->length,
              r->items, r->part.data);
    report_who_sees(to, r->c.run);
    add_derived(to, r);
    add_features(to, r);
    add_state(to, r);
    page_addf(to, "\n");
    report_rules_lines(to, x);
    if (!report_denied(x)) {
        page_addf(to, "\nif they may leave:\n  ");
        report_command(to, how, "submit", key);
    }
}

static void add_numbers(struct json_page *j, const struct site_review *r)
{
    json_page_list(j, "state");
    for (size_t i = 0; i < r->length; i++)
        json_page_number(j, NULL, r->state[i]);
    json_page_end(j);
    if (r->counts) {
        json_page_list(j, "counts");
        for (size_t i = 0; i < r->length; i++)
            json_page_boolean(j, NULL, r->counts[i]);
        json_page_end(j);
    }
    json_page_list(j, "features");
    for (size_t i = 0; i < r->features; i++) {
        json_page_object(j, NULL);
        json_page_text(j, "name", r->feature_names[i]);
        json_page_number(j, "value", r->values[i]);
        json_page_number(j, "error", r->errors[i]);
        json_page_end(j);
    }
    json_page_end(j);
}

void report_review_json(struct page *to, const struct site *s, const struct site_review *r,
                        const struct report_findings *x)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "site", s->house.name);
    json_page_text(&j, "run", r->part.run);
    json_page_text(&j, "collector", r->c.run->collector);
    json_page_count(&j, "round", r->part.round);
    json_page_text(&j, "data", r->part.data);
    json_page_count(&j, "items", r->items);
    json_page_number(&j, "seconds", r->seconds);
    json_page_text(&j, "seal", r->c.run->seal);
    json_page_text(&j, "auditors", r->c.run->auditors);
    json_page_text(&j, "disclose", disclose_word(r->c.run->disclose));
    json_page_count(&j, "sites", r->c.run->parties_count);
    add_numbers(&j, r);
    json_page_boolean(&j, "allowed", !report_denied(x));
    report_rules_list(&j, x);
    json_page_end(&j);
}

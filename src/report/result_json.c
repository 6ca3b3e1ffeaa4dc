/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes one JSON document of a result. */
#include "report/result_private.h"

#include <stdlib.h>
#include <string.h>

#include "report/judgement.h"
#include "report/share.h"
#include "util/text.h"

static void add_labels(struct json_page *j, const char *key, char **labels, size_t n)
{
    if (!labels)
        return;
    json_page_list(j, key);
    for (size_t i = 0; i < n; i++)
        json_page_text(j, NULL, labels[i]);
    json_page_end(j);
}

/* A vector as a list; a matrix as a list of rows. */
static void add_values(struct json_page *j, const struct result_array *x)
{
    json_page_list(j, "values");
    for (size_t row = 0; row < x->rows; row++) {
        if (x->columns != 1)
            json_page_list(j, NULL);
        for (size_t column = 0; column < x->columns; column++)
            json_page_number(j, NULL, x->values[row * x->columns + column]);
        if (x->columns != 1)
            json_page_end(j);
    }
    json_page_end(j);
}

void report_arrays_json(struct json_page *j, const char *key, const struct result_arrays *a)
{
    json_page_object(j, key);
    for (size_t i = 0; i < a->count; i++) {
        const struct result_array *x = &a->list[i];
        json_page_object(j, x->name);
        json_page_text(j, "help", x->help);
        add_labels(j, "rows", x->row_labels, x->rows);
        add_labels(j, "columns", x->column_labels, x->columns);
        add_values(j, x);
        json_page_end(j);
    }
    json_page_end(j);
}

/* The estimate beside the merge, or why there is none. */
static void add_robust(struct json_page *j, const struct result *r)
{
    const struct result_robust *x = &r->robust;

    json_page_object(j, "robust");
    json_page_text(j, "method", x->method);
    json_page_number(j, "share", x->share);
    if (x->features) {
        add_labels(j, "features", r->feature_names, r->features);
        json_page_list(j, "values");
        for (size_t i = 0; i < r->features; i++)
            json_page_number(j, NULL, x->features[i]);
        json_page_end(j);
    } else {
        json_page_text(j, "why", x->why);
    }
    json_page_end(j);
}

static void add_slave(struct json_page *j, const struct result *r, size_t k,
                      const uint64_t *credits)
{
    const struct result_slave *s = &r->slave[k];

    json_page_object(j, NULL);
    json_page_text(j, "name", s->name);
    json_page_text(j, "node", s->node);
    json_page_boolean(j, "answered", s->answered);
    json_page_count(j, "items", s->items);
    json_page_number(j, "seconds", s->seconds);
    json_page_number(j, "weight", s->weight);
    json_page_number(j, "share", s->share);
    if (s->answered) {
        json_page_number(j, "score", s->decision.score);
        json_page_text(j, "decision", s->decision.rejected ? "rejected" : "accepted");
        json_page_text(j, "why", s->why);
        report_earlier_json(j, &s->earlier);
    } else {
        json_page_text(j, "trouble", s->trouble);
    }
    if (credits)
        json_page_count(j, "credits", credits[k]);
    json_page_end(j);
}

/* What passed between the master and the slaves. */
/* Of a run with shards: bytes that each rank has sent, received and used. */
static void add_ranks(struct json_page *j, const struct engine_report *report)
{
    if (report->ranks_count == 0)
        return;
    json_page_list(j, "rank");
    for (size_t r = 0; r < report->ranks_count; r++) {
        const struct engine_rank *x = &report->ranks[r];
        json_page_object(j, NULL);
        json_page_count(j, "sent", x->sent);
        json_page_count(j, "least_sent", x->least_sent);
        json_page_count(j, "received", x->received);
        json_page_count(j, "least_received", x->least_received);
        json_page_count(j, "peak", x->peak);
        json_page_end(j);
    }
    json_page_end(j);
}

static void add_traffic(struct json_page *j, const struct traffic *t)
{
    json_page_object(j, "messages");
    json_page_count(j, "sent", t->sent);
    json_page_count(j, "sent_bytes", t->sent_bytes);
    json_page_count(j, "received", t->received);
    json_page_count(j, "received_bytes", t->received_bytes);
    json_page_end(j);
}

/* Notes on the data, one string each. */
static void add_notes(struct json_page *j, const struct engine_report *report)
{
    struct page text = {0};
    size_t len;

    report_notes_of(&text, report);
    const char *notes = page_text(&text);
    json_page_list(j, "notes");
    for (const char *line; (line = text_line(&notes, &len));) {
        char *note = strndup(line, len);
        if (!note || page_failed(&text))
            page_fail(j->to);
        json_page_text(j, NULL, note);
        free(note);
    }
    json_page_end(j);
    page_free(&text);
}

void report_result_members(struct json_page *j, const struct result *r,
                           const struct engine_report *report)
{
    struct share share;

    result_share(r, &share);
    json_page_text(j, "title", r->title);
    json_page_text(j, "contract", r->id);
    json_page_text(j, "run", r->run);
    json_page_text(j, "origin", r->origin);
    json_page_text(j, "function", r->function);
    json_page_text(j, "started", r->started);
    json_page_text(j, "finished", r->finished);
    json_page_text(j, "version", r->version);
    json_page_integer(j, "ranks", r->ranks);
    json_page_text(j, "method", r->method);
    json_page_number(j, "threshold", r->threshold);
    if (r->cut[0]) {
        json_page_text(j, "cut", r->cut);
        json_page_number(j, "target_fpr", r->target_fpr);
    }
    if (r->part > 0)
        json_page_count(j, "part", r->part);
    report_share_json(j, "items", &share);
    report_judgement_json(j, r);
    json_page_list(j, "slaves");
    for (size_t k = 0; k < r->slaves; k++)
        add_slave(j, r, k, report ? report->credits : NULL);
    json_page_end(j);
    report_arrays_json(j, "aggregate", &r->accepted);
    report_arrays_json(j, "unfiltered", &r->all);
    if (r->robust.method[0])
        add_robust(j, r);
    report_preparation_json(j, r);
    if (!report)
        return;
    json_page_boolean(j, "shown", report->shown);
    json_page_boolean(j, "resumed", report->resumed);
    json_page_boolean(j, "stopped", report->stopped.code != ERR_NONE);
    add_notes(j, report);
    json_page_count(j, "emission", report->emission);
    add_traffic(j, &report->traffic);
    add_ranks(j, report);
}

void report_result_json(struct page *to, const struct result *r)
{
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    report_result_members(&j, r, NULL);
    json_page_end(&j);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes one JSON document of a result. */
#include "report/result_private.h"

#include "report/json.h"
#include "report/share.h"
#include "util/text.h"

/* Returns NULL if there are none. */
static json_t *labels_json(char **labels, size_t n)
{
    json_t *list = labels ? json_array() : NULL;

    for (size_t i = 0; labels && i < n; i++)
        json_array_append_new(list, json_string(labels[i]));
    return list;
}

/* A vector as a list; a matrix as a list of rows. */
static json_t *values_json(const struct result_array *x)
{
    json_t *list = json_array();

    for (size_t row = 0; row < x->rows; row++) {
        json_t *inner = x->columns == 1 ? list : json_array();
        for (size_t column = 0; column < x->columns; column++)
            json_array_append_new(inner, report_number(x->values[row * x->columns + column]));
        if (inner != list)
            json_array_append_new(list, inner);
    }
    return list;
}

static json_t *arrays_json(const struct result_arrays *a)
{
    json_t *object = json_object();

    for (size_t i = 0; i < a->count; i++) {
        const struct result_array *x = &a->list[i];
        json_t *array = json_pack(
            "{s:s,s:o*,s:o*,s:o}", "help", x->help, "rows", labels_json(x->row_labels, x->rows),
            "columns", labels_json(x->column_labels, x->columns), "values", values_json(x));
        json_object_set_new(object, x->name, array);
    }
    return object;
}

static json_t *slave_json(const struct result *r, size_t k, const uint64_t *credits)
{
    const struct result_slave *s = &r->slave[k];
    json_t *object =
        json_pack("{s:s,s:s,s:b,s:I,s:o,s:o,s:o}", "name", s->name, "node", s->node, "answered",
                  s->answered, "items", (json_int_t)s->items, "seconds", report_number(s->seconds),
                  "weight", report_number(s->weight), "share", report_number(s->share));

    if (s->answered) {
        json_object_set_new(object, "score", report_number(s->decision.score));
        json_object_set_new(object, "decision",
                            json_string(s->decision.rejected ? "rejected" : "accepted"));
        json_object_set_new(object, "why", json_string(s->why));
    } else {
        json_object_set_new(object, "trouble", json_string(s->trouble));
    }
    if (credits)
        json_object_set_new(object, "credits", json_integer((json_int_t)credits[k]));
    return object;
}

/* What passed between the master and the slaves. */
static json_t *traffic_json(const struct traffic *t)
{
    return json_pack("{s:I,s:I,s:I,s:I}", "sent", (json_int_t)t->sent, "sent_bytes",
                     (json_int_t)t->sent_bytes, "received", (json_int_t)t->received,
                     "received_bytes", (json_int_t)t->received_bytes);
}

/* Notes on the data, one string each. */
static json_t *notes_json(const struct engine_report *report)
{
    json_t *list = json_array();
    struct buf text = {0};
    size_t len;

    report_notes_of(&text, report);
    const char *notes = text.len ? text.data : "";
    for (const char *line; (line = text_line(&notes, &len));)
        json_array_append_new(list, json_stringn(line, len));
    buf_free(&text);
    return list;
}

json_t *report_result_document(const struct result *r, const struct engine_report *report)
{
    const uint64_t *credits = report ? report->credits : NULL;
    json_t *slaves = json_array();
    struct share share;

    result_share(r, &share);
    for (size_t k = 0; k < r->slaves; k++)
        json_array_append_new(slaves, slave_json(r, k, credits));
    json_t *document =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o,s:o,s:o,s:o,s:o}", "title",
                  r->title, "contract", r->id, "run", r->run, "origin", r->origin, "function",
                  r->function, "started", r->started, "finished", r->finished, "version",
                  r->version, "ranks", (json_int_t)r->ranks, "method", r->method, "threshold",
                  report_number(r->threshold), "items", report_share_json(&share), "slaves", slaves,
                  "aggregate", arrays_json(&r->accepted), "unfiltered", arrays_json(&r->all));
    if (report) {
        json_object_set_new(document, "shown", json_boolean(report->shown));
        json_object_set_new(document, "resumed", json_boolean(report->resumed));
        json_object_set_new(document, "notes", notes_json(report));
        json_object_set_new(document, "emission", json_integer((json_int_t)report->emission));
        json_object_set_new(document, "messages", traffic_json(&report->traffic));
    }
    return document;
}

void report_result_json(struct buf *to, const struct result *r, const struct report_drain *drain)
{
    report_add_json(to, report_result_document(r, NULL), drain);
}

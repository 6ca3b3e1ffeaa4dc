/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cli/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "engine/result/name.h"
#include "ledger/credits.h"
#include "util/text.h"

static const char *red(bool colour)
{
    return colour ? "\033[31m" : "";
}

static const char *plain(bool colour)
{
    return colour ? "\033[0m" : "";
}

/* Returns text in which a terminal finds nothing to obey. */
static const char *safe(char buffer[static 600], const char *text)
{
    return text_printable(buffer, 600, text);
}

/* What a slave of a contract without data did, over all of its ranges. */
struct total {
    char name[160];
    size_t ranges, confirmed, rejected;
    uint64_t items, credits;
    double seconds, weight, share;
};

static struct total *total_of(struct total *list, size_t *n, const struct result_slave *s)
{
    char name[160];

    result_slave_name(s->name, name);
    for (size_t i = *n; i > 0; i--)
        if (strcmp(list[i - 1].name, name) == 0)
            return &list[i - 1];
    struct total *t = &list[(*n)++];
    memcpy(t->name, name, sizeof name);
    t->weight = s->weight;
    return t;
}

static void print_totals(FILE *to, const struct result *r, const uint64_t *credits, bool colour)
{
    struct total *list = calloc(r->slaves, sizeof *list);
    char name[600], credit[CREDITS_TEXT];
    size_t n = 0;

    for (size_t k = 0; list && k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        struct total *t = total_of(list, &n, s);
        t->ranges++;
        t->confirmed += s->confirmed;
        t->rejected += s->decision.rejected;
        t->items += s->items;
        t->seconds += s->seconds;
        t->share += s->share;
        t->credits += credits ? credits[k] : 0;
    }
    fprintf(to, "  %-28s %8s %12s %9s %6s %9s %8s%s\n", "slave", "ranges", "units", "history P",
            "stake", "confirmed", "rejected", credits ? "    credits" : "");
    for (size_t i = 0; i < n; i++) {
        const struct total *t = &list[i];
        fprintf(to, "  %s%-28s %8zu %12" PRIu64 " %9.4g %6.3f %9zu %8zu",
                t->rejected ? red(colour) : "", safe(name, t->name), t->ranges, t->items, t->weight,
                t->share, t->confirmed, t->rejected);
        if (credits)
            fprintf(to, " %10s", credits_format(credit, t->credits));
        fprintf(to, "%s\n", t->rejected ? plain(colour) : "");
    }
    free(list);
}

void report_slaves(FILE *to, const struct result *r, const uint64_t *credits, bool colour)
{
    char name[600], credit[CREDITS_TEXT];

    if (result_is_work(r)) {
        print_totals(to, r, credits, colour);
        return;
    }
    fprintf(to, "  %-28s %10s %9s %6s %8s  %-9s%s\n", "slave", "items", "history P", "stake",
            "score", "decision", credits ? "    credits" : "");
    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        bool rejected = s->answered && s->decision.rejected;
        fprintf(to, "  %s%-28s %10" PRIu64 " %9.4g %6.3f ", rejected ? red(colour) : "",
                safe(name, s->name), s->items, s->weight, s->share);
        if (s->answered && !isnan(s->decision.score))
            fprintf(to, "%8.3f  ", s->decision.score);
        else
            fprintf(to, "%8s  ", "-");
        fprintf(to, "%-9s", !s->answered ? "absent" : rejected ? "REJECTED" : "accepted");
        if (credits)
            fprintf(to, " %10s", credits_format(credit, credits[k]));
        fprintf(to, "%s\n", rejected ? plain(colour) : "");
    }
}

static bool is_scalar(const struct result_array *x)
{
    return x->rows * x->columns == 1;
}

void report_rounds(FILE *to, const struct result *r)
{
    const struct result_arrays *last = &r->accepted;
    size_t answered, rejected;

    fprintf(to, "  %5s %8s %8s", "round", "answered", "rejected");
    for (size_t i = 0; i < last->count; i++)
        if (is_scalar(&last->list[i]))
            fprintf(to, " %16.16s", last->list[i].name);
    fputc('\n', to);
    for (size_t t = 0; t <= r->past_count; t++) {
        const struct result *round = result_round(r, t);
        result_count(round, &answered, &rejected);
        fprintf(to, "  %5zu %8zu %8zu", t + 1, answered, rejected);
        for (size_t i = 0; i < last->count; i++) {
            const struct result_array *x = result_find(&round->accepted, last->list[i].name);
            if (is_scalar(&last->list[i]))
                fprintf(to, " %16.8g", x ? x->values[0] : (double)NAN);
        }
        fputc('\n', to);
    }
    fprintf(to, "  %s\n", r->converged ? "converged" : "not converged");
}

void report_rejections(FILE *to, const struct result *r, bool colour)
{
    char name[600], why[600];

    for (size_t k = 0; k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        if (!s->answered && s->trouble[0])
            fprintf(to, "%sabsent%s    %s: %s\n", red(colour), plain(colour), safe(name, s->name),
                    safe(why, s->trouble));
        else if (s->answered && s->decision.rejected)
            fprintf(to, "%srejected%s  %s: %s\n", red(colour), plain(colour), safe(name, s->name),
                    safe(why, s->why));
        else if (s->answered && strcmp(s->why, filter_why_name(FILTER_ACCEPTED)) != 0)
            fprintf(to, "kept      %s, though abnormal: %s\n", safe(name, s->name),
                    safe(why, s->why));
    }
}

/* Whether two arrays have the same rows, so that they can stand side by side. */
static bool same_rows(const struct result_array *a, const struct result_array *b)
{
    if (a->rows != b->rows || a->columns != 1 || b->columns != 1 ||
        !a->row_labels != !b->row_labels)
        return false;
    for (size_t i = 0; a->row_labels && i < a->rows; i++)
        if (strcmp(a->row_labels[i], b->row_labels[i]) != 0)
            return false;
    return true;
}

static void print_label(FILE *to, char **labels, size_t i)
{
    char text[600];

    if (labels)
        fprintf(to, "%-26s", safe(text, labels[i]));
    else
        fprintf(to, "%-26zu", i);
}

/* Arrays [from, to) of the list, which have the same rows. */
static void print_side_by_side(FILE *out, const struct result_array *list, size_t n)
{
    char text[600];

    fprintf(out, "%-26s", "");
    for (size_t i = 0; i < n; i++)
        fprintf(out, " %14s", safe(text, list[i].name));
    fputc('\n', out);
    for (size_t row = 0; row < list[0].rows; row++) {
        print_label(out, list[0].row_labels, row);
        for (size_t i = 0; i < n; i++)
            fprintf(out, " %14.8g", list[i].values[row]);
        fputc('\n', out);
    }
}

static void print_matrix(FILE *to, const struct result_array *x)
{
    char text[600];

    fprintf(to, "%s: ", safe(text, x->name));
    fprintf(to, "%s\n", safe(text, x->help));
    for (size_t row = 0; row < x->rows; row++) {
        print_label(to, x->row_labels, row);
        for (size_t column = 0; column < x->columns; column++)
            fprintf(to, " %14.8g", x->values[row * x->columns + column]);
        fputc('\n', to);
    }
}

void report_arrays(FILE *to, const struct result_arrays *a)
{
    enum { ABREAST = 6 };

    for (size_t i = 0; i < a->count;) {
        size_t n = 1;
        while (i + n < a->count && n < ABREAST && same_rows(&a->list[i], &a->list[i + n]))
            n++;
        if (i)
            fputc('\n', to);
        if (a->list[i].columns > 1)
            print_matrix(to, &a->list[i]);
        else
            print_side_by_side(to, &a->list[i], n);
        i += n;
    }
}

void report_provenance(FILE *to, const struct result *r, const char *prefix)
{
    char text[600];
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    fprintf(to, "%stitle      %s\n", prefix, safe(text, r->title));
    fprintf(to, "%scontract   %s\n", prefix, safe(text, r->id));
    fprintf(to, "%srun        %s in ledger ", prefix, safe(text, r->run));
    fprintf(to, "%s\n%sfunction   ", safe(text, r->origin), prefix);
    fprintf(to, "%s\n", safe(text, r->function));
    fprintf(to, "%s%s %zu of %zu answered, %zu rejected by %s\n", prefix,
            result_is_work(r) ? "ranges    " : "slaves    ", answered, r->slaves, rejected,
            safe(text, r->method));
    fprintf(to, "%stime       %s to ", prefix, safe(text, r->started));
    fprintf(to, "%s\n", safe(text, r->finished));
    fprintf(to, "%swith       %s\n", prefix, safe(text, r->version));
}

static json_t *labels_json(char **labels, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
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
            json_array_append_new(inner, cli_json_number(x->values[row * x->columns + column]));
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
        json_t *array = json_pack("{s:s}", "help", x->help);
        if (x->row_labels)
            json_object_set_new(array, "rows", labels_json(x->row_labels, x->rows));
        if (x->column_labels)
            json_object_set_new(array, "columns", labels_json(x->column_labels, x->columns));
        json_object_set_new(array, "values", values_json(x));
        json_object_set_new(object, x->name, array);
    }
    return object;
}

static json_t *slave_json(const struct result *r, size_t k, const uint64_t *credits)
{
    const struct result_slave *s = &r->slave[k];
    json_t *object = json_pack("{s:s,s:s,s:b,s:I,s:o,s:o,s:o}", "name", s->name, "node", s->node,
                               "answered", s->answered, "items", (json_int_t)s->items, "seconds",
                               cli_json_number(s->seconds), "weight", cli_json_number(s->weight),
                               "share", cli_json_number(s->share));

    if (s->answered) {
        json_object_set_new(object, "score", cli_json_number(s->decision.score));
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

json_t *report_json(const struct result *r, const struct engine_report *report)
{
    const uint64_t *credits = report ? report->credits : NULL;
    json_t *slaves = json_array();

    for (size_t k = 0; k < r->slaves; k++)
        json_array_append_new(slaves, slave_json(r, k, credits));
    json_t *document = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o,s:o,s:o,s:o}", "title", r->title, "contract",
        r->id, "run", r->run, "origin", r->origin, "function", r->function, "started", r->started,
        "finished", r->finished, "version", r->version, "ranks", (json_int_t)r->ranks, "method",
        r->method, "threshold", cli_json_number(r->threshold), "slaves", slaves, "aggregate",
        arrays_json(&r->accepted), "unfiltered", arrays_json(&r->all));
    if (report) {
        json_object_set_new(document, "shown", json_boolean(report->shown));
        json_object_set_new(document, "resumed", json_boolean(report->resumed));
        json_object_set_new(document, "emission", json_integer((json_int_t)report->emission));
        json_object_set_new(document, "messages", traffic_json(&report->traffic));
    }
    return document;
}

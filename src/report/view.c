/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how a run stands, as a page or as a JSON document. */
#include "report/view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/json.h"
#include "report/share.h"
#include "report/text.h"
#include "report/view_private.h"

enum { ROWS = 29 }; /* of the table: with what stands around it, 40 lines at most */

static void add_number(struct buf *to, double value, const char *format, const char *unit)
{
    if (isnan(value))
        buf_addf(to, " %*s", 8 + (int)strlen(unit), "-");
    else {
        buf_addf(to, format, value);
        buf_adds(to, unit);
    }
}

static void add_row(struct buf *to, const struct view_slave *s, bool colour)
{
    char name[REPORT_SAFE], units[48] = "-";
    bool red = colour && view_is_trouble(s);

    if (s->units)
        snprintf(units, sizeof units, "%" PRIu64 "/%" PRIu64, s->units_done, s->units);
    if (!s->name[0])
        snprintf(name, sizeof name, "%" PRIu64, s->partition);
    buf_addf(to, "  %s%-26s %-9s ", report_red(red), s->name[0] ? report_safe(name, s->name) : name,
             view_part_name(s->part));
    buf_addf(to, "%-12s %10" PRIu64 " %9s", report_safe(name, s->node), s->items, units);
    add_number(to, view_rate(s), " %8.3g", s->units_done ? " u/s" : " i/s");
    add_number(to, s->silent, " %8.1f", " s");
    buf_addf(to, "  %.120s%s\n", report_safe(name, s->why), report_plain(red));
}

/* Which slaves come first when not all are shown. */
static int urgency(const struct view_slave *s)
{
    return view_is_trouble(s)                                                                ? 0
           : s->part == VIEW_COMPUTING || s->part == VIEW_OFFERED || s->part == VIEW_CLAIMED ? 1
                                                                                             : 2;
}

static void add_table(struct buf *to, const struct view *v, bool all, bool colour)
{
    size_t shown = 0;
    bool whole = all || v->count <= ROWS;

    buf_addf(to, "  %-26s %-9s %-12s %10s %9s %12s %10s\n", "slave", "state", "node", "items",
             "units", "rate", "silent");
    for (int level = 0; level < (whole ? 1 : 3); level++)
        for (size_t k = 0; k < v->count && (whole || shown < ROWS); k++)
            if (whole || urgency(&v->slaves[k]) == level) {
                add_row(to, &v->slaves[k], colour);
                shown++;
            }
    if (shown < v->count)
        buf_addf(to, "  … and %zu more (--all)\n", v->count - shown);
}

/* Counts of slaves, in words: "3 answered, 5 waiting". */
static void add_counts(struct buf *to, const struct view *v)
{
    const char *comma = "";

    for (int part = VIEW_REJECTED; part >= VIEW_WAITING; part--)
        if (v->parts[part]) {
            buf_addf(to, "%s%zu %s", comma, v->parts[part], view_part_name((enum view_part)part));
            comma = ", ";
        }
}

static size_t count_of(const struct view *v)
{
    size_t n = 0;

    for (int part = VIEW_WAITING; part <= VIEW_REJECTED; part++)
        n += v->parts[part];
    return n;
}

/* Once there is an answer, how much of the data is in it. */
static void add_share(struct buf *to, const struct view *v)
{
    struct share share;

    if (!v->run.aggregated)
        return;
    share_of_run(&share, &v->run);
    buf_adds(to, "  answer    ");
    report_share(to, &share, report_is_work(v));
}

/* Why nobody works on it, and whether the same command goes on. */
static void add_end(struct buf *to, const struct view *v)
{
    char text[REPORT_SAFE];

    if (v->state == VIEW_FAILED)
        buf_addf(to, " with code %d; the same `metaneuron run` command would end so again",
                 (int)v->document.code);
    else
        buf_adds(to, ": nobody works on it; the same `metaneuron run` command goes on");
    if (v->document.code != ERR_NONE)
        buf_addf(to, "\n  why       %s", report_safe(text, v->document.why));
}

void report_view(struct buf *to, const struct view *v, const char *directory, bool all, bool colour)
{
    const struct status_document *d = &v->document;
    char text[REPORT_SAFE];

    if (d->count)
        buf_addf(to, "%s\n", report_safe(text, d->title));
    buf_addf(to, "  contract  %s\n  function  %s\n", v->run.contract,
             report_safe(text, v->run.function));
    buf_addf(to, "  run       %s in ledger %s\n  stage     %s", v->run.key, directory,
             view_stage(v));
    if (v->state == VIEW_RUNNING && d->count)
        buf_addf(to, " (process %" PRIu64 " on %s, %" PRIu64 " ranks)", d->pid,
                 report_safe(text, d->host), d->ranks);
    else if (v->state == VIEW_INTERRUPTED || v->state == VIEW_FAILED)
        add_end(to, v);
    if (v->run.updated)
        buf_addf(to, "\n  round     %" PRIu64 ", of %" PRIu64 " at most%s", v->run.last_round,
                 v->run.rounds, v->run.converged ? ": converged" : "");
    buf_addf(to, "\n  %s    %zu: ", report_is_work(v) ? "ranges" : "slaves", count_of(v));
    add_counts(to, v);
    if (v->run.attempts)
        buf_addf(to, "; %" PRIu64 " attempts", v->run.attempts);
    buf_addc(to, '\n');
    add_share(to, v);
    buf_addf(to, "  time      %.1f s %s", v->elapsed,
             v->state == VIEW_RUNNING ? "since it was published"
                                      : "from publication to its last sign");
    if (!isnan(v->time_left))
        buf_addf(to, ", about %.0f s left to gather", v->time_left);
    buf_addf(to, "\n\n");
    if (report_is_work(v) && !all)
        report_view_work(to, v, colour);
    else
        add_table(to, v, all, colour);
}

void report_view_line(struct buf *to, const struct view *v)
{
    buf_addf(to, "%s %s: ", v->run.key, view_stage(v));
    add_counts(to, v);
    buf_addc(to, '\n');
}

static json_t *view_slave_json(const struct view_slave *s)
{
    const struct run_slave *k = s->known;
    bool decided = k && k->filtered;

    return json_pack(
        "{s:s,s:I,s:s,s:s,s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:I,s:I}", "name", s->name,
        "partition", (json_int_t)s->partition, "state", view_part_name(s->part), "node", s->node,
        "items", (json_int_t)s->items, "units_done", (json_int_t)s->units_done, "units",
        (json_int_t)s->units, "seconds", report_number(s->seconds), "rate",
        report_number(view_rate(s)), "silent", report_number(s->silent), "group",
        s->live && s->live->group >= 0 ? json_integer(s->live->group) : json_null(), "first_rank",
        s->live && s->live->first_rank >= 0 ? json_integer(s->live->first_rank) : json_null(),
        "score", report_number(decided ? k->score : NAN), "threshold",
        report_number(decided ? k->threshold : NAN), "why", s->why, "credits",
        (json_int_t)(k ? k->credits : 0), "attempts", (json_int_t)(k ? k->attempts : 0));
}

void report_view_json(struct buf *to, const struct view *v, const struct report_drain *drain)
{
    const struct status_document *d = &v->document;
    json_t *slaves = json_array(), *counts = json_object();

    for (size_t i = 0; i < v->count; i++)
        json_array_append_new(slaves, view_slave_json(&v->slaves[i]));
    for (int part = VIEW_WAITING; part <= VIEW_REJECTED; part++)
        json_object_set_new(counts, view_part_name((enum view_part)part),
                            json_integer((json_int_t)v->parts[part]));
    json_t *document = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:I,s:o,s:I,s:o,s:o,s:o}", "run", v->run.key, "contract",
        v->run.contract, "function", v->run.function, "state", view_state_name(v->state), "stage",
        view_stage(v), "title", d->count ? json_string(d->title) : json_null(), "published",
        json_real((double)v->run.time_us * 1e-6), "attempts", (json_int_t)v->run.attempts,
        "elapsed", report_number(v->elapsed), "units", (json_int_t)d->units, "time_left",
        report_number(v->time_left), "counts", counts, "slaves", slaves);
    struct share share;
    share_of_run(&share, &v->run);
    if (v->run.aggregated)
        json_object_set_new(document, "items", report_share_json(&share));
    if (v->run.updated)
        json_object_update_new(
            document, json_pack("{s:I,s:I,s:b}", "round", (json_int_t)v->run.last_round, "rounds",
                                (json_int_t)v->run.rounds, "converged", v->run.converged));
    if (d->count)
        json_object_update_new(
            document, json_pack("{s:s,s:I,s:s,s:I,s:I,s:f,s:f,s:I,s:s}", "host", d->host, "pid",
                                (json_int_t)d->pid, "job", d->job, "ranks", (json_int_t)d->ranks,
                                "units_done", (json_int_t)d->units_done, "started", d->started,
                                "written", d->written, "code", (json_int_t)d->code, "why", d->why));
    report_add_json(to, document, drain);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how a run stands, as a page or as a JSON document. */
#include "report/view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/colour.h"
#include "report/judgement.h"
#include "report/share.h"
#include "report/view_private.h"
#include "util/json_page.h"

/* Of the table: with what stands around it, 40 lines at most. It is more where somebody was rejected. */
enum { ROWS = 29, ROWS_REJECTED = 20 };

static void add_number(struct page *to, double value, bool tenths, const char *unit)
{
    if (isnan(value))
        page_addf(to, " %*s", 8 + (int)strlen(unit), "-");
    else if (tenths)
        page_addf(to, " %8.1f%s", value, unit);
    else
        page_addf(to, " %8.3g%s", value, unit);
}

static void add_row(struct page *to, const struct view_slave *s, bool colour)
{
    char number[24], units[48] = "-";
    bool red = colour && view_is_trouble(s);

    if (s->units)
        snprintf(units, sizeof units, "%" PRIu64 "/%" PRIu64, s->units_done, s->units);
    snprintf(number, sizeof number, "%" PRIu64, s->partition);
    page_addf(to, "  ");
    report_red(to, red);
    page_addf(to, "%-26s %-9s %-12s %10" PRIu64 " %9s", s->name[0] ? s->name : number,
              view_part_name(s->part), s->node, s->items, units);
    add_number(to, view_rate(s), false, s->units_done ? " u/s" : " i/s");
    add_number(to, s->silent, true, " s");
    page_addf(to, "  %.120s", s->why);
    report_plain(to, red);
    page_addf(to, "\n");
}

/* Which slaves come first when not all are shown. */
static int urgency(const struct view_slave *s)
{
    return view_is_trouble(s)                                                                ? 0
           : s->part == VIEW_COMPUTING || s->part == VIEW_OFFERED || s->part == VIEW_CLAIMED ? 1
                                                                                             : 2;
}

static void add_table(struct page *to, const struct view *v, bool all, bool colour)
{
    size_t shown = 0, rows = v->parts[VIEW_REJECTED] > 0 ? ROWS_REJECTED : ROWS;
    bool whole = all || v->count <= rows;

    page_addf(to, "  %-26s %-9s %-12s %10s %9s %12s %10s\n", "slave", "state", "node", "items",
              "units", "rate", "silent");
    for (int level = 0; level < (whole ? 1 : 3); level++)
        for (size_t k = 0; k < v->count && (whole || shown < rows); k++)
            if (whole || urgency(&v->slaves[k]) == level) {
                add_row(to, &v->slaves[k], colour);
                shown++;
            }
    if (shown < v->count)
        page_addf(to, "  … and %zu more (--all)\n", v->count - shown);
}

/* Counts of slaves, in words: "3 answered, 5 waiting". */
static void add_counts(struct page *to, const struct view *v)
{
    const char *comma = "";

    for (int part = VIEW_REJECTED; part >= VIEW_WAITING; part--)
        if (v->parts[part]) {
            page_addf(to, "%s%zu %s", comma, v->parts[part], view_part_name((enum view_part)part));
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

static const struct report_keys keys = {"  ", 10};

/* Once there is an answer, how much of the data is in it. */
static void add_share(struct page *to, const struct view *v)
{
    struct share share;

    if (!v->run.aggregated)
        return;
    share_of_run(&share, &v->run);
    page_addf(to, "  answer    ");
    report_share(to, &share, report_is_work(v));
    report_left_out(to, &keys, &share, report_is_work(v));
}

static bool each_of_view(const void *list, size_t k, struct report_before *b)
{
    const struct view *v = list;
    const struct view_slave *s = &v->slaves[k];

    *b = (struct report_before){s->name, s->node, &s->earlier};
    return !report_is_work(v);
}

/* What a person needs to judge who was rejected. */
static void add_judgement(struct page *to, const struct view *v)
{
    double part;
    const struct view_slave *nearest = view_nearest(v, &part);

    report_agreed(to, &keys, &v->agreed);
    report_earlier(to, &keys, each_of_view, v, v->count);
    if (nearest && v->parts[VIEW_REJECTED] > 0)
        report_nearest(to, &keys, nearest->name, part);
}

/* Why nobody works on it, and whether the same command goes on. */
static void add_end(struct page *to, const struct view *v)
{
    if (v->state == VIEW_FAILED)
        page_addf(to, " with code %d; the same `%s` command would end so again",
                  (int)v->document.code, view_command(v));
    else if (v->state == VIEW_STOPPED)
        page_addf(to,
                  ": results were rejected, and nothing is settled yet; the same `%s` command with "
                  "--on-reject settle settles it",
                  view_command(v));
    else if (v->state == VIEW_CLOSED)
        page_addf(to, " (%s)", v->run.closed);
    else if (v->state == VIEW_PRUNED)
        page_addf(to, ": it was abandoned, and its files were removed; the same `metaneuron run` "
                      "command begins a new one");
    else
        page_addf(to, ": nobody works on it; the same `%s` command goes on", view_command(v));
    if (v->document.code != ERR_NONE)
        page_addf(to, "\n  why       %s", v->document.why);
}

void report_view(struct page *to, const struct view *v, const char *directory, bool all,
                 bool colour)
{
    const struct status_document *d = &v->document;

    if (d->count)
        page_addf(to, "%s\n", d->title);
    page_addf(to, "  contract  %s\n  function  %s\n", v->run.contract, v->run.function);
    page_addf(to, "  run       %s in ledger %s\n  stage     %s", v->run.key, directory,
              view_stage(v));
    if (v->state == VIEW_RUNNING && d->count)
        page_addf(to, " (process %" PRIu64 " on %s, %" PRIu64 " ranks)", d->pid, d->host, d->ranks);
    else if (v->state != VIEW_SETTLED && v->state != VIEW_RUNNING)
        add_end(to, v);
    if (v->run.updated)
        page_addf(to, "\n  round     %" PRIu64 ", of %" PRIu64 " at most%s", v->run.last_round,
                  v->run.rounds, v->run.converged ? ": converged" : "");
    if (d->count && d->results[0])
        page_addf(to, "\n  results   %s", d->results);
    page_addf(to, "\n  %s    %zu: ", report_is_work(v) ? "ranges" : "slaves", count_of(v));
    add_counts(to, v);
    if (v->run.attempts)
        page_addf(to, "; %" PRIu64 " attempts", v->run.attempts);
    page_addf(to, "\n");
    add_share(to, v);
    add_judgement(to, v);
    page_addf(to, "  time      %.1f s %s", v->elapsed,
              v->state == VIEW_RUNNING ? "since it was published"
                                       : "from publication to its last sign");
    if (!isnan(v->time_left))
        page_addf(to, ", about %.0f s left to gather", v->time_left);
    page_addf(to, "\n\n");
    if (report_is_work(v) && !all)
        report_view_work(to, v, colour);
    else
        add_table(to, v, all, colour);
}

void report_view_line(struct page *to, const struct view *v)
{
    page_addf(to, "%s %s: ", v->run.key, view_stage(v));
    add_counts(to, v);
    page_addf(to, "\n");
}

/* A rank or a group; null where there is none. */
static void add_index(struct json_page *j, const char *key, int64_t value)
{
    if (value >= 0)
        json_page_integer(j, key, value);
    else
        json_page_null(j, key);
}

static void add_slave(struct json_page *j, const struct view_slave *s)
{
    const struct run_slave *k = s->known;
    bool decided = k && k->filtered;

    json_page_object(j, NULL);
    json_page_text(j, "name", s->name);
    json_page_count(j, "partition", s->partition);
    json_page_text(j, "state", view_part_name(s->part));
    json_page_text(j, "node", s->node);
    json_page_count(j, "items", s->items);
    json_page_count(j, "units_done", s->units_done);
    json_page_count(j, "units", s->units);
    json_page_number(j, "seconds", s->seconds);
    json_page_number(j, "rate", view_rate(s));
    json_page_number(j, "silent", s->silent);
    add_index(j, "group", s->live ? s->live->group : -1);
    add_index(j, "first_rank", s->live ? s->live->first_rank : -1);
    json_page_number(j, "score", decided ? k->score : NAN);
    json_page_number(j, "threshold", decided ? k->threshold : NAN);
    json_page_text(j, "why", s->why);
    json_page_count(j, "credits", k ? k->credits : 0);
    json_page_count(j, "attempts", k ? k->attempts : 0);
    report_earlier_json(j, &s->earlier);
    json_page_end(j);
}

/* What there is only at times: an answer, rounds, and a process that works on it. */
static void add_rest(struct json_page *j, const struct view *v)
{
    const struct status_document *d = &v->document;
    struct share share;
    double part = 0;
    const struct view_slave *nearest = view_nearest(v, &part);

    share_of_run(&share, &v->run);
    if (v->run.aggregated) {
        report_share_json(j, "items", &share);
        report_agreed_json(j, &v->agreed);
        report_nearest_json(j, nearest ? nearest->name : NULL, part);
    }
    if (v->run.updated) {
        json_page_count(j, "round", v->run.last_round);
        json_page_count(j, "rounds", v->run.rounds);
        json_page_boolean(j, "converged", v->run.converged);
    }
    if (d->count) {
        json_page_text(j, "host", d->host);
        json_page_count(j, "pid", d->pid);
        json_page_text(j, "job", d->job);
        json_page_count(j, "ranks", d->ranks);
        json_page_text(j, "results", d->results);
        json_page_count(j, "units_done", d->units_done);
        json_page_number(j, "started", d->started);
        json_page_number(j, "written", d->written);
        json_page_integer(j, "code", (int)d->code);
        json_page_text(j, "why", d->why);
    }
}

void report_view_json(struct page *to, const struct view *v)
{
    const struct status_document *d = &v->document;
    struct json_page j = {.to = to};

    json_page_object(&j, NULL);
    json_page_text(&j, "run", v->run.key);
    json_page_text(&j, "contract", v->run.contract);
    json_page_text(&j, "function", v->run.function);
    json_page_text(&j, "state", view_state_name(v->state));
    json_page_text(&j, "stage", view_stage(v));
    json_page_text(&j, "title", d->count ? d->title : NULL);
    json_page_number(&j, "published", (double)v->run.time_us * 1e-6);
    json_page_count(&j, "attempts", v->run.attempts);
    json_page_number(&j, "elapsed", v->elapsed);
    json_page_count(&j, "units", d->units);
    json_page_number(&j, "time_left", v->time_left);
    json_page_object(&j, "counts");
    for (int part = VIEW_WAITING; part <= VIEW_REJECTED; part++)
        json_page_count(&j, view_part_name((enum view_part)part), v->parts[part]);
    json_page_end(&j);
    json_page_list(&j, "slaves");
    for (size_t i = 0; i < v->count; i++)
        add_slave(&j, &v->slaves[i]);
    json_page_end(&j);
    add_rest(&j, v);
    json_page_end(&j);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes one JSON document of how a run stands. */
#include "config.h"
#include "report/view.h"

#include <math.h>

#include "report/json.h"

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

static json_t *view_json(const struct view *v)
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
    if (document && v->run.updated) {
        json_object_set_new(document, "round", json_integer((json_int_t)v->run.last_round));
        json_object_set_new(document, "rounds", json_integer((json_int_t)v->run.rounds));
        json_object_set_new(document, "converged", json_boolean(v->run.converged));
    }
    if (document && d->count) {
        json_object_set_new(document, "host", json_string(d->host));
        json_object_set_new(document, "pid", json_integer((json_int_t)d->pid));
        json_object_set_new(document, "job", json_string(d->job));
        json_object_set_new(document, "ranks", json_integer((json_int_t)d->ranks));
        json_object_set_new(document, "units_done", json_integer((json_int_t)d->units_done));
        json_object_set_new(document, "started", json_real(d->started));
        json_object_set_new(document, "written", json_real(d->written));
    }
    return document;
}

void report_view_json(struct buf *to, const struct view *v, const struct report_drain *drain)
{
    report_add_json(to, view_json(v), drain);
}

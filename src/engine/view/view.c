/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds records and status file into one view of a run. */
#include "engine/view/view.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "util/clock.h"
#include "util/lock.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

const char *view_state_name(enum view_state state)
{
    static const char *const names[] = {"",       "settled", "running", "interrupted",
                                        "failed", "pruned",  "closed",  "stopped"};
    return names[state];
}

const char *view_part_name(enum view_part part)
{
    static const char *const names[] = {"",         "waiting",  "offered", "claimed",  "computing",
                                        "answered", "declined", "lost",    "accepted", "rejected"};
    return names[part];
}

const char *view_command(const struct view *v)
{
    return v->run.asked.count > 0 ? "metaneuron site collect" : "metaneuron run";
}

const char *view_stage(const struct view *v)
{
    if (v->state != VIEW_RUNNING)
        return view_state_name(v->state);
    return v->document.count ? v->document.stage : "start";
}

bool view_is_trouble(const struct view_slave *s)
{
    return s->part == VIEW_DECLINED || s->part == VIEW_LOST || s->part == VIEW_REJECTED;
}

double view_rate(const struct view_slave *s)
{
    bool answered = s->known && s->known->submitted;
    uint64_t done = s->units_done ? s->units_done : answered ? s->items : 0;

    return done && s->seconds > 0 ? (double)done / s->seconds : NAN;
}

/* Effect: d is the status file of the run, if it has one that can be believed. */
static void read_document(const char *directory, struct view *v)
{
    char path[PATH_MAX], *bytes = NULL;
    size_t len;
    struct err *e = &v->damage;

    if (paths_join(path, sizeof path, directory, "status", e) < 0 || !file_exists(path) ||
        file_read(path, STATUS_FILE_MOST, &bytes, &len, e) < 0)
        return;
    if (status_decode(bytes, len, &v->document, e) < 0)
        err_context(e, "%s", path);
    else if (strcmp(v->document.run, v->run.key) != 0)
        err_set(e, ERR_INPUT, "%s: is of run %.40s", path, v->document.run);
    else if (v->document.count != v->run.wanted)
        err_set(e, ERR_INPUT, "%s: has %zu slaves, the ledger says %" PRIu64, path,
                v->document.count, v->run.wanted);
    if (e->code != ERR_NONE)
        status_document_free(&v->document);
    free(bytes);
}

/* Settled; or whether somebody holds the run's lock. */
static int read_state(struct ledger *l, struct view *v, struct err *e)
{
    char name[32], directory[PATH_MAX], lock[PATH_MAX];
    bool held;

    v->state = VIEW_SETTLED;
    if (v->run.settled)
        return 0;
    v->state = v->run.pruned ? VIEW_PRUNED : VIEW_CLOSED;
    if (v->run.pruned || v->run.closed)
        return 0;
    snprintf(name, sizeof name, "runs/%s", v->run.key);
    if (paths_join(directory, sizeof directory, ledger_directory(l), name, e) < 0 ||
        paths_join(lock, sizeof lock, directory, "lock", e) < 0 ||
        file_is_locked(lock, &held, e) < 0)
        return -1;
    v->state = held ? VIEW_RUNNING : VIEW_INTERRUPTED;
    read_document(directory, v);
    if (!held && err_is_permanent(v->document.code))
        v->state = v->document.code == ERR_STOPPED ? VIEW_STOPPED : VIEW_FAILED;
    return 0;
}

/* Whether the run is over work without data: one of its slaves is a range. */
static bool has_ranges(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (result_range(run->slaves[i].name))
            return true;
    return false;
}

/* Effect: the list has a place for every partition, and one for every other slave. */
static int list_slaves(struct view *v, struct err *e)
{
    size_t wanted = (size_t)v->run.wanted;
    bool ranges = has_ranges(&v->run);

    if (v->run.wanted > STATUS_SLAVES_MOST)
        return err_set(e, ERR_INPUT, "run %s has %" PRIu64 " slaves, at most %d are looked at",
                       v->run.key, v->run.wanted, STATUS_SLAVES_MOST);
    v->slaves = err_alloc(wanted + v->run.count, sizeof *v->slaves, "slaves", e);
    if (!v->slaves)
        return -1;
    for (size_t i = 0; i < wanted; i++) {
        v->slaves[i].live = v->document.count ? &v->document.slaves[i] : NULL;
        v->slaves[i].partition = i + 1;
    }
    v->count = wanted;
    for (size_t i = 0; i < v->run.count; i++) {
        const struct run_slave *s = &v->run.slaves[i];
        uint64_t k = ranges ? runs_range(s->name) : run_place(&v->run, s->name);
        bool fits =
            k >= 1 && k <= wanted && !v->slaves[k - 1].known &&
            (ranges || !v->slaves[k - 1].live || strcmp(v->slaves[k - 1].live->name, s->name) == 0);
        v->slaves[fits ? k - 1 : v->count++].known = s;
    }
    return 0;
}

static enum view_part part_of_records(const struct run_slave *s)
{
    if (s->filtered || s->settled)
        return strcmp(s->decision ? s->decision : "", "rejected") == 0 ? VIEW_REJECTED
                                                                       : VIEW_ACCEPTED;
    switch (s->last) {
    case RUN_DECLINED:
        return VIEW_DECLINED;
    case RUN_LOST:
        return VIEW_LOST;
    case RUN_CLAIMED:
        return VIEW_CLAIMED;
    case RUN_SUBMITTED:
        return VIEW_ANSWERED;
    default:
        return VIEW_WAITING;
    }
}

/* What the status file says. */
static const enum view_part parts[] = {
    [STATUS_WAITING] = VIEW_WAITING,   [STATUS_OFFERED] = VIEW_OFFERED,
    [STATUS_CLAIMED] = VIEW_CLAIMED,   [STATUS_COMPUTING] = VIEW_COMPUTING,
    [STATUS_ANSWERED] = VIEW_ANSWERED, [STATUS_FAILED] = VIEW_LOST,
};

/* A decision stands. Else what was said last counts; the status file only as long as
 * there is somebody whom it speaks of. */
static bool is_live(const struct view *v, const struct view_slave *s)
{
    if (v->state != VIEW_RUNNING || !s->live || (s->known && s->known->filtered))
        return false;
    return !s->known || v->document.written * 1e6 > (double)s->known->last_us;
}

static void judge_slave(struct view *v, struct view_slave *s, double since_written)
{
    const struct run_slave *known = s->known;
    const struct status_slave *live = s->live;
    bool now = is_live(v, s);

    s->name = known ? known->name : live ? live->name : "";
    s->node = known && known->node ? known->node : live ? live->node : "";
    s->part = known ? part_of_records(known) : VIEW_WAITING;
    if (now && !(live->stage == STATUS_FAILED && view_is_trouble(s)))
        s->part = parts[live->stage];
    s->items = known && known->submitted ? known->submitted_items
               : known && known->claimed ? known->items
               : live                    ? live->items
                                         : 0;
    s->units_done = live ? live->units_done : 0;
    s->units = live ? live->units : 0;
    s->seconds = known && known->submitted ? known->seconds : now ? live->seconds : NAN;
    s->silent = now ? live->silent + since_written : NAN;
    s->why = "";
    if (known && (s->part == VIEW_REJECTED || s->part == VIEW_ACCEPTED) && known->why)
        s->why =
            strcmp(known->why, "-") == 0 || strcmp(known->why, "accepted") == 0 ? "" : known->why;
    else if (view_is_trouble(s))
        s->why = known && known->trouble ? declines_last(v->said, known)
                 : live                  ? live->trouble
                                         : "";
    v->parts[s->part] += s->partition > 0; /* a slave that claims ranges is none of them */
}

/* Returns the seconds that the rest will take: as the master says, or at the pace
 * at which slaves have answered in this start. */
static double estimate(const struct view *v)
{
    size_t done = 0, rest = v->parts[VIEW_WAITING] + v->parts[VIEW_OFFERED] +
                            v->parts[VIEW_CLAIMED] + v->parts[VIEW_COMPUTING];

    if (v->state != VIEW_RUNNING || v->document.count == 0)
        return NAN;
    if (!isnan(v->document.time_left))
        return v->document.time_left;
    for (size_t k = 0; k < v->document.count; k++)
        done += v->document.slaves[k].stage == STATUS_ANSWERED && v->document.slaves[k].group >= 0;
    if (done == 0)
        return NAN;
    return fmax(0, v->document.written - v->document.started) * (double)rest / (double)done;
}

int view_read(struct ledger *l, const char *key, struct view *v, struct err *e)
{
    *v = (struct view){0};
    if (runs_find(l, key, &v->run, e) < 0)
        return -1;
    if (read_state(l, v, e) < 0 || list_slaves(v, e) < 0) {
        view_free(v);
        return -1;
    }
    v->said = declines_read(ledger_directory(l), key);
    double now = (double)clock_utc_us() * 1e-6;
    double end =
        v->state == VIEW_RUNNING ? now : fmax((double)v->run.last_us * 1e-6, v->document.written);
    v->elapsed = fmax(0, end - (double)v->run.time_us * 1e-6);
    for (size_t i = 0; i < v->count; i++)
        judge_slave(v, &v->slaves[i], fmax(0, now - v->document.written));
    v->time_left = estimate(v);
    agreement_read(ledger_directory(l), &v->run, &v->agreed);
    if (v->parts[VIEW_REJECTED] > 0 && view_look_back(l, v, e) < 0) {
        view_free(v);
        return -1;
    }
    return 0;
}

void view_free(struct view *v)
{
    runs_free(&v->run);
    status_document_free(&v->document);
    declines_free(v->said);
    agreed_free(&v->agreed);
    free(v->slaves);
    *v = (struct view){0};
}

const struct view_slave *view_nearest(const struct view *v, double *part)
{
    const struct view_slave *nearest = NULL;

    for (size_t i = 0; i < v->count; i++) {
        const struct view_slave *s = &v->slaves[i];
        double p = s->part == VIEW_ACCEPTED ? s->known->score / s->known->threshold : NAN;
        if (p >= 0 && p <= 1 && (!nearest || p > *part)) {
            nearest = s;
            *part = p;
        }
    }
    return nearest;
}

const struct view_slave *view_find(const struct view *v, const char *slave)
{
    uint64_t k;

    if (parse_u64(slave, &k) == 0) {
        for (size_t i = 0; i < v->count; i++)
            if (v->slaves[i].partition == k && k > 0)
                return &v->slaves[i];
        return NULL;
    }
    for (size_t i = 0; i < v->count; i++)
        if (v->slaves[i].name[0] && strcmp(v->slaves[i].name, slave) == 0)
            return &v->slaves[i];
    return NULL;
}

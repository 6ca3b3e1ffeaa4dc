/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes how the run stands, for others to look at. */
#include "engine/flow/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/flow/job.h"
#include "engine/plan/output.h"
#include "engine/plan/resources.h"
#include "engine/plan/slurm.h"
#include "engine/view/document.h"
#include "util/clock.h"
#include "util/owner.h"
#include "util/store.h"

enum { MANY_SLAVES = 1000 };
static const double every = 0.5, every_of_many = 5; /* seconds */
static const double share = 0.02;                   /* of the time, at most, for writing */

struct status {
    enum status_stage stage;
    uint64_t beats;
    double beaten, written; /* on the steady clock: the last of each */
    double pause;           /* until the status file is written again */
    int64_t started_us;
    bool warned;
    char host[NODE_NAME], job[SLURM_ID];
    struct status_slave *slaves; /* of the document; kept for the next one */
    struct buf text;             /* likewise */
};

static const char *stage_name(enum status_stage stage)
{
    static const char *const names[] = {"",          "start", "gather", "filter",
                                        "aggregate", "write", "settle", "done"};
    return names[stage];
}

static void warn_once(struct job *j, const struct err *why)
{
    if (!j->status->warned)
        job_warn(j, "%s", why->text);
    j->status->warned = true;
}

static int beat(struct job *j, struct err *e)
{
    struct status *s = j->status;
    char line[80];

    if (!j->plan->options->heartbeat)
        return 0;
    int n = snprintf(line, sizeof line, "%llu %s %s\n", (unsigned long long)++s->beats,
                     j->run.key[0] ? j->run.key : "-", stage_name(s->stage));
    s->beaten = clock_steady();
    return file_show(j->plan->options->heartbeat, line, (size_t)n, 0644, e) < 0
               ? err_context(e, "--heartbeat")
               : 0;
}

static const enum status_part parts[] = {
    [JOB_WAITING] = STATUS_WAITING,   [JOB_OFFERED] = STATUS_OFFERED,
    [JOB_CLAIMED] = STATUS_CLAIMED,   [JOB_COMPUTING] = STATUS_COMPUTING,
    [JOB_ANSWERED] = STATUS_ANSWERED, [JOB_FAILED] = STATUS_FAILED,
};

static void fill_slave(const struct job *j, size_t k, double now, uint64_t ranks,
                       struct status_slave *x)
{
    const struct job_partition *p = &j->partitions[k];
    const struct result_slave *s = &j->result->slave[k];
    bool alone = transport_size(j->transport) == 1,
         served = p->heard > 0 || p->stage == JOB_COMPUTING;
    bool busy = p->stage == JOB_OFFERED || p->stage == JOB_CLAIMED || p->stage == JOB_COMPUTING;

    *x = (struct status_slave){
        .name = s->name,
        .partition = k + 1,
        .stage = parts[p->stage],
        .node = s->node,
        .group = served ? p->group : -1,
        .first_rank = !served ? -1
                      : alone ? 0
                              : 1 + p->group * (int64_t)ranks,
        .ranks = served ? ranks : 0,
        .items = s->items,
        .units_done = p->units_done,
        .units = p->units,
        .seconds = p->stage != JOB_COMPUTING ? s->seconds
                   : p->since > 0            ? now - p->since
                                             : 0,
        .silent = busy && p->heard > 0 ? now - p->heard : NAN,
        .trouble = s->trouble,
    };
}

/* Returns the seconds that the rest will take at the pace of the units that this start has
 * computed: other ranks had other times for those before. NaN as long as the units are not
 * known of every slave. */
static double time_left(const struct job *j, double elapsed, uint64_t *done, uint64_t *units)
{
    uint64_t before = 0;
    bool known = true;

    *done = *units = 0;
    for (size_t k = 0; k < j->result->slaves; k++) {
        const struct job_partition *p = &j->partitions[k];
        known &= p->units > 0 || p->stage == JOB_FAILED || p->stage == JOB_ANSWERED;
        *done += p->units_done;
        before += p->units_before;
        *units += p->units;
    }
    if (!known || *done <= before || *done > *units)
        return NAN;
    return elapsed * (double)(*units - *done) / (double)(*done - before);
}

static void fill(const struct job *j, const struct err *failed, struct status_document *d)
{
    int64_t now_us = clock_utc_us();
    double now = clock_steady();

    *d = (struct status_document){
        .run = j->run.key,
        .contract = j->plan->contract->id,
        .title = j->plan->contract->title,
        .stage = stage_name(j->status->stage),
        .host = j->status->host,
        .job = j->status->job,
        .pid = (uint64_t)getpid(),
        .ranks = (uint64_t)transport_size(j->transport),
        .started = (double)j->status->started_us * 1e-6,
        .written = (double)now_us * 1e-6,
        .code = failed->code,
        .why = failed->text,
        .results = j->kind == SHARDS_NONE ? "" : shards_words(j->kind),
        .count = j->result->slaves,
        .slaves = j->status->slaves,
    };
    d->ranks_per_slave = (uint64_t)plan_ranks(j->plan->options, j->plan->contract, (int)d->ranks);
    d->time_left = time_left(j, j->round > 1 ? now - j->round_since : d->written - d->started,
                             &d->units_done, &d->units);
    for (size_t k = 0; k < d->count; k++)
        fill_slave(j, k, now, d->ranks_per_slave, &d->slaves[k]);
}

static int write_status(struct job *j, const struct err *failed, struct err *e)
{
    struct status *s = j->status;
    struct status_document d;
    char path[PLAN_PATH];
    double begin = clock_steady();

    if (!s->slaves) /* here their number is known */
        s->slaves = err_alloc(j->result->slaves, sizeof *s->slaves, "slaves", e);
    if (!s->slaves || job_path(j, "status", path, sizeof path, e) < 0)
        return -1;
    fill(j, failed, &d);
    buf_reset(&s->text);
    status_encode(&d, &s->text);
    int rc = buf_failed(&s->text) ? err_memory(e, "the status file") : 0;
    if (rc == 0)
        rc = file_show(path, s->text.data, s->text.len, FILE_OWN, e);
    s->written = clock_steady();
    s->pause = fmax(d.count > MANY_SLAVES ? every_of_many : every, (s->written - begin) / share);
    return rc;
}

static const struct err none; /* the run goes on */

/* Whether the run is this process's, and its directory there. */
static bool has_directory(const struct status *s)
{
    return s->stage >= STATUS_GATHER && s->stage <= STATUS_SETTLE;
}

int status_begin(struct job *j, struct err *e)
{
    j->status = err_alloc(1, sizeof *j->status, "the status", e);
    if (!j->status)
        return -1;
    j->status->stage = STATUS_START;
    j->status->started_us = clock_utc_us();
    slurm_job(j->status->job);
    if (resources_node(j->status->host, e) < 0 || output_check_heartbeat(j->plan->options, e) < 0)
        return -1;
    return beat(j, e);
}

void status_stage(struct job *j, enum status_stage stage)
{
    struct err why = {0};

    j->status->stage = stage;
    if (beat(j, &why) < 0 || (has_directory(j->status) && write_status(j, &none, &why) < 0))
        warn_once(j, &why);
}

void status_tick(void *job)
{
    struct job *j = job;
    struct status *s = j->status;
    struct err why = {0};
    double now = clock_steady();

    if (now - s->beaten >= every && beat(j, &why) < 0)
        warn_once(j, &why);
    if (has_directory(s) && now - s->written >= s->pause && write_status(j, &none, &why) < 0)
        warn_once(j, &why);
    if (j->plan->options->tick)
        j->plan->options->tick(j->plan->options->context);
}

void status_failed(struct job *j, const struct err *why)
{
    struct err unwritten = {0};

    bool ours =
        j->lock >= 0 && j->result && j->result->run[0] && !j->run.settled; /* and names are known */

    if (ours && why && write_status(j, why, &unwritten) < 0)
        warn_once(j, &unwritten);
}

void status_end(struct job *j)
{
    struct status *s = j->status;

    j->status = NULL;
    if (!s)
        return;
    free(s->slaves);
    buf_free(&s->text);
    free(s);
}

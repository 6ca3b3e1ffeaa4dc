/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flow of a run: rank 0 goes through the verbs, the others serve. */
#include "config.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "engine/job.h"
#include "engine/work.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/place.h"
#include "util/store.h"

/* All who are needed have answered; or which have not, and why. */
static int check_complete(const struct job *j, struct err *e)
{
    size_t answered = 0, S = j->result->slaves;
    size_t least = j->contract->slaves_min ? (size_t)j->contract->slaves_min : S;
    enum err_code code = ERR_NONE;
    struct buf why = {0};

    if (j->work)
        return work_check_complete(j, e);

    for (size_t k = 0; k < S; k++) {
        const struct job_partition *p = &j->partitions[k];
        answered += p->stage == JOB_ANSWERED;
        if (p->stage == JOB_ANSWERED)
            continue;
        code = code == ERR_NONE || code == p->code ? p->code : ERR_INCOMPLETE;
        if (why.len < 600)
            buf_addf(&why, "; slave %zu: %.300s", k + 1, j->result->slave[k].trouble);
    }
    int rc = 0;
    if (answered < least)
        rc =
            err_set(e, code ? code : ERR_INCOMPLETE, "%zu of %zu slaves answered, %zu are needed%s",
                    answered, S, least, why.data ? why.data : "");
    buf_free(&why);
    return rc;
}

/* Effect: the result is a file, whole and durable, and has a digest. */
static int write_result(struct job *j, struct err *e)
{
    const char *out = j->options->out;
    char *bytes;
    size_t len;

    if (provenance_set(j, e) < 0 || result_write(j->result, out, e) < 0 ||
        file_read(out, UINT64_MAX, &bytes, &len, e) < 0)
        return -1;
    int rc = hash_bytes(bytes, len, j->result_digest, e);
    free(bytes);
    return rc;
}

/* A run that is settled: its result, if that is where it should be. */
static int show_settled(struct job *j, struct reader *r, struct engine_report *report,
                        struct err *e)
{
    uint8_t digest[SHA256_LEN];
    char hex[DIGEST_TEXT] = "", *bytes = NULL;
    size_t len;

    file_remove_directory(j->directory); /* whoever settled it may have been stopped before that */
    int rc =
        file_exists(j->options->out) ? file_read(j->options->out, UINT64_MAX, &bytes, &len, e) : 0;

    if (rc == 0 && bytes && (rc = hash_bytes(bytes, len, digest, e)) == 0)
        digest_text(hex, digest);
    if (rc == 0 && strcmp(hex, j->run.result) != 0)
        rc = err_set(e, ERR_OPEN,
                     "run %s of this contract is settled already, but %s does not hold its result: "
                     "give --out where it is, or --again for a new run",
                     j->run.key, j->options->out);
    if (rc == 0) {
        report->shown = true;
        report->result = result_read(r, j->options->out, bytes, len, e);
        rc = report->result ? 0 : -1;
    }
    free(bytes);
    report->credits =
        rc == 0 ? err_alloc(report->result->slaves, sizeof *report->credits, "credits", e) : NULL;
    struct party *party = NULL;
    size_t n = 0;
    if (rc == 0)
        rc = report->credits ? settle_parties(report->result, &j->run, &party, &n, e) : -1;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const struct run_slave *s = runs_slave(&j->run, party[i].name);
        if (!s || party[i].entry == SIZE_MAX)
            continue;
        report->credits[party[i].entry] = s->credits;
        report->emission += s->credits;
    }
    free(party);
    return rc;
}

/* Work that is in: what the filter would reject is first computed again by others. */
static int inspect(struct job *j, struct err *e)
{
    size_t more = 1;

    while (j->work && more > 0) {
        if (work_check_complete(j, NULL) < 0)
            return 0; /* told later */
        if (work_inspect(j, &more, e) < 0 || (more > 0 && schedule(j, e) < 0))
            return -1;
    }
    return 0;
}

/* Claims, computations and submissions: the part of the flow that slaves have. */
static int gather(struct job *j, struct engine_report *report, struct err *e)
{
    int rc = 0;

    if (j->contract->work_units > 0)
        rc = (j->work = work_create(j, e)) ? 0 : -1;
    else
        rc = submit_resume(j, e);
    if (rc == 0)
        rc = exclude(j, e);
    for (size_t k = 0; k < j->result->slaves; k++)
        report->resumed |= j->partitions[k].stage == JOB_ANSWERED;
    if (rc == 0)
        rc = schedule(j, e);
    if (rc == 0)
        rc = inspect(j, e);
    return rc;
}

/* One round, up to the model that it leads to. Slaves that nobody will ask any more can
 * go while it is decided on. */
static int go_round(struct job *j, struct engine_report *report, struct err *e)
{
    j->round_since = clock_steady();
    status_stage(j, STATUS_GATHER);
    if (gather(j, report, e) < 0) /* claim, compute, submit */
        return -1;
    if (update_is_last(j))
        service_end(j);
    if (check_complete(j, e) < 0)
        return -1;
    status_stage(j, STATUS_FILTER);
    if (filter(j, e) < 0)
        return -1;
    status_stage(j, STATUS_AGGREGATE);
    if (aggregate(j, e) < 0 || update(j, e) < 0) {
        job_commit(j, NULL); /* why nothing was accepted stands in the ledger */
        return -1;
    }
    return job_commit(j, e) < 0 ? -1 : aggregate_finish(j->bound, j->result, e);
}

/* As many rounds as the contract allows, or the function needs. */
static int go_rounds(struct job *j, struct reader *r, struct engine_report *report, struct err *e)
{
    struct slave here = {0};
    int rc = transport_size(j->transport) == 1 ? service_here(j, r, &here, e) : 0;

    if (rc == 0)
        rc = go_round(j, report, e);
    while (rc == 0 && !update_is_over(j)) {
        rc = update_next(j, e);
        if (rc == 0)
            rc = go_round(j, report, e);
    }
    slave_free(&here);
    return rc;
}

/* The flow, from a contract to a settled run. */
static int flow(struct job *j, struct reader *r, struct engine_report *report, struct err *e)
{
    int rc = publish(j, e);

    if (rc == 0 && !j->run.settled)
        rc = go_rounds(j, r, report, e);
    service_end(j);
    report->traffic = transport_traffic(j->transport);
    if (rc < 0)
        return -1;
    if (j->run.settled)
        return show_settled(j, r, report, e);
    status_stage(j, STATUS_WRITE);
    if (write_result(j, e) < 0)
        return -1;
    status_stage(j, STATUS_SETTLE);
    if (settle(j, report, e) < 0)
        return -1;
    file_remove_directory(j->directory); /* the result has it all now */
    report->result = j->result;
    j->result = NULL;
    return 0;
}

/* While a program updates the model, this process is alive, and may be halted. */
static bool tick_update(void *context)
{
    struct job *j = context;

    status_tick(j);
    return update_halted(j);
}

static int master(struct transport *t, struct reader *r, const struct engine_options *o,
                  struct engine_report *report, struct err *e)
{
    struct job j = {
        .options = o,
        .transport = t,
        .lock = -1,
        .round = 1,
        .host = {.runner = o->runner, .reader = r, .sandbox = o->sandbox, .tick = tick_update}};
    j.host.context = &j;
    bool ready = status_begin(&j, e) == 0 && engine_prepare(&j, r, e) == 0 &&
                 engine_check_ranks(o, transport_size(t), e) == 0;
    int rc = service_begin(&j, !ready, e);

    rc = ready && rc == 0 ? flow(&j, r, report, e) : -1;
    if (rc == 0)
        status_stage(&j, STATUS_DONE);
    else if (j.work)
        work_commit(&j, NULL); /* what was submitted stands all the same */
    else
        job_commit(&j, NULL);
    result_free(j.result);
    work_free(j.work);
    job_free(&j);
    return rc;
}

int engine_run(struct transport *t, struct reader *r, const struct engine_options *o,
               struct engine_report *report, struct err *e)
{
    *report = (struct engine_report){0};
    if (transport_rank(t) == 0)
        return master(t, r, o, report, e);
    int rc = service_of_slaves(t, r, o, e);
    if (rc < 0 && o->fatal)
        o->fatal(o->context, e);
    return rc;
}

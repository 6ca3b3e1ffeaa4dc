/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the flow on rank 0. */
#include "engine/engine.h"

#include "engine/flow/aggregate.h"
#include "engine/flow/columns.h"
#include "engine/flow/exclude.h"
#include "engine/flow/filter.h"
#include "engine/flow/job.h"
#include "engine/flow/publish.h"
#include "engine/flow/rejected.h"
#include "engine/flow/service.h"
#include "engine/flow/settle.h"
#include "engine/flow/shards.h"
#include "engine/flow/sign.h"
#include "engine/flow/show.h"
#include "engine/flow/status.h"
#include "engine/flow/update.h"
#include "engine/flow/write.h"
#include "engine/judge/merge.h"
#include "engine/plan/bind.h"
#include "engine/plan/deal.h"
#include "engine/pool/pool.h"
#include "util/clock.h"
#include "util/directory.h"

/* What is in, but must be computed again before it is judged. */
static int inspect_results(struct job *j, struct err *e)
{
    const struct pool_ops *ops = j->pool->ops;
    size_t more = ops->inspect ? 1 : 0;

    while (more > 0) {
        if (ops->check_complete(j->pool, NULL) < 0)
            return 0; /* told later */
        if (ops->inspect(j->pool, &more, e) < 0 || (more > 0 && ops->gather(j->pool, e) < 0))
            return -1;
    }
    return 0;
}

/* Claims, computations and submissions: the part of the flow that slaves have. */
static int gather_results(struct job *j, struct engine_report *report, struct err *e)
{
    if (!j->pool && !(j->pool = j->open(j, j->open_context, e)))
        return -1;
    if (!j->bound && job_is_collected(j) && columns_named(j, e) < 0)
        return -1;
    if (j->pool->ops->resume(j->pool, e) < 0 || exclude(j, e) < 0)
        return -1;
    if (j->round > 1 && j->result->dealt.states && shards_tell_model(j, e) < 0)
        return -1;
    for (size_t k = 0; k < j->result->slaves; k++)
        report->resumed |= j->partitions[k].stage == JOB_ANSWERED;
    status_stage(j, STATUS_GATHER); /* who looks sees what earlier starts have gathered */
    return j->pool->ops->gather(j->pool, e) < 0 ? -1 : inspect_results(j, e);
}

/* One round, up to the model that it leads to. Slaves that nobody will ask any more can
 * go while it is decided on. */
static int go_round(struct job *j, struct engine_report *report, struct err *e)
{
    j->round_since = clock_steady();
    if (gather_results(j, report, e) < 0) /* claim, compute, submit */
        return -1;
    if (update_is_last(j) && !j->result->dealt.states)
        service_end(j);
    if (j->pool->ops->check_complete(j->pool, e) < 0)
        return -1;
    status_stage(j, STATUS_FILTER);
    if (filter(j, e) < 0)
        return -1;
    status_stage(j, STATUS_AGGREGATE);
    if (aggregate(j, e) < 0 || update(j, e) < 0) {
        job_commit(j, NULL); /* why nothing was accepted stands in the ledger */
        return -1;
    }
    if (job_commit(j, e) < 0)
        return -1;
    if (j->result->dealt.states)
        return shards_finish(j, update_is_over(j), e);
    return j->plan->contract->part > 0 ? 0 : judge_finish(j->bound, j->result, e);
}

/* As many rounds as the contract allows, or the function needs. */
static int go_rounds(struct job *j, struct reader *r, struct engine_report *report, struct err *e)
{
    struct slave here = {0};
    bool alone = transport_size(j->transport) == 1 && !job_is_collected(j);
    int rc = alone ? service_here(j, r, &here, e) : 0;

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
    if (rc < 0 || j->run.settled || !j->result->dealt.states)
        service_end(j); /* else its ranks have what is to be written */
    report->traffic = transport_traffic(j->transport);
    if (rc < 0)
        return -1;
    report->blocks = deal_is_blocks(j->plan->contract) && j->plan->contract->slaves > 1;
    report->share_min = j->plan->contract->share_min;
    if (j->run.settled) {
        sign(j);
        if (show_settled(j, r, report, e) < 0)
            return -1;
        rejected_look_back(j, report->result);
        return 0;
    }
    rejected_keep(j);
    rejected_look_back(j, j->result);
    status_stage(j, STATUS_WRITE);
    rc = write_result(j, e);
    service_end(j);
    if (rc < 0)
        return -1;
    if (rejected_stops(j)) {
        rejected_stop(j, report);
        return 0;
    }
    status_stage(j, STATUS_SETTLE);
    if (settle(j, report, e) < 0)
        return -1;
    sign(j);
    file_remove_directory(j->directory); /* the result has it all now */
    return 0;
}

/* Effect: what the job has found is the report's. */
static void hand_result(struct job *j, struct engine_report *report)
{
    j->result->notes = j->notes.data;
    j->notes = (struct buf){0};
    report->result = j->result;
    j->result = NULL;
    report->ranks = j->ranks;
    report->ranks_count = j->ranks_count;
    j->ranks = NULL;
}

/* While a program updates the model, this process is alive, and may be halted. */
static bool tick_update(void *context)
{
    struct job *j = context;

    status_tick(j);
    return update_halted(j);
}

/* Effect: what the job has taken is in the ledger, as far as that goes, and the job is gone. */
static void end_job(struct job *j, struct engine_report *report, bool done, const struct err *why)
{
    bool settled = done && report->stopped.code == ERR_NONE;

    if (settled)
        status_stage(j, STATUS_DONE);
    else if (j->pool)
        j->pool->ops->commit(j->pool, false, NULL); /* what was submitted stands all the same */
    else
        job_commit(j, NULL);
    if (!done)
        status_failed(j, why);
    if (j->pool)
        j->pool->ops->close(j->pool);
    if (done && !report->result)
        hand_result(j, report);
    shards_close(j);
    result_free(j->result);
    status_end(j);
    job_free(j);
}

static int master(struct transport *t, struct reader *r, const struct engine_options *o,
                  pool_opener *open, void *context, struct engine_report *report, struct err *e)
{
    struct plan plan = {.options = o}; /* the heartbeat is wanted before the contract is read */
    struct job j = {.plan = &plan,
                    .transport = t,
                    .lock = -1,
                    .openings = -1,
                    .round = 1,
                    .open = open,
                    .open_context = context,
                    .host = bind_options(o, r)};
    j.host.tick = tick_update;
    j.host.context = &j;
    bool ready = status_begin(&j, e) == 0 && plan_open(&plan, o, open != pool_open, r, e) == 0 &&
                 plan_check_ranks(o, transport_size(t), e) == 0;
    int rc = service_begin(&j, !ready, e);

    rc = ready && rc == 0 ? flow(&j, r, report, e) : -1;
    end_job(&j, report, rc == 0, e);
    plan_close(&plan);
    return rc;
}

int engine_run(struct transport *t, struct reader *r, const struct engine_options *o,
               struct engine_report *report, struct err *e)
{
    *report = (struct engine_report){0};
    bind_shut_in(o);
    if (transport_rank(t) == 0)
        return master(t, r, o, pool_open, NULL, report, e);
    int rc = service_of_slaves(t, r, o, e);
    if (rc < 0 && o->fatal)
        o->fatal(o->context, e);
    return rc;
}

int engine_collect(struct reader *r, const struct engine_options *o, pool_opener *open,
                   void *context, struct engine_report *report, struct err *e)
{
    struct transport *t = transport_local(e);

    *report = (struct engine_report){0};
    int rc = t ? master(t, r, o, open, context, report, e) : -1;
    transport_close(t);
    return rc;
}

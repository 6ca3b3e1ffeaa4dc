/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says where a result comes from. */
#include "engine/flow/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/slurm.h"
#include "util/clock.h"

int provenance_set(struct job *j, struct err *e)
{
    struct result *r = j->result;
    char text[CLOCK_ISO], finished[CLOCK_ISO], job[SLURM_ID];

    r->contract = err_alloc(j->plan->contract_len, 1, "the contract", e);
    if (!r->contract)
        return -1;
    memcpy(r->contract, j->plan->contract_bytes, j->plan->contract_len);
    r->contract_len = j->plan->contract_len;
    snprintf(r->id, sizeof r->id, "%s", j->plan->contract->id);
    r->ranks = transport_size(j->transport);
    r->ranks_per_slave = plan_ranks(j->plan->options, j->plan->contract, (int)r->ranks);
    r->columns = err_alloc(j->columns_count, sizeof *r->columns, "columns", e);
    for (size_t i = 0; r->columns && i < j->columns_count; i++, r->columns_count++)
        if (result_set(&r->columns[i], j->columns[i], e) < 0)
            return -1;
    clock_iso(finished, clock_utc_us());
    if (!r->columns || result_set(&r->title, j->plan->contract->title, e) < 0 ||
        result_set(&r->function, j->plan->contract->digest, e) < 0 ||
        result_set(&r->started, clock_iso(text, j->run.time_us), e) < 0 ||
        result_set(&r->finished, finished, e) < 0 ||
        result_set(&r->version, "metaneuron " PACKAGE_VERSION "; " MN_LIBRARIES, e) < 0)
        return -1;
    slurm_job(job);
    return result_set(&r->job, job_is_collected(j) ? "" : job, e);
}

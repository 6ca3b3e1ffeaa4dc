/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaves out the slaves that are not to be asked. */
#include "engine/flow/exclude.h"

#include "engine/flow/submit.h"
#include "ledger/fold/reason.h"

/* A run that was resumed may have recorded it already, or an earlier round. */
static bool is_recorded(const struct job *j, const char *name)
{
    const struct run_slave *known = runs_slave(&j->run, name);

    return j->round > 1 || (known && reason_of(known->trouble) == REASON_EXCLUDED);
}

static int exclude_one(struct job *j, uint32_t number, struct err *e)
{
    struct job_partition *p = &j->partitions[number - 1];
    struct result_slave *s = &j->result->slave[number - 1];
    if (p->stage != JOB_WAITING) /* it has answered already */
        return 0;
    if (!is_recorded(j, s->name))
        return submit_lost(j, number - 1, ERR_INCOMPLETE, reason_text(REASON_EXCLUDED), e);
    p->stage = JOB_FAILED;
    p->code = ERR_INCOMPLETE;
    return result_set(&s->trouble, reason_text(REASON_EXCLUDED), e);
}

int exclude(struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->plan->options->skip_slaves_count; i++)
        if (exclude_one(j, j->plan->options->skip_slaves[i], e) < 0)
            return -1;
    return job_commit(j, e);
}

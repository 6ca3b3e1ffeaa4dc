/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records the judge's decisions. */
#include "engine/flow/filter.h"

#include <inttypes.h>
#include <math.h>

#include "engine/flow/shards.h"
#include "engine/judge/decisions.h"
#include "engine/judge/recorded.h"
#include "engine/result/word.h"

static int record_decision(struct job *j, const struct result_slave *s, struct err *e)
{
    bool hides = job_is_collected(j) && job_disclose(j) < DISCLOSE_FEATURES;
    struct record *r = job_record(j, "filter", e);

    if (!r)
        return -1;
    record_set(r, "round", "%" PRIu64, j->round);
    record_set(r, "slave", "%s", s->name);
    record_set(r, "method", "%s", j->result->method);
    record_set_number(r, "score", hides ? NAN : s->decision.score);
    record_set_number(r, "threshold", j->result->threshold);
    record_set_number(r, "weight", s->weight);
    record_set_number(r, "share", s->share);
    record_set(r, "decision", "%s", s->decision.rejected ? "rejected" : "accepted");
    record_set(r, "why", "%s", job_is_collected(j) ? result_word(s->why) : s->why);
    return 0;
}

int filter_judge(struct job *j, struct err *e)
{
    if (j->judged)
        return 0;
    if ((j->result->dealt.states ? shards_judge(j, e)
                                 : judge_decisions(j->plan->contract, j->bound, j->result, e)) < 0)
        return -1;
    if (j->run.aggregated && judge_recorded(j->plan->contract, j->bound, &j->run, j->result, e) < 0)
        return -1; /* who goes on with a run may do so on another processor */
    if (job_disclose(j) == DISCLOSE_FEATURES)
        judge_mark_unfit(j->result);
    j->judged = true;
    return 0;
}

int filter(struct job *j, struct err *e)
{
    if (filter_judge(j, e) < 0)
        return -1;
    for (size_t k = 0; !j->run.aggregated && k < j->result->slaves; k++)
        if (j->result->slave[k].answered && record_decision(j, &j->result->slave[k], e) < 0)
            return -1;
    return 0; /* the records go into one batch with the aggregate's */
}

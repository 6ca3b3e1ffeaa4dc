/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what a person needs to judge a rejection, and stops for it. */
#include "engine/flow/rejected.h"

#include "engine/flow/status.h"
#include "engine/view/agreement.h"
#include "ledger/fold/history.h"

void rejected_keep(struct job *j)
{
    struct agreed a;
    struct err why = {0};

    if (result_agreed(j->result, &a, &why) < 0 ||
        agreement_keep(j->plan->options->ledger, j->run.key, &a, &why) < 0)
        job_warn(j, "which of the rejected results agree is not kept: %s", why.text);
    agreed_free(&a);
}

void rejected_look_back(struct job *j, struct result *r)
{
    struct history h;
    struct err why = {0};
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    if (rejected == 0)
        return;
    if (history_fold(j->ledger, j->run.seq, &h, &why) < 0) {
        job_warn(j, "what was rejected before is not known: %s", why.text);
        return;
    }
    for (size_t k = 0; k < r->slaves; k++) {
        struct result_slave *s = &r->slave[k];
        if (s->answered && s->decision.rejected) /* where centres compute nobody knows */
            history_earlier(&h, s->name, job_is_collected(j) ? "" : s->node, &s->earlier);
    }
    history_free(&h);
}

bool rejected_stops(const struct job *j)
{
    size_t answered, rejected = 0;

    for (size_t i = 0; j->plan->options->stop_rejected && i <= j->result->past_count; i++) {
        result_count(result_round(j->result, i), &answered, &rejected);
        if (rejected > 0)
            return true;
    }
    return false;
}

void rejected_stop(struct job *j, struct engine_report *report)
{
    const char *out = j->plan->options->out;
    size_t answered, rejected;

    result_count(j->result, &answered, &rejected);
    err_set(
        &report->stopped, ERR_STOPPED,
        "run %s: %zu of %zu results were rejected%s, and nothing is settled yet, as --on-reject "
        "stop asks: look at %s (metaneuron result show %s --slaves --if accepted=K); the same "
        "command with --on-reject settle settles it as it is",
        j->run.key, rejected, answered, rejected == 0 ? " in the last round, and some before" : "",
        out, out);
    status_failed(j, &report->stopped);
}

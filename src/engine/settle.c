/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/credits.h"

enum { TRIES = 1000 }; /* other runs may settle between our look and our write */

/* Divides what this contract emits, by the ledger as it is now. */
static int divide(struct job *j, uint64_t *work, uint64_t *credits, uint64_t *emission,
                  struct err *e)
{
    const struct result *x = j->result;
    struct accounts a;

    if (ledger_refresh(j->ledger, e) < 0 ||
        accounts_fold(j->ledger, ledger_state(j->ledger)->count, &a, e) < 0)
        return -1;
    *emission = credits_emission(a.left, a.rate[0], a.rate[1]);
    accounts_free(&a);
    size_t n = 0;
    for (size_t k = 0; k < x->slaves; k++)
        if (x->slave[k].answered)
            work[n++] = x->slave[k].decision.rejected ? 0 : x->slave[k].items;
    return credits_divide(*emission, work, n, credits, e);
}

static int record_settles(struct job *j, const uint64_t *credits, struct err *e)
{
    const struct result *x = j->result;
    size_t n = 0;

    for (size_t k = 0; k < x->slaves; k++) {
        const struct result_slave *s = &x->slave[k];
        if (!s->answered)
            continue;
        struct record *r = job_record(j, "settle", e);
        if (!r)
            return -1;
        record_set(r, "run", "%s", j->run.key);
        record_set(r, "slave", "%s", s->name);
        record_set(r, "decision", "%s", s->decision.rejected ? "rejected" : "accepted");
        record_set(r, "items", "%" PRIu64, s->items);
        record_set(r, "credits", "%" PRIu64, credits[n++]);
        record_set_digest(r, "result", j->result_digest);
    }
    return 0;
}

/* Effect: hands what was settled to who started the run. */
static int report(struct job *j, const uint64_t *credits, uint64_t emission,
                  struct engine_report *out, struct err *e)
{
    size_t n = 0;

    out->emission = emission;
    out->credits = err_alloc(j->result->slaves, sizeof *out->credits, "credits", e);
    for (size_t k = 0; out->credits && k < j->result->slaves; k++)
        if (j->result->slave[k].answered)
            out->credits[k] = credits[n++];
    return out->credits ? 0 : -1;
}

int settle(struct job *j, struct engine_report *out, struct err *e)
{
    size_t S = j->result->slaves;
    uint64_t emission = 0;
    uint64_t *work = err_alloc(S, sizeof *work, "credits", e);
    uint64_t *credits = err_alloc(S, sizeof *credits, "credits", e);
    int rc = -1;

    for (int i = 0; work && credits && rc < 0 && i < TRIES; i++) {
        struct err refused = {0};
        if (divide(j, work, credits, &emission, e) < 0 || record_settles(j, credits, e) < 0)
            break;
        rc = ledger_append(j->ledger, j->batch, j->batch_count, ledger_state(j->ledger)->head,
                           &refused);
        j->batch_count = 0;
        if (rc < 0 && (refused.code != ERR_INCOMPLETE || i + 1 == TRIES)) {
            err_set(e, refused.code, "%s", refused.text);
            break;
        }
    }
    if (rc == 0)
        rc = report(j, credits, emission, out, e);
    free(work);
    free(credits);
    return rc;
}

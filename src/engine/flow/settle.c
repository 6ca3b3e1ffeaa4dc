/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Divides the credits. */
#include "engine/flow/settle.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/judge/parties.h"
#include "ledger/fold/accounts.h"
#include "ledger/fold/credits.h"

enum { TRIES = 1000 }; /* other runs may settle between our look and our write */

/* What is divided, and among whom. */
struct division {
    struct party *party;
    size_t count;
    uint64_t emission, *work, *credits;
};

/* Divides what this contract emits, by the ledger as it is now. */
static int divide(struct job *j, struct division *d, struct err *e)
{
    struct accounts a;
    int rc = 0;

    if (ledger_refresh(j->ledger, e) < 0 ||
        accounts_fold(j->ledger, ledger_state(j->ledger)->count, &a, e) < 0)
        return -1;
    d->emission = credits_emission(a.left, a.rate[0], a.rate[1]);
    for (size_t i = 0; i < d->count; i++) {
        d->work[i] = d->party[i].rejected ? 0 : d->party[i].items;
        if (rc == 0)
            rc = accounts_check_items(&a, d->party[i].name, d->work[i], e);
    }
    accounts_free(&a);
    return rc < 0 ? -1 : credits_divide(d->emission, d->work, d->count, d->credits, e);
}

static int record_settles(struct job *j, const struct division *d, struct err *e)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct party *p = &d->party[i];
        struct record *r = job_record(j, "settle", e);
        if (!r)
            return -1;
        record_set(r, "slave", "%s", p->name);
        record_set(r, "decision", "%s", p->rejected ? "rejected" : "accepted");
        record_set(r, "items", "%" PRIu64, p->items);
        record_set(r, "credits", "%" PRIu64, d->credits[i]);
        record_set(r, "result", "%s", j->result_digest);
    }
    return 0;
}

/* Effect: hands what was settled to who started the run. */
static int report(const struct job *j, const struct division *d, struct engine_report *out,
                  struct err *e)
{
    out->credits = err_alloc(j->result->slaves, sizeof *out->credits, "credits", e);
    for (size_t i = 0; out->credits && i < d->count; i++) {
        out->emission += d->credits[i];
        if (d->party[i].entry != SIZE_MAX)
            out->credits[d->party[i].entry] = d->credits[i];
    }
    return out->credits ? 0 : -1;
}

/* Until nobody else has settled between our look and our write. */
static int append_settles(struct job *j, struct division *d, struct err *e)
{
    for (int i = 0; i < TRIES; i++) {
        struct err refused = {0};
        if (divide(j, d, e) < 0 || record_settles(j, d, e) < 0)
            return -1;
        int rc = ledger_append(j->ledger, j->batch, j->batch_count, ledger_state(j->ledger)->head,
                               &refused);
        j->batch_count = 0;
        if (rc == 0)
            return 0;
        if (refused.code != ERR_INCOMPLETE || i + 1 == TRIES)
            return err_set(e, refused.code, "%s", refused.text);
    }
    return -1;
}

int settle(struct job *j, struct engine_report *out, struct err *e)
{
    struct division d = {0};
    struct run now;

    /* Who was found out since this start began is in the ledger only. */
    if (runs_find(j->ledger, j->run.key, &now, e) < 0)
        return -1;
    int rc = judge_parties(j->result, &now, &d.party, &d.count, e);
    runs_free(&now);
    d.work = err_alloc(d.count, sizeof *d.work, "credits", e);
    d.credits = err_alloc(d.count, sizeof *d.credits, "credits", e);
    if (!d.work || !d.credits)
        rc = -1;
    if (rc == 0)
        rc = append_settles(j, &d, e);
    if (rc == 0)
        rc = report(j, &d, out, e);
    free(d.party);
    free(d.work);
    free(d.credits);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/name.h"
#include "ledger/credits.h"

enum { TRIES = 1000 }; /* other runs may settle between our look and our write */

/* Returns the party of that name among n, or a new one at their end. */
static struct party *party_of(struct party *list, size_t *n, const char *name)
{
    for (size_t i = *n; i > 0; i--) /* a slave's ranges mostly follow each other */
        if (strcmp(list[i - 1].name, name) == 0)
            return &list[i - 1];
    struct party *p = &list[(*n)++];
    *p = (struct party){.entry = SIZE_MAX};
    snprintf(p->name, sizeof p->name, "%s", name);
    return p;
}

/* The rounds of a run count as one computation: a slave that was rejected in more of those
 * that it answered than accepted is rejected. An honest one is now and then. */
static bool is_rejected(const struct result *r, size_t k)
{
    size_t answered = 0, rejected = 0;

    for (size_t i = 0; i <= r->past_count; i++) {
        const struct result_slave *s = &result_round(r, i)->slave[k];
        answered += s->answered;
        rejected += s->answered && s->decision.rejected;
    }
    return 2 * rejected > answered;
}

static bool has_answered(const struct result *r, size_t k)
{
    for (size_t i = 0; i <= r->past_count; i++)
        if (result_round(r, i)->slave[k].answered)
            return true;
    return false;
}

static void add_entry(struct party *list, size_t *n, const struct result *r, size_t k)
{
    const struct result_slave *s = &r->slave[k];
    bool work = result_range(s->name);
    char name[160];
    struct party *p = party_of(list, n, result_slave_name(s->name, name));

    /* Without data, history is earned by what a second slave has confirmed. */
    p->items += !work || s->confirmed ? s->items : 0;
    p->rejected |= is_rejected(r, k);
    if (p->entry == SIZE_MAX)
        p->entry = k;
}

int settle_parties(const struct result *r, const struct run *run, struct party **list,
                   size_t *count, struct err *e)
{
    *count = 0;
    *list = err_alloc(r->slaves + run->count, sizeof **list, "parties", e);
    for (size_t k = 0; *list && k < r->slaves; k++)
        if (has_answered(r, k))
            add_entry(*list, count, r, k);
    for (size_t i = 0; *list && i < run->count; i++)
        if (run->slaves[i].wrong)
            party_of(*list, count, run->slaves[i].name)->rejected = true;
    return *list ? 0 : -1;
}

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

    if (ledger_refresh(j->ledger, e) < 0 ||
        accounts_fold(j->ledger, ledger_state(j->ledger)->count, &a, e) < 0)
        return -1;
    d->emission = credits_emission(a.left, a.rate[0], a.rate[1]);
    accounts_free(&a);
    for (size_t i = 0; i < d->count; i++)
        d->work[i] = d->party[i].rejected ? 0 : d->party[i].items;
    return credits_divide(d->emission, d->work, d->count, d->credits, e);
}

static int record_settles(struct job *j, const struct division *d, struct err *e)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct party *p = &d->party[i];
        struct record *r = job_record(j, "settle", e);
        if (!r)
            return -1;
        record_set(r, "run", "%s", j->run.key);
        record_set(r, "slave", "%s", p->name);
        record_set(r, "decision", "%s", p->rejected ? "rejected" : "accepted");
        record_set(r, "items", "%" PRIu64, p->items);
        record_set(r, "credits", "%" PRIu64, d->credits[i]);
        record_set_digest(r, "result", j->result_digest);
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
    int rc = settle_parties(j->result, &now, &d.party, &d.count, e);
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

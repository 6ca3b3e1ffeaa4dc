/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the order of a run's records: claim, submit, filter, aggregate, update, settle. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <string.h>

#include "engine/result/name.h"
#include "engine/verify/standing.h"

/* How far the run is. */
struct order {
    struct verify *v;
    const struct record *r; /* that is looked at */
    struct standings all;
    uint64_t aggregated; /* rounds */
    uint64_t models;     /* that there are: of round 0 and of those that led to one */
    uint64_t again;      /* claims and submissions in whose place others of the slave came */
    uint64_t unknown;    /* records of the run of types that are not known here */
    uint64_t told;       /* records of what no result is made of */
    bool settled, closed;
};

static void complain(struct order *o, const char *what)
{
    verify_complain(o->v, "ledger: record %" PRIu64 " (%s): %s", o->r->seq, o->r->type, what);
}

/* The same, of the record's slave. */
static void complain_of(struct order *o, const char *what)
{
    verify_complain(o->v, "ledger: record %" PRIu64 " (%s): slave %s %s", o->r->seq, o->r->type,
                    record_get(o->r, "slave"), what);
}

/* A slave of data has one of the contract's names; one of work is of this site. */
static void check_slave(struct order *o)
{
    const struct contract *c = o->v->contract;
    const char *name = record_get(o->r, "slave");
    size_t site = strlen(o->v->site);
    char ours[SLAVE_NAME] = "";
    uint64_t k = run_place(&o->v->run, name);

    if (c->work_units > 0 ? strncmp(name, o->v->site, site) == 0 && name[site] == '/'
        : k >= 1 && k <= (uint64_t)c->slaves
            ? strcmp(result_partition_name(&o->v->run, o->v->site, c, k - 1, ours), name) == 0
            : false)
        return;
    complain_of(o, "is none of the contract's");
}

static int see_claim(struct order *o, struct err *e)
{
    struct standing *s = standing_of(&o->all, record_get(o->r, "slave"), e);

    if (!s)
        return -1;
    check_slave(o);
    o->again += s->claims;
    s->claims = true;
    if (strcmp(record_get(o->r, "copy"), o->v->run.file) != 0)
        complain_of(o, "did not claim the contract that was published");
    if (record_get_u64(o->r, "items", &s->items, e) < 0)
        return -1;
    if (o->v->contract->work_units > 0 &&
        (s->items != 0 || strspn(record_get(o->r, "commit") + strlen("sha256:"), "0") != 64))
        complain_of(o, "has committed itself to data, which there is none of");
    return 0;
}

static int see_withdraw(struct order *o, struct err *e)
{
    struct standing *s = standing_of(&o->all, record_get(o->r, "slave"), e);

    if (s && !s->claims)
        complain_of(o, "has no claim to give back");
    if (s)
        s->claims = false;
    return s ? 0 : -1;
}

/* Returns the units of the range that the record's slave has answered; 0: there is none such. */
static uint64_t units_of_range(const struct order *o)
{
    const struct contract *c = o->v->contract;
    uint64_t k = runs_range(record_get(o->r, "slave"));

    return k >= 1 && k <= (uint64_t)c->slaves ? contract_range_items(c, k - 1) : 0;
}

/* Without data, a claim is of no items: those of a range follow from the contract. */
static void check_items(struct order *o, const struct standing *s, uint64_t items)
{
    if (o->v->contract->work_units > 0 && units_of_range(o) != items)
        complain_of(o, "has submitted other units than its range has");
    if (!s->claims)
        complain_of(o, "has submitted what it had not claimed");
    else if (o->v->contract->work_units == 0 && s->items != items)
        verify_complain(o->v,
                        "ledger: record %" PRIu64 " (submit): slave %s claimed %" PRIu64
                        " items and submitted %" PRIu64,
                        o->r->seq, record_get(o->r, "slave"), s->items, items);
}

/* A state that was lost before the run was settled is computed, and submitted, once more. */
static int see_submit(struct order *o, struct err *e)
{
    struct standing *s = standing_of(&o->all, record_get(o->r, "slave"), e);
    uint8_t state[SHA256_LEN];
    uint64_t round, items;

    if (!s || record_get_digest(o->r, "state", state, e) < 0 ||
        record_get_u64(o->r, "round", &round, e) < 0 ||
        record_get_u64(o->r, "items", &items, e) < 0)
        return -1;
    check_items(o, s, items);
    struct answer *a = answer_of(&o->all, o->r);
    if (round < 1 || round > o->aggregated + 1 || (o->v->iterative && round > o->models))
        complain_of(o, "has submitted before the round began");
    else if (a && a->judged && memcmp(a->state, state, SHA256_LEN) != 0)
        complain_of(o, "has submitted another state after it was judged");
    else if (round <= o->aggregated && !(a && a->judged))
        complain_of(o, "has submitted after the aggregate of its round");
    check_slave(o);
    if (!a)
        return answer_add(&o->all, o->r, state, e);
    o->again++;
    memcpy(a->state, state, SHA256_LEN);
    return 0;
}

/* A slave that was found out is named in a check of its own, without a range. */
static int see_check(struct order *o, struct err *e)
{
    struct standing *by = standing_of(&o->all, record_get(o->r, "by"), e);

    if (!by)
        return -1;
    if (!by->claims)
        complain(o, "who has computed again had not claimed");
    if (o->aggregated > 0)
        complain(o, "stands after the aggregate");
    const char *verdict = record_get(o->r, "verdict");
    if (strcmp(verdict, "same") != 0 && strcmp(verdict, "differs") != 0 &&
        strcmp(verdict, "wrong") != 0)
        complain(o, "its verdict is none: expected same, differs or wrong");
    if (strcmp(verdict, "wrong") != 0 && !answer_of(&o->all, o->r))
        complain_of(o, "has not submitted what was compared");
    return 0;
}

static int see_filter(struct order *o, struct err *e)
{
    struct answer *a = answer_of(&o->all, o->r);
    uint64_t round;

    if (record_get_u64(o->r, "round", &round, e) < 0)
        return -1;
    if (round != o->aggregated + 1)
        complain_of(o, "was judged outside of its round");
    else if (!a)
        complain_of(o, "was judged before it had submitted");
    else if (a->judged)
        complain_of(o, "was judged twice");
    if (a)
        a->judged = true;
    return 0;
}

static int see_aggregate(struct order *o, struct err *e)
{
    uint64_t round;

    if (record_get_u64(o->r, "round", &round, e) < 0)
        return -1;
    if (round != o->aggregated + 1 || round > (uint64_t)contract_rounds(o->v->contract))
        complain(o, "is not of the round that follows");
    o->aggregated = round < UINT64_MAX ? round : 0;
    return 0;
}

static int see_update(struct order *o, struct err *e)
{
    uint64_t round;

    if (record_get_u64(o->r, "round", &round, e) < 0)
        return -1;
    if (!o->v->iterative)
        complain(o, "the function has no models");
    else if (round != o->models || round != o->aggregated)
        complain(o, "does not follow the aggregate of its round");
    else if (round > 0 && o->v->contract->part > 0)
        complain(o, "a centre's part leads to no model");
    if (round == 0 && strcmp(record_get(o->r, "converged"), "0") != 0)
        complain(o, "no round can have converged before the first");
    o->models = round < UINT64_MAX ? round + 1 : 0;
    return 0;
}

static int see_settle(struct order *o, struct err *e)
{
    (void)e;
    if (o->aggregated == 0)
        complain(o, "nothing was aggregated before");
    else if (o->v->iterative && o->models != o->aggregated + (o->v->contract->part == 0))
        complain(o, "the last round has led to no model before");
    if (o->closed)
        complain(o, "the run was closed before, without an answer");
    o->settled = true;
    o->v->settled_at = o->r->seq;
    return 0;
}

/* Whom a run of centres asks is said with its publication. */
static int see_open(struct order *o, struct err *e)
{
    (void)e;
    if (o->r->seq != o->v->run.seq + 1)
        complain(o, "does not stand behind the publish record of its run, and says nothing");
    return 0;
}

static int see_close(struct order *o, struct err *e)
{
    (void)e;
    o->closed = true;
    return 0;
}

static int see_told(struct order *o, struct err *e)
{
    (void)e;
    o->told++;
    return 0;
}

static const struct step {
    const char *type;
    int (*see)(struct order *o, struct err *e); /* NULL: it may stand anywhere before the end */
} steps[] = {
    {"view", NULL},         {"decline", NULL},          {"lost", NULL},
    {"claim", see_claim},   {"withdraw", see_withdraw}, {"submit", see_submit},
    {"check", see_check},   {"filter", see_filter},     {"aggregate", see_aggregate},
    {"update", see_update}, {"settle", see_settle},     {"job", see_told},
    {"prune", see_told},    {"open", see_open},         {"close", see_close},
};

/* After its settlement a supervisor may tell of its last attempt, and nobody of anything else. */
static int visit(const struct record *r, void *context, struct err *e)
{
    struct order *o = context;
    const char *run = record_get(r, "run");
    const struct step *s = NULL;

    if (!run || strcmp(run, o->v->run.key) != 0)
        return 0;
    o->unknown += !r->known;
    if (!r->known)
        return 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (strcmp(steps[i].type, r->type) == 0)
            s = &steps[i];
    if (!s)
        return 0;
    o->r = r;
    if (o->settled && s->see != see_settle)
        complain(o, "stands after the settlement of its run");
    return s->see ? s->see(o, e) : 0;
}

/* What stands in the ledger, and nothing was made of. */
static void tell_rest(const struct order *o)
{
    uint64_t unjudged = 0;

    for (size_t i = 0; i < o->all.answers_count; i++)
        unjudged += !o->all.answer[i].judged;
    if (o->again > 0)
        verify_believe(o->v, "ledger: claim, submit",
                       "that others of the same slave, which came later, stand in their place");
    if (unjudged > 0)
        verify_believe(o->v, "ledger: submit", "what no filter record judges is not looked at");
    if (o->told > 0 || o->v->r->job[0])
        verify_believe(o->v, "ledger: job, prune",
                       "in which batch jobs the run was computed, and what files were removed");
    if (o->unknown > 0)
        verify_believe(o->v, "ledger: records of unknown types", "what a newer version wrote");
}

int verify_order(struct verify *v, struct err *e)
{
    struct order o = {.v = v};
    int rc = ledger_scan(v->ledger, visit, &o, e);

    if (rc >= 0)
        tell_rest(&o);
    standings_free(&o.all);
    return rc < 0 ? -1 : 0;
}

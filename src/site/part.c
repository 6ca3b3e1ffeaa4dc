/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prepares what a centre computes in a round. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "engine/result/result.h"
#include "site/house/payload.h"
#include "site/policy/rules.h"
#include "site/roster.h"
#include "site/site.h"
#include "util/place.h"
#include "util/store.h"

/* Reads a payload of the collector that is so many doubles, which the caller frees. */
static double *read_doubles(struct site *s, const struct fed_run *run,
                            const uint8_t digest[static SHA256_LEN], size_t count, const char *what,
                            struct err *e)
{
    char *data;
    size_t len;

    if (payload_get(&s->house, run->collector, digest, count * sizeof(double), &data, &len, e) < 0)
        return err_null(err_context(e, "%s of run %s", what, run->key));
    if (len == count * sizeof(double))
        return (double *)(void *)data;
    free(data);
    return err_null(err_set(e, ERR_INPUT, "%s of run %s has %zu bytes, expected %zu", what,
                            run->key, len, count * sizeof(double)));
}

/* Effect: the roster of the round is read: whether this centre's claim is on it. */
static int take_roster(struct site *s, struct site_case *c, const struct fed_round *round,
                       struct err *e)
{
    char *data;
    size_t len;
    struct roster r = {0};

    if (payload_get(&s->house, c->run->collector, round->roster, ROSTER_MOST, &data, &len, e) < 0)
        return err_context(e, "the roster of run %s", c->run->key);
    int rc = roster_read(&r, data, len, e);
    if (rc == 0 &&
        (strcmp(r.run, c->run->key) != 0 || r.round != round->round || r.attempt != round->attempt))
        rc = err_set(e, ERR_INPUT, "the roster of run %s, round %" PRIu64 ", is of another one",
                     c->run->key, round->round);
    const struct roster_line *mine = rc == 0 ? roster_find(&r, s->house.name) : NULL;
    c->q.on_roster = mine && memcmp(mine->claim, c->party->claim, SHA256_LEN) == 0;
    roster_free(&r);
    free(data);
    return rc;
}

/* Sets *model to the first one, as the contract or its function has it; the caller frees. */
static int first_model(const struct site_case *c, size_t length, double **model, struct err *e)
{
    if (!(*model = err_alloc(length, sizeof **model, "a model", e)))
        return -1;
    if (!c->contract->model)
        return bound_start(c->bound, *model, e);
    memcpy(*model, c->contract->model, length * sizeof **model);
    return 0;
}

/* Sets *model to what update() makes of the model before and of the published aggregate. */
static int next_model(struct site *s, const struct site_case *c, uint64_t round, size_t length,
                      double **model, struct err *e)
{
    const struct fed_round *last = fed_round(c->run, round - 1),
                           *older = round > 1 ? fed_round(c->run, round - 2) : NULL;
    double *before = NULL, *aggregate = NULL;
    bool over;
    int rc = -1;

    if (!last || !last->aggregated || !older || !older->updated)
        return err_set(e, ERR_INPUT, "the rounds before are not there");
    if ((before = read_doubles(s, c->run, older->model, length, "a model", e)) &&
        (aggregate =
             read_doubles(s, c->run, last->aggregate, bound_length(c->bound), "an aggregate", e)) &&
        (*model = err_alloc(length, sizeof **model, "a model", e))) {
        bound_set_round(c->bound, round - 1, before);
        rc = bound_update(c->bound, *model, aggregate, &over, e);
    }
    free(before);
    free(aggregate);
    return rc;
}

/* Effect: the model of a round, and whether it is what it must be. */
static int take_model(struct site *s, struct site_case *c, struct site_part *p, struct err *e)
{
    const struct fed_round *before = fed_round(c->run, p->round - 1);
    size_t length = bound_model_length(c->bound);
    double *expected = NULL;

    if (length == 0)
        return 0;
    if (!before || !before->updated)
        return err_set(e, ERR_INCOMPLETE, "run %s: the model of round %" PRIu64 " is not there yet",
                       c->run->key, p->round);
    if (!(p->model = read_doubles(s, c->run, before->model, length, "the model", e)))
        return -1;
    p->model_length = length;
    int rc = p->round == 1 ? first_model(c, length, &expected, NULL)
                           : next_model(s, c, p->round, length, &expected, NULL);
    c->q.replayed = rc == 0 && memcmp(expected, p->model, length * sizeof *expected) == 0;
    c->q.model_approved =
        c->party->has_model && memcmp(c->party->approved_model, before->model, SHA256_LEN) == 0;
    c->q.model = p->model;
    c->q.model_length = length;
    free(expected);
    return 0;
}

/* A result that is looked for among those that were settled. */
struct settled {
    uint8_t digest[SHA256_LEN];
    bool found;
};

static int see_settle(const struct record *r, void *context, struct err *e)
{
    struct settled *x = context;
    uint8_t digest[SHA256_LEN];

    (void)e;
    if (strcmp(r->type, "settle") == 0 && record_get_digest(r, "result", digest, NULL) == 0)
        x->found |= memcmp(digest, x->digest, SHA256_LEN) == 0;
    return 0;
}

bool site_part_is_computed(const struct site *s, const char *run, uint64_t round)
{
    struct settled x = {.found = false};
    char name[64], path[PATH_MAX], *data;
    size_t len;

    snprintf(name, sizeof name, "runs/%s/round-%" PRIu64 "/result.h5", run, round);
    if (house_path(&s->house, name, path, NULL) < 0 || !file_exists(path) ||
        file_read(path, RESULT_FILE_MOST, &data, &len, NULL) < 0)
        return false;
    int rc = hash_bytes(data, len, x.digest, NULL);
    free(data);
    struct ledger *own = rc < 0 || house_path(&s->house, "own", path, NULL) < 0
                             ? NULL
                             : ledger_open_read(path, NULL);
    if (own)
        ledger_scan(own, see_settle, &x, NULL);
    ledger_close(own);
    return x.found;
}

/* Effect: the paths of a part in the house. */
static int set_paths(struct site *s, struct site_part *p, struct err *e)
{
    char name[64];

    snprintf(name, sizeof name, "round-%" PRIu64 "/contract.h5", p->round);
    if (house_run_path(&s->house, p->run, name, p->contract, e) < 0)
        return -1;
    snprintf(name, sizeof name, "round-%" PRIu64 "/result.h5", p->round);
    if (house_run_path(&s->house, p->run, name, p->out, e) < 0)
        return -1;
    snprintf(name, sizeof name, "round-%" PRIu64 "/job", p->round);
    if (house_run_path(&s->house, p->run, name, p->job, e) < 0 ||
        house_path(&s->house, "own", p->ledger, e) < 0)
        return -1;
    p->computed = site_part_is_computed(s, p->run, p->round);
    return 0;
}

/* Fails when there is nothing to compute now. */
static int check_turn(const struct site *s, const struct fed_run *run, struct err *e)
{
    const struct fed_party *p = fed_party(run, s->house.name);
    uint64_t round = fed_present(run);

    if (!p || !p->claimed || p->withdrawn)
        return err_set(e, ERR_USAGE, "run %s: this centre has no claim of it", run->key);
    if (fed_over(run))
        return err_set(e, ERR_REFUSED, "run %s is over", run->key);
    if (round == 0)
        return err_set(e, ERR_INCOMPLETE, "run %s: %s has not said yet who computes", run->key,
                       run->collector);
    if (fed_submit_of(p, round))
        return err_set(e, ERR_INCOMPLETE,
                       "run %s: the result of round %" PRIu64
                       " was submitted; now the others are waited for",
                       run->key, round);
    return 0;
}

int site_find_part(struct site *s, const char *run, struct site_case *c, struct site_part *p,
                   struct err *e)
{
    struct fed_run *known = federation_run(&s->fed, run, e);

    *c = (struct site_case){0};
    *p = (struct site_part){0};
    if (!known || check_turn(s, known, e) < 0 ||
        site_consider(s, known->key, SITE_ACTS_DATA, c, e) < 0)
        return -1;
    snprintf(p->run, sizeof p->run, "%s", c->run->key);
    p->round = fed_present(c->run);
    if (!c->rules)
        return err_set(e, c->denied.code, "%s", c->denied.text);
    if (!c->location || !c->bound) { /* a rule says so */
        struct rules_finding first;
        if (rules_check(c->rules, RULES_CLAIM, &c->q, &first, e) == 0)
            err_set(e, ERR_REFUSED, "data: this centre cannot compute run %s any more", p->run);
        return -1;
    }
    if (!(p->location = strdup(c->location)))
        return err_memory(e, "a part");
    snprintf(p->data, sizeof p->data, "%s", c->contract->data);
    rules_limits(c->rules, &p->limits);
    c->q.cluster = s->house.cluster;
    c->q.sandboxed = s->base->sandbox.on;
    if (take_roster(s, c, fed_round(c->run, p->round), e) < 0 || take_model(s, c, p, e) < 0)
        return -1;
    return set_paths(s, p, e);
}

struct contract *site_part_contract(const struct site_case *c, const struct site_part *p,
                                    struct err *e)
{
    struct contract *part;

    if (contract_part(c->contract, p->round, p->model, p->model_length, &part, e) < 0)
        return NULL;
    if (contract_set_nonce(part, p->run, e) == 0)
        return part;
    contract_destroy(part);
    return NULL;
}

/* Effect: the part stands in the house as a contract of its own. */
static int write_part(const struct site_case *c, const struct site_part *p, struct err *e)
{
    struct contract *part = site_part_contract(c, p, e);
    int rc = part ? contract_write(part, p->contract, e) : -1;

    contract_destroy(part);
    return rc;
}

int site_prepare(struct site *s, const char *run, struct site_part *p, struct err *e)
{
    struct site_case c;
    struct rules_finding first;
    int rc = site_find_part(s, run, &c, p, e);

    if (rc == 0) {
        c.q.running = site_jobs_alive(s, c.run->key);
        rc = rules_check(c.rules, RULES_COMPUTE, &c.q, &first, e);
    }
    if (rc == 0)
        rc = write_part(&c, p, e);
    site_case_free(&c);
    return rc;
}

void site_part_free(struct site_part *p)
{
    free(p->location);
    free(p->model);
    *p = (struct site_part){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of one run, as records are folded into it. */
#include "ledger/fold/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/names.h"

/* Effect: replaces *text by a copy of another. */
static int keep_text(char **text, const char *value, struct err *e)
{
    char *copy = strdup(value);

    if (!copy)
        return err_memory(e, "a run");
    free(*text);
    *text = copy;
    return 0;
}

/* The same of a record's value. */
static int keep(char **text, const struct record *r, const char *key, struct err *e)
{
    return keep_text(text, record_get(r, key), e);
}

struct run_slave *runs_slave(const struct run *run, const char *name)
{
    size_t i = lookup_find(&run->names, name);

    return i == LOOKUP_NONE ? NULL : &run->slaves[i];
}

static struct run_slave *slave_of(struct run *run, const char *name, struct err *e)
{
    struct run_slave *known = runs_slave(run, name);
    if (known)
        return known;
    struct run_slave *slaves =
        err_grow(run->slaves, run->count, &run->capacity, sizeof *slaves, "a run", e);
    if (!slaves)
        return NULL;
    run->slaves = slaves;
    char *copy = strdup(name);
    if (!copy)
        return err_null(err_memory(e, "a run"));
    run->slaves[run->count] = (struct run_slave){.name = copy};
    return lookup_add(&run->names, name, run->count++, e) < 0 ? NULL : &slaves[run->count - 1];
}

static int fold_claim(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    (void)run;
    s->claimed = true;
    s->withdrawn = false;
    if (record_get_u64(r, "items", &s->items, e) < 0 || keep(&s->commit, r, "commit", e) < 0)
        return -1;
    return keep(&s->node, r, "node", e) < 0 ? -1 : keep(&s->copy, r, "copy", e);
}

static int fold_withdraw(struct run *run, struct run_slave *s, const struct record *r,
                         struct err *e)
{
    (void)run;
    s->withdrawn = true;
    return record_get_digest(r, "state", s->saved, e);
}

static int fold_submit(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    (void)run;
    s->submitted = true;
    s->confirmed = s->differs = false;
    return record_get_digest(r, "state", s->state, e) < 0 ||
                   record_get_u64(r, "items", &s->submitted_items, e) < 0
               ? -1
               : record_get_double(r, "seconds", &s->seconds, e);
}

static int fold_check(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    const char *verdict = record_get(r, "verdict");

    (void)run, (void)e;
    s->confirmed |= strcmp(verdict, "same") == 0;
    s->differs |= strcmp(verdict, "differs") == 0;
    s->wrong |= strcmp(verdict, "wrong") == 0;
    return 0;
}

static int fold_filter(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    (void)run;
    s->filtered = true;
    if (record_get_double(r, "score", &s->score, e) < 0 ||
        record_get_double(r, "threshold", &s->threshold, e) < 0 ||
        record_get_double(r, "weight", &s->weight, e) < 0 ||
        record_get_double(r, "share", &s->share, e) < 0 || keep(&s->method, r, "method", e) < 0)
        return -1;
    return keep(&s->decision, r, "decision", e) < 0 ? -1 : keep(&s->why, r, "why", e);
}

static int fold_settle(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    s->settled = run->settled = true;
    run->results_differ |= run->result && strcmp(run->result, record_get(r, "result")) != 0;
    s->earned = strcmp(record_get(r, "decision"), "accepted") == 0;
    if (keep(&run->result, r, "result", e) < 0 ||
        record_get_u64(r, "items", &s->settled_items, e) < 0)
        return -1;
    return record_get_u64(r, "credits", &s->credits, e);
}

static int fold_lost(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    (void)run;
    s->declined = REASON_NONE;
    return keep(&s->node, r, "node", e) < 0 ? -1 : keep(&s->trouble, r, "reason", e);
}

static int fold_decline(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    enum reason reason = reason_of_word(record_get(r, "reason"));

    if (fold_lost(run, s, r, e) < 0)
        return -1;
    if (reason == REASON_OTHER)
        return 0;
    s->declined = reason;
    return keep_text(&s->trouble, reason_text(reason), e);
}

static int fold_aggregate(struct run *run, struct run_slave *s, const struct record *r,
                          struct err *e)
{
    (void)s;
    run->aggregated = true;
    return record_get_digest(r, "state", run->state, e) < 0 ||
                   record_get_u64(r, "accepted", &run->accepted, e) < 0
               ? -1
               : record_get_u64(r, "items", &run->items, e);
}

static int fold_update(struct run *run, struct run_slave *s, const struct record *r, struct err *e)
{
    uint64_t converged;

    (void)s;
    if (record_get_u64(r, "converged", &converged, e) < 0)
        return -1;
    run->updated = true;
    run->converged = converged != 0;
    return record_get_digest(r, "model", run->model, e);
}

/* An attempt may be one of the whole run, whose slave is "-". */
static int fold_attempt(struct run *run, struct run_slave *none, const struct record *r,
                        struct err *e)
{
    struct run_slave *s = runs_slave(run, record_get(r, "slave"));

    (void)none, (void)e;
    run->attempts++;
    if (s)
        s->attempts++;
    return 0;
}

static int fold_job(struct run *run, struct run_slave *none, const struct record *r, struct err *e)
{
    (void)none;
    return keep(&run->cluster, r, "cluster", e) < 0 ? -1 : keep(&run->job, r, "job", e);
}

static int fold_prune(struct run *run, struct run_slave *none, const struct record *r,
                      struct err *e)
{
    (void)none, (void)r, (void)e;
    run->pruned = true;
    return 0;
}

/* It stands behind the publish record: whoever writes another one later says nothing. */
static int fold_open(struct run *run, struct run_slave *none, const struct record *r, struct err *e)
{
    (void)none;
    return run->asked.count > 0 || r->seq != run->seq + 1 ? 0 : asked_read(&run->asked, r, e);
}

static int fold_close(struct run *run, struct run_slave *none, const struct record *r,
                      struct err *e)
{
    (void)none;
    return keep(&run->closed, r, "code", e);
}

/* Whether a record is of another round than the one that is asked for. */
static int look_at_round(struct run *run, const struct record *r, uint64_t only, bool *other,
                         struct err *e)
{
    uint64_t round;

    *other = false;
    if (!record_get(r, "round"))
        return 0;
    if (record_get_u64(r, "round", &round, e) < 0)
        return -1;
    run->last_round = round > run->last_round ? round : run->last_round;
    *other = only != RUN_EVERY_ROUND && round != only;
    return 0;
}

/* What each type of record does to a run. */
static const struct fold {
    const char *type;
    bool of_slave; /* it is the last thing that is known of its slave */
    enum run_last last;
    int (*fold)(struct run *run, struct run_slave *s, const struct record *r, struct err *e);
} folds[] = {
    {"view", true, RUN_VIEWED, NULL},
    {"decline", true, RUN_DECLINED, fold_decline},
    {"claim", true, RUN_CLAIMED, fold_claim},
    {"withdraw", true, RUN_NOTHING, fold_withdraw},
    {"submit", true, RUN_SUBMITTED, fold_submit},
    {"lost", true, RUN_LOST, fold_lost},
    {"check", true, RUN_NOTHING, fold_check},
    {"filter", true, RUN_FILTERED, fold_filter},
    {"settle", true, RUN_SETTLED, fold_settle},
    {"aggregate", false, RUN_NOTHING, fold_aggregate},
    {"update", false, RUN_NOTHING, fold_update},
    {"attempt", false, RUN_NOTHING, fold_attempt},
    {"job", false, RUN_NOTHING, fold_job},
    {"prune", false, RUN_NOTHING, fold_prune},
    {"open", false, RUN_NOTHING, fold_open},
    {"close", false, RUN_NOTHING, fold_close},
};

static const struct fold *fold_of(const char *type)
{
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++)
        if (strcmp(folds[i].type, type) == 0)
            return &folds[i];
    return NULL;
}

int run_check_slave(const struct record *r, struct err *e)
{
    size_t len = strlen(record_get(r, "slave"));

    if (len < SLAVE_NAME)
        return 0;
    return err_set(e, ERR_INPUT,
                   "record %" PRIu64 " (%s): the name of its slave has %zu bytes, at most %d are "
                   "allowed",
                   r->seq, r->type, len, SLAVE_NAME - 1);
}

int run_fold(struct run *run, const struct record *r, uint64_t round, struct err *e)
{
    const struct fold *f = fold_of(r->type);
    struct run_slave *s = NULL;
    bool other;

    run->last_us = r->time_us;
    if (!f)
        return 0;
    if (look_at_round(run, r, round, &other, e) < 0)
        return -1;
    if (other)
        return 0;
    if (f->of_slave) {
        if (run_check_slave(r, e) < 0 || !(s = slave_of(run, record_get(r, "slave"), e)))
            return -1;
        s->last = f->last;
        s->last_us = r->time_us;
    }
    return f->fold ? f->fold(run, s, r, e) : 0;
}

int run_begin(struct run *run, const struct record *r, struct err *e)
{
    char hex[SHA256_HEX + 1];

    runs_free(run);
    snprintf(run->key, sizeof run->key, "%s", hex_encode(hex, r->sum, RUN_HEX / 2));
    run->seq = r->seq;
    run->time_us = run->last_us = r->time_us;
    if (keep(&run->contract, r, "contract", e) < 0 || keep(&run->file, r, "file", e) < 0 ||
        keep(&run->function, r, "function", e) < 0 ||
        record_get_u64(r, "slaves", &run->wanted, e) < 0 ||
        record_get_u64(r, "rounds", &run->rounds, e) < 0)
        return -1;
    return keep(&run->data, r, "data", e);
}

void runs_forget_round(struct run *run)
{
    run->aggregated = run->updated = run->converged = false;
    for (size_t i = 0; i < run->count; i++) {
        struct run_slave *s = &run->slaves[i];
        s->submitted = s->filtered = s->confirmed = s->differs = false;
    }
}

void runs_free(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct run_slave *s = &run->slaves[i];
        free(s->name);
        free(s->commit);
        free(s->node);
        free(s->copy);
        free(s->method);
        free(s->decision);
        free(s->why);
        free(s->trouble);
    }
    free(run->slaves);
    lookup_free(&run->names);
    free(run->contract);
    free(run->file);
    free(run->function);
    free(run->data);
    free(run->result);
    free(run->cluster);
    free(run->job);
    free(run->closed);
    asked_free(&run->asked);
    *run = (struct run){0};
}

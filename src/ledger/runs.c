/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVERY_ROUND UINT64_MAX

/* Effect: replaces *text by a copy of a record's value. */
static int keep(char **text, const struct record *r, const char *key, struct err *e)
{
    char *copy = strdup(record_get(r, key));

    if (!copy)
        return err_memory(e, "a run");
    free(*text);
    *text = copy;
    return 0;
}

/* Returns the number of the slave in the list, or run->count. The records of a
 * run name the slaves in the same order again and again: the search begins
 * where the last one ended. */
static size_t search_slave(const struct run *run, const char *name)
{
    for (size_t i = 0; i < run->count; i++) {
        size_t k = (run->recent + i) % run->count;
        if (strcmp(run->slaves[k].name, name) == 0)
            return k;
    }
    return run->count;
}

size_t runs_slave_length(const char *name)
{
    return strcspn(name, "#");
}

struct run_slave *runs_slave(const struct run *run, const char *name)
{
    size_t i = search_slave(run, name);

    return i < run->count ? &run->slaves[i] : NULL;
}

static struct run_slave *slave_of(struct run *run, const char *name, struct err *e)
{
    run->recent = search_slave(run, name);
    if (run->recent < run->count)
        return &run->slaves[run->recent];
    if (run->count == run->capacity) {
        size_t capacity = run->capacity ? 2 * run->capacity : 16;
        struct run_slave *slaves = realloc(run->slaves, capacity * sizeof *slaves);
        if (!slaves) {
            err_memory(e, "a run");
            return NULL;
        }
        run->slaves = slaves;
        run->capacity = capacity;
    }
    char *copy = strdup(name);
    if (!copy) {
        err_memory(e, "a run");
        return NULL;
    }
    run->slaves[run->count] = (struct run_slave){.name = copy};
    return &run->slaves[run->count++];
}

static int fold_claim(struct run_slave *s, const struct record *r, struct err *e)
{
    s->claimed = true;
    s->withdrawn = false;
    if (record_get_u64(r, "items", &s->items, e) < 0 || keep(&s->commit, r, "commit", e) < 0)
        return -1;
    return keep(&s->node, r, "node", e) < 0 ? -1 : keep(&s->copy, r, "copy", e);
}

static int fold_withdraw(struct run_slave *s, const struct record *r, struct err *e)
{
    s->withdrawn = true;
    return record_get_digest(r, "state", s->saved, e);
}

static int fold_submit(struct run_slave *s, const struct record *r, struct err *e)
{
    s->submitted = true;
    s->confirmed = s->differs = false;
    return record_get_digest(r, "state", s->state, e) < 0 ||
                   record_get_u64(r, "items", &s->submitted_items, e) < 0
               ? -1
               : record_get_double(r, "seconds", &s->seconds, e);
}

static int fold_check(struct run_slave *s, const struct record *r)
{
    const char *verdict = record_get(r, "verdict");

    s->confirmed |= strcmp(verdict, "same") == 0;
    s->differs |= strcmp(verdict, "differs") == 0;
    s->wrong |= strcmp(verdict, "wrong") == 0;
    return 0;
}

static int fold_filter(struct run_slave *s, const struct record *r, struct err *e)
{
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

static int fold_trouble(struct run_slave *s, const struct record *r, struct err *e)
{
    return keep(&s->node, r, "node", e) < 0 ? -1 : keep(&s->trouble, r, "reason", e);
}

static int fold_aggregate(struct run *run, const struct record *r, struct err *e)
{
    run->aggregated = true;
    return record_get_digest(r, "state", run->state, e) < 0 ||
                   record_get_u64(r, "accepted", &run->accepted, e) < 0
               ? -1
               : record_get_u64(r, "items", &run->items, e);
}

static int fold_update(struct run *run, const struct record *r, struct err *e)
{
    uint64_t converged;

    if (record_get_u64(r, "converged", &converged, e) < 0)
        return -1;
    run->updated = true;
    run->converged = converged != 0;
    return record_get_digest(r, "model", run->model, e);
}

static enum run_last last_of(const char *type)
{
    return strcmp(type, "view") == 0      ? RUN_VIEWED
           : strcmp(type, "decline") == 0 ? RUN_DECLINED
           : strcmp(type, "claim") == 0   ? RUN_CLAIMED
           : strcmp(type, "submit") == 0  ? RUN_SUBMITTED
           : strcmp(type, "lost") == 0    ? RUN_LOST
           : strcmp(type, "filter") == 0  ? RUN_FILTERED
           : strcmp(type, "settle") == 0  ? RUN_SETTLED
                                          : RUN_NOTHING;
}

/* An attempt may be one of the whole run, whose slave is "-". */
static void fold_attempt(struct run *run, const char *name)
{
    struct run_slave *s = name ? runs_slave(run, name) : NULL;

    run->attempts++;
    if (s)
        s->attempts++;
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
    *other = only != EVERY_ROUND && round != only;
    return 0;
}

/* A record with run=, of this run. */
static int fold_record(struct run *run, const struct record *r, uint64_t round, struct err *e)
{
    const char *name = record_get(r, "slave");
    bool other;

    run->last_us = r->time_us;
    if (!r->known)
        return 0;
    if (look_at_round(run, r, round, &other, e) < 0)
        return -1;
    if (other)
        return 0;
    if (strcmp(r->type, "update") == 0)
        return fold_update(run, r, e);
    if (strcmp(r->type, "aggregate") == 0)
        return fold_aggregate(run, r, e);
    if (strcmp(r->type, "attempt") == 0) { /* its slave may be none */
        fold_attempt(run, name);
        return 0;
    }
    if (!name)
        return 0;
    struct run_slave *s = slave_of(run, name, e);
    if (!s)
        return -1;
    s->last = last_of(r->type);
    s->last_us = r->time_us;
    if (strcmp(r->type, "claim") == 0)
        return fold_claim(s, r, e);
    if (strcmp(r->type, "withdraw") == 0)
        return fold_withdraw(s, r, e);
    if (strcmp(r->type, "submit") == 0)
        return fold_submit(s, r, e);
    if (strcmp(r->type, "check") == 0)
        return fold_check(s, r);
    if (strcmp(r->type, "filter") == 0)
        return fold_filter(s, r, e);
    if (strcmp(r->type, "settle") == 0)
        return fold_settle(run, s, r, e);
    if (strcmp(r->type, "decline") == 0 || strcmp(r->type, "lost") == 0)
        return fold_trouble(s, r, e);
    return 0;
}

static int fold_publish(struct run *run, const struct record *r, struct err *e)
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

/* Which run a scan looks for: one key, or the last of a contract and data. */
struct search {
    const char *key, *contract, *data;
    uint64_t round; /* or EVERY_ROUND */
    struct run *run;
};

static bool is_wanted(const struct search *s, const struct record *r)
{
    char hex[SHA256_HEX + 1];

    if (s->key)
        return strcmp(hex_encode(hex, r->sum, RUN_HEX / 2), s->key) == 0;
    return strcmp(record_get(r, "contract"), s->contract) == 0 &&
           strcmp(record_get(r, "data"), s->data) == 0;
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct search *s = context;
    const char *run = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        return is_wanted(s, r) ? fold_publish(s->run, r, e) : 0;
    if (!run || !s->run->key[0] || strcmp(run, s->run->key) != 0)
        return 0;
    return fold_record(s->run, r, s->round, e);
}

static int search(struct ledger *l, struct search *s, struct err *e)
{
    *s->run = (struct run){0};
    if (ledger_scan(l, visit, s, e) == 0)
        return 0;
    runs_free(s->run);
    return err_context(e, "%s", ledger_directory(l));
}

int runs_find(struct ledger *l, const char *key, struct run *run, struct err *e)
{
    return runs_find_round(l, key, EVERY_ROUND, run, e);
}

int runs_find_round(struct ledger *l, const char *key, uint64_t round, struct run *run,
                    struct err *e)
{
    struct search s = {.key = key, .round = round, .run = run};

    if (search(l, &s, e) < 0)
        return -1;
    if (!run->key[0])
        return err_set(e, ERR_INPUT, "%s: has no run %s", ledger_directory(l), key);
    return 0;
}

int runs_last(struct ledger *l, const char *contract, const char *data, struct run *run,
              struct err *e)
{
    struct search s = {.contract = contract, .data = data, .round = EVERY_ROUND, .run = run};

    return search(l, &s, e);
}

void runs_forget_round(struct run *run)
{
    run->aggregated = run->updated = run->converged = false;
    for (size_t i = 0; i < run->count; i++) {
        struct run_slave *s = &run->slaves[i];
        s->submitted = s->filtered = s->confirmed = s->differs = false;
    }
}

/* Which key a search looks for, and what it has found. */
struct choice {
    const char *prefix; /* NULL: the last one */
    char *key;
    size_t count;
};

static int visit_publish(const struct record *r, void *context, struct err *e)
{
    struct choice *c = context;
    char hex[SHA256_HEX + 1];

    (void)e;
    if (strcmp(r->type, "publish") != 0)
        return 0;
    hex_encode(hex, r->sum, RUN_HEX / 2);
    if (c->prefix && strncmp(hex, c->prefix, strlen(c->prefix)) != 0)
        return 0;
    c->count++;
    memcpy(c->key, hex, RUN_HEX + 1);
    return 0;
}

int runs_choose(struct ledger *l, const char *prefix, char key[static RUN_HEX + 1], struct err *e)
{
    struct choice c = {.prefix = prefix, .key = key};
    size_t len = prefix ? strlen(prefix) : 0;

    if (prefix && (len < RUN_PREFIX || len > RUN_HEX || strspn(prefix, "0123456789abcdef") != len))
        return err_set(e, ERR_USAGE, "'%.40s' names no run: expected %d to %d hex digits", prefix,
                       RUN_PREFIX, RUN_HEX);
    if (ledger_scan(l, visit_publish, &c, e) < 0)
        return err_context(e, "%s", ledger_directory(l));
    if (c.count == 0)
        return err_set(e, ERR_INPUT, "%s: has no run%s%s", ledger_directory(l), prefix ? " " : "",
                       prefix ? prefix : "");
    if (prefix && c.count > 1)
        return err_set(e, ERR_INPUT, "%s: has %zu runs whose keys begin with %s: give more digits",
                       ledger_directory(l), c.count, prefix);
    return 0;
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
    free(run->contract);
    free(run->file);
    free(run->function);
    free(run->data);
    free(run->result);
    *run = (struct run){0};
}

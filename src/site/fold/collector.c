/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds in what the collectors of runs say. */
#include "site/fold/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/age.h"
#include "util/parse.h"

enum { MOST_SITES = 128, MOST_ROUNDS = 1000000, SECONDS_MOST = 1 << 30 };

/* Of a collector's own run, or NULL: nobody speaks for another one. */
static struct fed_run *own_run(const struct fold *x, const struct record *r)
{
    struct fed_run *run = fold_run(x, r);

    return run && strcmp(run->collector, x->site) == 0 ? run : NULL;
}

/* Effect: the run has that round, as one of which nothing is known if it is new. Rounds come one after
 * the other, from 0 or 1: another one is none (why). */
static struct fed_round *round_of(struct fed_run *run, uint64_t number, struct err *why,
                                  struct err *e)
{
    struct fed_round *known = fed_round(run, number);

    if (known)
        return known;
    if (number != (run->count ? run->list[run->count - 1].round + 1 : number > 0)) {
        err_set(why, ERR_INPUT, "the round before it is not there");
        return NULL;
    }
    struct fed_round *list =
        err_grow(run->list, run->count, &run->capacity, sizeof *list, "rounds", e);
    if (!list)
        return NULL;
    run->list = list;
    list[run->count] = (struct fed_round){.round = number};
    return &list[run->count++];
}

/* Sets *round to that of a record, which is one of the run. Returns NULL with e or why. */
static struct fed_round *record_round(struct fed_run *run, const struct record *r, struct err *why,
                                      struct err *e)
{
    uint64_t number;

    if (record_get_u64(r, "round", &number, why) < 0)
        return NULL;
    if (number > run->rounds) {
        err_set(why, ERR_INPUT, "the run has %llu rounds", (unsigned long long)run->rounds);
        return NULL;
    }
    return round_of(run, number, why, e);
}

static int fold_publish(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct federation *f = x->f;
    struct fed_run run = {.seq = r->seq, .published_us = r->time_us};
    uint8_t id[SHA256_LEN];

    hex_encode(run.key, r->sum, RUN_HEX / 2);
    size_t known = lookup_find(&f->keys, run.key);
    if (known != LOOKUP_NONE) {
        f->runs[known].twice = true;
        return err_set(why, ERR_INPUT, "run %s was published before", run.key), 0;
    }
    if (record_get_digest(r, "file", run.file, why) < 0 ||
        record_get_u64(r, "rounds", &run.rounds, why) < 0)
        return 0;
    if (hex_decode(record_get(r, "contract"), id, sizeof id) < 0 || run.rounds == 0 ||
        run.rounds > MOST_ROUNDS)
        return err_set(why, ERR_INPUT, "it has an id or rounds that no contract has"), 0;
    snprintf(run.collector, sizeof run.collector, "%s", x->site);
    snprintf(run.contract, sizeof run.contract, "%s", record_get(r, "contract"));
    struct fed_run *runs = err_grow(f->runs, f->count, &f->capacity, sizeof *runs, "runs", e);
    if (!runs)
        return -1;
    f->runs = runs;
    if (!(run.function = strdup(record_get(r, "function"))) || !(run.auditors = strdup(""))) {
        free(run.function);
        return err_memory(e, "a run");
    }
    runs[f->count] = run;
    return lookup_add(&f->keys, run.key, f->count++, e);
}

/* Effect: the run asks the centres of its open record. */
static int take_sites(struct fed_run *run, const struct record *r, struct err *why, struct err *e)
{
    struct err wrong = {0};
    struct asked a;
    int rc = asked_read(&a, r, &wrong);

    if (rc == 0 && a.count > MOST_SITES)
        rc = err_set(&wrong, ERR_INPUT, "it asks more than %d centres", MOST_SITES);
    if (rc == 0 && (run->min == 0 || run->min > a.count))
        rc = err_set(&wrong, ERR_INPUT, "it asks %zu centres, and needs another number of results",
                     a.count);
    if (rc == 0 && (run->parties = err_alloc(a.count, sizeof *run->parties, "centres", &wrong)))
        for (; run->parties_count < a.count; run->parties_count++)
            snprintf(run->parties[run->parties_count].site, HOUSE_NAME, "%s",
                     a.sites[run->parties_count]);
    asked_free(&a);
    if (wrong.code == ERR_NONE)
        return 0;
    err_set(wrong.code == ERR_INPUT ? why : e, wrong.code, "%s", wrong.text);
    return wrong.code == ERR_INPUT ? 0 : -1;
}

/* Effect: seal is the first recipient, auditors are the others. */
static int take_recipients(struct fed_run *run, const char *list, struct err *why, struct err *e)
{
    char one[AGE_RECIPIENT];
    size_t count = 0;

    for (const char *p = list; *p; p += *p == ',') {
        size_t len = strcspn(p, ",");
        snprintf(one, sizeof one, "%.*s", (int)len, p);
        if (len + 1 != sizeof one || !age_is_recipient(one) || ++count > AGE_RECIPIENTS) {
            err_set(why, ERR_INPUT, "it is sealed to what is no recipient");
            return 0;
        }
        if (count == 1)
            snprintf(run->seal, sizeof run->seal, "%s", one);
        p += len;
    }
    free(run->auditors);
    run->auditors = strdup(count > 1 ? list + AGE_RECIPIENT : "");
    return run->auditors ? 0 : err_memory(e, "a run");
}

static int fold_open(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    uint64_t claims, deadline;

    if (!run || run->seq + 1 != r->seq || run->parties)
        return err_set(why, ERR_INPUT, "it does not stand behind the run's publish record"), 0;
    if (record_get_u64(r, "min", &run->min, why) < 0 ||
        record_get_u64(r, "claims", &claims, why) < 0 ||
        record_get_u64(r, "deadline", &deadline, why) < 0)
        return 0;
    run->disclose = disclose_of(record_get(r, "disclose"));
    if (run->disclose == DISCLOSE_NONE || deadline == 0 || deadline > SECONDS_MOST ||
        claims > (UINT64_C(1) << 40))
        return err_set(why, ERR_INPUT, "it has a word or a time that none has"), 0;
    run->claims_us = (int64_t)claims * 1000000;
    run->deadline_us = (int64_t)deadline * 1000000;
    if (take_recipients(run, record_get(r, "seal"), why, e) < 0 || why->code != ERR_NONE)
        return why->code != ERR_NONE ? 0 : -1;
    return take_sites(run, r, why, e);
}

static int fold_roster(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    uint64_t attempt;

    if (!run || record_get_u64(r, "attempt", &attempt, why) < 0)
        return 0;
    struct fed_round *round = record_round(run, r, why, e);
    if (!round)
        return why->code != ERR_NONE ? 0 : -1;
    if (round->round == 0 || attempt != round->attempt + 1 || round->aggregated)
        return err_set(why, ERR_INPUT, "it is not the next attempt of its round"), 0;
    if (record_get_digest(r, "file", round->roster, why) == 0) {
        round->attempt = attempt;
        round->roster_us = r->time_us;
    }
    return 0;
}

static int fold_aggregate(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    struct fed_round *round = run ? record_round(run, r, why, e) : NULL;

    if (!round)
        return !run || why->code != ERR_NONE ? 0 : -1;
    if (round->aggregated)
        return err_set(why, ERR_INPUT, "its round has an aggregate already"), 0;
    round->aggregated = record_get_digest(r, "state", round->aggregate, why) == 0;
    return 0;
}

static int fold_update(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    struct fed_round *round = run ? record_round(run, r, why, e) : NULL;
    uint64_t converged;

    if (!round)
        return !run || why->code != ERR_NONE ? 0 : -1;
    if (round->updated)
        return err_set(why, ERR_INPUT, "its round has a model already"), 0;
    if (record_get_u64(r, "converged", &converged, why) < 0)
        return 0;
    round->updated = record_get_digest(r, "model", round->model, why) == 0;
    round->converged = converged != 0;
    return 0;
}

static int fold_settle(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    uint8_t result[SHA256_LEN];

    (void)e;
    if (!run || record_get_digest(r, "result", result, why) < 0)
        return 0;
    if (run->settled && memcmp(run->result, result, SHA256_LEN) != 0)
        return err_set(why, ERR_INPUT, "the run was settled with another result"), 0;
    memcpy(run->result, result, SHA256_LEN);
    run->settled = true;
    return 0;
}

static int fold_close(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    static const char *const codes[] = {"few", "unsound", "person"};
    struct fed_run *run = own_run(x, r);
    size_t i = 0;

    (void)e;
    if (!run || run->settled)
        return 0;
    while (i < 3 && strcmp(codes[i], record_get(r, "code")) != 0)
        i++;
    if (i == 3)
        return err_set(why, ERR_INPUT, "it has a code that none has"), 0;
    run->closed = true;
    snprintf(run->closed_by, sizeof run->closed_by, "%s", codes[i]);
    return 0;
}

static int fold_heard(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    struct fed_run *run = own_run(x, r);
    struct fold_heard heard = {.time_us = r->time_us, .late = strcmp(r->type, "late") == 0};

    if (!run || record_get_digest(r, "record", heard.record, why) < 0)
        return 0;
    if (!house_is_name(record_get(r, "site")))
        return err_set(why, ERR_INPUT, "it is of no centre"), 0;
    heard.run = (size_t)(run - x->f->runs);
    snprintf(heard.site, sizeof heard.site, "%s", record_get(r, "site"));
    struct fold_heard *list =
        err_grow(x->heard, x->count, &x->capacity, sizeof *list, "what was heard", e);
    if (!list)
        return -1;
    x->heard = list;
    list[x->count++] = heard;
    return 0;
}

static const struct {
    const char *type;
    fold_record *fold;
} folds[] = {
    {"publish", fold_publish},     {"open", fold_open},     {"roster", fold_roster},
    {"aggregate", fold_aggregate}, {"update", fold_update}, {"settle", fold_settle},
    {"close", fold_close},         {"heard", fold_heard},   {"late", fold_heard},
};

int fold_collector(struct fold *x, const struct record *r, struct err *why, struct err *e)
{
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++)
        if (strcmp(folds[i].type, r->type) == 0)
            return folds[i].fold(x, r, why, e);
    return 0;
}

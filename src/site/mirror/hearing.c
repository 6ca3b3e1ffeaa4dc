/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a collector has to say of what others say of its runs. */
#include "site/mirror/hearing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ONCE = 8,      /* records that a centre may have of a run besides those of its rounds */
    EACH = 2,      /* of each round */
    ROUNDS = 4096, /* of so many rounds, at most */
    WEIGHTY = 8,   /* times as many, where a claim or a result is heard: whoever says much else is
                      heard all the same when that counts */
    NAME = RUN_HEX + 1 + SHA256_HEX + 1,
};

void hearing_free(struct hearing *x)
{
    lookup_free(&x->keys);
    lookup_free(&x->said);
    lookup_free(&x->parties);
    free(x->runs);
    free(x->records);
    *x = (struct hearing){0};
}

static int add_run(struct hearing *x, const struct record *r, struct err *e)
{
    struct heard_run run = {.over = false};
    uint64_t rounds = 0;
    struct heard_run *runs =
        err_grow(x->runs, x->runs_count, &x->runs_capacity, sizeof *runs, "runs", e);

    if (!runs)
        return -1;
    x->runs = runs;
    hex_encode(run.key, r->sum, RUN_HEX / 2);
    if (record_get_u64(r, "rounds", &rounds, NULL) < 0 || rounds > ROUNDS)
        rounds = ROUNDS;
    run.most = ONCE + EACH * rounds;
    runs[x->runs_count] = run;
    return lookup_add(&x->keys, run.key, x->runs_count++, e);
}

/* Effect: it is known that this record of a centre was heard, of that run. */
static int note(struct hearing *x, const char *run, const char *site, const char *sum,
                struct err *e)
{
    char name[NAME], party[NAME];

    snprintf(name, sizeof name, "%.*s %s", RUN_HEX, run, sum);
    snprintf(party, sizeof party, "%.*s %.*s", RUN_HEX, run, HOUSE_NAME, site);
    size_t before = lookup_find(&x->parties, party);
    return lookup_add(&x->said, name, 0, e) < 0
               ? -1
               : lookup_add(&x->parties, party, before == LOOKUP_NONE ? 1 : before + 1, e);
}

/* A visitor of this centre's own records. */
static int visit_own(const struct record *r, void *context, struct err *e)
{
    struct hearing *x = context;
    const char *run = r->known ? record_get(r, "run") : NULL;

    if (strcmp(r->type, "publish") == 0)
        return add_run(x, r, e);
    size_t i = run ? lookup_find(&x->keys, run) : LOOKUP_NONE;
    if (i == LOOKUP_NONE)
        return 0;
    if (strcmp(r->type, "settle") == 0 || strcmp(r->type, "close") == 0)
        x->runs[i].over = true;
    uint8_t sum[SHA256_LEN];
    char hex[SHA256_HEX + 1];
    if (strcmp(r->type, "heard") != 0 || record_get_digest(r, "record", sum, NULL) < 0)
        return 0;
    return note(x, run, record_get(r, "site"), hex_encode(hex, sum, SHA256_LEN), e);
}

int hearing_begin(struct house *h, struct hearing *x, struct err *e)
{
    *x = (struct hearing){0};
    if (ledger_scan(h->ledger, visit_own, x, e) == 0)
        return 0;
    hearing_free(x);
    return -1;
}

int hearing_visit(const struct record *r, void *context, struct err *e)
{
    static const struct {
        const char *name;
        char type;
    } types[] = {{"claim", 'S'}, {"submit", 'S'}, {"withdraw", 'O'}, {"refuse", 'O'}};
    struct heard_log *log = context;
    struct heard_news news = {.type = '\0'};
    const char *run = r->known ? record_get(r, "run") : NULL;

    if (strcmp(r->type, "publish") == 0) {
        news.type = 'P';
        hex_encode(news.run, r->sum, RUN_HEX / 2);
    } else if (strcmp(r->type, "recall") == 0) {
        news.type = 'R';
    }
    for (size_t i = 0; run && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, r->type) == 0 && lookup_find(&log->x->keys, run) != LOOKUP_NONE) {
            news.type = types[i].type;
            snprintf(news.run, sizeof news.run, "%s", run);
        }
    if (strcmp(r->type, "submit") == 0 && r->batch > 0)
        return 0; /* its deliver record would be in the same batch */
    if (!news.type)
        return 0;
    memcpy(news.record, r->sum, SHA256_LEN);
    struct heard_news *list =
        err_grow(log->list, log->count, &log->capacity, sizeof *list, "what was heard", e);
    if (!list)
        return -1;
    log->list = list;
    list[log->count++] = news;
    return 0;
}

/* Effect: a record says that this was heard of that run, unless one does, or there are too many. */
static int hear(struct hearing *x, const struct heard_run *run, bool weighty, const char *site,
                const uint8_t record[static SHA256_LEN], struct err *e)
{
    const uint64_t most = weighty ? WEIGHTY * run->most : run->most;
    char hex[SHA256_HEX + 1], name[NAME], party[NAME];

    hex_encode(hex, record, SHA256_LEN);
    snprintf(name, sizeof name, "%s %s", run->key, hex);
    snprintf(party, sizeof party, "%s %s", run->key, site);
    size_t count = lookup_find(&x->parties, party);
    if (lookup_find(&x->said, name) != LOOKUP_NONE || (count != LOOKUP_NONE && count >= most))
        return 0;
    struct record *records =
        err_grow(x->records, x->count, &x->capacity, sizeof *records, "what was heard", e);
    if (!records)
        return -1;
    x->records = records;
    struct record *r = &records[x->count++];
    record_begin(r, "heard");
    record_set(r, "run", "%s", run->key);
    record_set(r, "site", "%s", site);
    record_set_digest(r, "record", record);
    return note(x, run->key, site, hex, e);
}

/* Of data that is taken back each run is told in which the centre has said something, and that is
 * not over. */
static int hear_recall(struct hearing *x, const char *site, const uint8_t record[static SHA256_LEN],
                       struct err *e)
{
    char party[NAME];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < x->runs_count; i++) {
        snprintf(party, sizeof party, "%s %s", x->runs[i].key, site);
        if (!x->runs[i].over && lookup_find(&x->parties, party) != LOOKUP_NONE)
            rc = hear(x, &x->runs[i], true, site, record, e);
    }
    return rc;
}

int hearing_take(struct hearing *x, const struct heard_log *log, const char *site, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < log->count; i++) {
        const struct heard_news *news = &log->list[i];
        if (news->type == 'S' || news->type == 'O')
            rc = hear(x, &x->runs[lookup_find(&x->keys, news->run)], news->type == 'S', site,
                      news->record, e);
        else if (news->type == 'R')
            rc = hear_recall(x, site, news->record, e);
    }
    return rc;
}

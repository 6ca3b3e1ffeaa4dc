/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What slaves, nodes and accounts have computed, as a fold. */
#include "ledger/fold/history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/run.h"

/* A run that is not settled, or not wholly. */
struct open_run {
    size_t account; /* of its last job record */
};

struct fold {
    struct history *h;
    uint64_t before;
    struct open_run *runs;
    size_t runs_count, runs_capacity;
    struct lookup keys;  /* of runs, by their keys */
    struct lookup works; /* by "RUN SLAVE" */
    struct lookup pairs; /* "KIND RUN NUMBER": that run is counted for that sum of that kind */
};

enum { PLACE = RUN_HEX + RECORD_MOST }; /* bytes of "RUN SLAVE" */

/* Returns the number of the sum of that name, which is made if it is new; LOOKUP_NONE: no memory.*/
static size_t sum_of(struct history_sums *s, const char *name, struct err *e)
{
    size_t i = lookup_find(&s->names, name);
    if (i != LOOKUP_NONE)
        return i;
    struct history_sum *list =
        err_grow(s->list, s->count, &s->capacity, sizeof *list, "history", e);
    if (!list)
        return LOOKUP_NONE;
    s->list = list;
    list[s->count] = (struct history_sum){.name = strdup(name)};
    if (!list[s->count].name) {
        err_memory(e, "history");
        return LOOKUP_NONE;
    }
    return lookup_add(&s->names, name, s->count++, e) < 0 ? LOOKUP_NONE : s->count - 1;
}

const struct history_sum *history_find(const struct history_sums *sums, const char *name)
{
    size_t i = lookup_find(&sums->names, name);

    return i == LOOKUP_NONE ? NULL : &sums->list[i];
}

/* Returns the work of a record's slave, or of the slave of its range, in its run; NULL: no
 * memory. */
static struct history_work *work_of(struct fold *f, const struct record *r, struct err *e)
{
    const char *run = record_get(r, "run"), *slave = record_get(r, "slave");
    char place[PLACE];

    snprintf(place, sizeof place, "%.*s %.*s", RUN_HEX, run, (int)runs_slave_length(slave), slave);
    const char *name = place + strcspn(place, " ") + 1;
    size_t i = lookup_find(&f->works, place);
    if (i != LOOKUP_NONE)
        return &f->h->work[i];
    struct history_work *list =
        err_grow(f->h->work, f->h->count, &f->h->capacity, sizeof *list, "history", e);
    if (!list)
        return NULL;
    f->h->work = list;
    struct history_work *w = &list[f->h->count];
    *w = (struct history_work){.slave = sum_of(&f->h->slaves, name, e),
                               .node = sum_of(&f->h->nodes, "-", e)};
    snprintf(w->run, sizeof w->run, "%.*s", RUN_HEX, run);
    if (w->slave == LOOKUP_NONE || w->node == LOOKUP_NONE ||
        lookup_add(&f->works, place, f->h->count++, e) < 0)
        return NULL;
    return w;
}

/* Returns the run of a record, or NULL. */
static struct open_run *run_of(const struct fold *f, const char *key)
{
    size_t i = lookup_find(&f->keys, key);

    return i == LOOKUP_NONE ? NULL : &f->runs[i];
}

static int see_publish(struct fold *f, const struct record *r, struct err *e)
{
    char hex[SHA256_HEX + 1];
    struct open_run *list =
        err_grow(f->runs, f->runs_count, &f->runs_capacity, sizeof *list, "history", e);

    if (!list)
        return -1;
    f->runs = list;
    list[f->runs_count].account = sum_of(&f->h->accounts, "-", e);
    hex_encode(hex, r->sum, RUN_HEX / 2);
    return list[f->runs_count].account == LOOKUP_NONE
               ? -1
               : lookup_add(&f->keys, hex, f->runs_count++, e);
}

static int see_job(struct fold *f, const struct record *r, struct err *e)
{
    struct open_run *run = run_of(f, record_get(r, "run"));

    if (run)
        run->account = sum_of(&f->h->accounts, record_get(r, "account"), e);
    return run && run->account == LOOKUP_NONE ? -1 : 0;
}

/* Effect: one result more of the run, and its seconds. */
static int add_submission(struct fold *f, struct history_sums *sums, size_t i, const char *run,
                          double seconds, struct err *e)
{
    struct history_sum *s = &sums->list[i];
    char pair[64 + RUN_HEX];

    s->submitted++;
    s->seconds += seconds;
    snprintf(pair, sizeof pair, "%d %zu %s",
             sums == &f->h->slaves  ? 0
             : sums == &f->h->nodes ? 1
                                    : 2,
             i, run);
    if (lookup_find(&f->pairs, pair) != LOOKUP_NONE)
        return 0;
    s->runs++;
    return lookup_add(&f->pairs, pair, 0, e);
}

static int see_submit(struct fold *f, struct history_work *w, const struct record *r,
                      size_t account, struct err *e)
{
    struct history *h = f->h;
    double seconds;

    if (record_get_double(r, "seconds", &seconds, e) < 0 ||
        (!strchr(record_get(r, "slave"), '#') && record_get_u64(r, "items", &w->items, e) < 0))
        return -1;
    if (!isfinite(seconds) || seconds < 0)
        seconds = 0; /* ledger verify tells of it */
    w->submitted++;
    w->seconds += seconds;
    if (add_submission(f, &h->slaves, w->slave, w->run, seconds, e) < 0 ||
        add_submission(f, &h->nodes, w->node, w->run, seconds, e) < 0)
        return -1;
    return add_submission(f, &h->accounts, account, w->run, seconds, e);
}

static int see_filter(struct fold *f, struct history_work *w, const struct record *r,
                      size_t account, struct err *e)
{
    struct history *h = f->h;
    char *why;

    if (strcmp(record_get(r, "decision"), "rejected") != 0)
        return 0;
    h->slaves.list[w->slave].rejected++;
    h->nodes.list[w->node].rejected++;
    h->accounts.list[account].rejected++;
    if (!(why = strdup(record_get(r, "why"))))
        return err_memory(e, "history");
    free(w->why);
    w->why = why;
    return 0;
}

static int see_settle(struct fold *f, struct history_work *w, const struct record *r, struct err *e)
{
    w->settled = true;
    w->rejected = strcmp(record_get(r, "decision"), "rejected") == 0;
    w->order = f->h->slaves.list[w->slave].settled++;
    f->h->nodes.list[w->node].settled++;
    f->h->slaves.list[w->slave].refused += w->rejected;
    f->h->nodes.list[w->node].refused += w->rejected;
    if (record_get_u64(r, "items", &w->items, e) < 0)
        return -1;
    return record_get_u64(r, "credits", &w->credits, e);
}

/* Effect: the record is one more of those that the sum is of. */
static void count(struct history_sum *s, const struct record *r)
{
    s->last_us = r->time_us;
    s->declined += strcmp(r->type, "decline") == 0;
    s->lost += strcmp(r->type, "lost") == 0;
}

/* A slave's record: who it is of was seen then. */
static int see_slave(struct fold *f, const struct record *r, struct err *e)
{
    const struct open_run *run = run_of(f, record_get(r, "run"));
    struct history_work *w = run ? work_of(f, r, e) : NULL;
    const char *t = r->type, *node = record_get(r, "node");
    struct history *h = f->h;

    if (!w)
        return run ? -1 : 0;
    if (node && (w->node = sum_of(&h->nodes, node, e)) == LOOKUP_NONE)
        return -1;
    w->time_us = r->time_us;
    count(&h->slaves.list[w->slave], r);
    count(&h->nodes.list[w->node], r);
    count(&h->accounts.list[run->account], r);
    if (strcmp(t, "claim") == 0)
        return record_get_u64(r, "items", &w->items, e);
    if (strcmp(t, "submit") == 0)
        return see_submit(f, w, r, run->account, e);
    if (strcmp(t, "filter") == 0)
        return see_filter(f, w, r, run->account, e);
    return strcmp(t, "settle") == 0 ? see_settle(f, w, r, e) : 0;
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct fold *f = context;

    if (r->seq >= f->before)
        return 0;
    if (strcmp(r->type, "publish") == 0)
        return see_publish(f, r, e);
    if (!r->known || !record_get(r, "run"))
        return 0;
    if (strcmp(r->type, "job") == 0)
        return see_job(f, r, e);
    if (!record_get(r, "slave") || strcmp(r->type, "attempt") == 0)
        return 0; /* an attempt is blamed on a slave, which has done nothing by that */
    return see_slave(f, r, e);
}

int history_fold(struct ledger *l, uint64_t before, struct history *h, struct err *e)
{
    struct fold f = {.h = h, .before = before};

    *h = (struct history){0};
    int rc = ledger_scan(l, visit, &f, e);
    free(f.runs);
    lookup_free(&f.keys);
    lookup_free(&f.works);
    lookup_free(&f.pairs);
    if (rc < 0) {
        err_context(e, "%s", ledger_directory(l));
        history_free(h);
    }
    return rc;
}

static void free_sums(struct history_sums *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->list[i].name);
    free(s->list);
    lookup_free(&s->names);
}

void history_free(struct history *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->work[i].why);
    free(h->work);
    free_sums(&h->slaves);
    free_sums(&h->nodes);
    free_sums(&h->accounts);
    *h = (struct history){0};
}

void history_earlier(const struct history *h, const char *slave, const char *node,
                     struct history_earlier *x)
{
    char name[RECORD_MOST];

    snprintf(name, sizeof name, "%.*s", (int)runs_slave_length(slave), slave);
    const struct history_sum *s = history_find(&h->slaves, name);
    const struct history_sum *n = node[0] ? history_find(&h->nodes, node) : NULL;
    *x = (struct history_earlier){.known = true,
                                  .settled = s ? s->settled : 0,
                                  .rejected = s ? s->refused : 0,
                                  .node_settled = n ? n->settled : 0,
                                  .node_rejected = n ? n->refused : 0};
}

/* Where the batch began that is being read. */
struct until {
    int64_t time_us;
    uint64_t batch, before;
};

static int find_until(const struct record *r, void *context, struct err *e)
{
    struct until *u = context;

    (void)e;
    if (r->time_us > u->time_us) {
        u->before = u->batch;
        return 1;
    }
    if (r->batch)
        u->batch = r->seq + 1;
    return 0;
}

int history_until(struct ledger *l, int64_t time_us, uint64_t *before, struct err *e)
{
    struct until u = {.time_us = time_us, .before = UINT64_MAX};

    if (ledger_scan(l, find_until, &u, e) < 0)
        return err_context(e, "%s", ledger_directory(l));
    *before = u.before;
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who computed and earned what, as a fold. */
#include "ledger/fold/accounts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fold/credits.h"
#include "ledger/fold/run.h"
#include "util/parse.h"
#include "util/text.h"

/* What a settle record says. */
struct settle {
    uint8_t run[RUN_HEX / 2];
    size_t account; /* in the list of accounts */
    uint64_t seq, items, credits;
    int64_t time_us;
    bool rejected;
};

/* The settle records of one run are one batch: they are collected until the
 * batch ends, and then checked and booked together. */
struct fold {
    struct accounts *a;
    uint64_t before;
    struct settle *settles; /* of the batch that is being read */
    size_t count, capacity;
    struct settle *firsts; /* the first settle record of each run */
    size_t firsts_count, firsts_capacity;
};

/* Returns the account of that name, made if it is new, or NULL. */
static struct account *account_of(struct accounts *a, const char *name, struct err *e)
{
    size_t i = lookup_find(&a->names, name);
    if (i != LOOKUP_NONE)
        return &a->list[i];
    struct account *list = err_grow(a->list, a->count, &a->capacity, sizeof *list, "accounts", e);
    if (!list)
        return NULL;
    a->list = list;
    list[a->count] = (struct account){.name = strdup(name)};
    if (!list[a->count].name)
        return err_null(err_memory(e, "accounts"));
    return lookup_add(&a->names, name, a->count++, e) < 0 ? NULL : &list[a->count - 1];
}

static int bad_record(const struct record *r, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "record %" PRIu64 " (%s): %s", r->seq, r->type, what);
}

static int book_genesis(struct accounts *a, const struct record *r, struct err *e)
{
    uint64_t granted;
    const char *rate = record_get(r, "rate"), *slash = strchr(rate, '/');
    char numerator[32];

    snprintf(numerator, sizeof numerator, "%.*s", slash ? (int)(slash - rate) : 0, rate);
    if (record_get_u64(r, "supply", &a->supply, e) < 0 ||
        record_get_u64(r, "granted", &granted, e) < 0)
        return -1;
    if (granted > a->supply || !slash || parse_u64(numerator, &a->rate[0]) < 0 ||
        parse_u64(slash + 1, &a->rate[1]) < 0 || a->rate[1] == 0 || a->rate[0] > a->rate[1])
        return bad_record(r, "its credits make no sense", e);
    struct account *site = account_of(a, record_get(r, "site"), e);
    if (!site)
        return -1;
    site->credits += granted;
    a->left = a->supply - granted;
    return 0;
}

static int book_submit(struct accounts *a, const struct record *r, struct err *e)
{
    double seconds;
    const char *slave = record_get(r, "slave");
    char name[RECORD_MOST];
    /* A range's result counts for its slave. */
    snprintf(name, sizeof name, "%.*s", (int)runs_slave_length(slave), slave);
    struct account *account = account_of(a, name, e);

    if (!account || record_get_double(r, "seconds", &seconds, e) < 0)
        return -1;
    if (isfinite(seconds) && seconds > 0)
        account->seconds += seconds;
    return 0;
}

/* Keeps a settle record until its batch ends. */
static int keep_settle(struct fold *f, const struct record *r, struct err *e)
{
    const char *decision = record_get(r, "decision"), *run = record_get(r, "run");
    struct account *account = account_of(f->a, record_get(r, "slave"), e);
    struct settle *list = err_grow(f->settles, f->count, &f->capacity, sizeof *list, "accounts", e);

    if (!list)
        return -1;
    f->settles = list;
    struct settle *s = &list[f->count];
    *s = (struct settle){.seq = r->seq, .time_us = r->time_us};
    if (!account || record_get_u64(r, "items", &s->items, e) < 0 ||
        record_get_u64(r, "credits", &s->credits, e) < 0)
        return -1;
    s->account = (size_t)(account - f->a->list);
    s->rejected = strcmp(decision, "rejected") == 0;
    if (!s->rejected && strcmp(decision, "accepted") != 0)
        return bad_record(r, "its decision is neither accepted nor rejected", e);
    if (hex_decode(run, s->run, sizeof s->run) < 0 ||
        (f->count > 0 && memcmp(s->run, list[0].run, sizeof s->run) != 0))
        return bad_record(r, "its run is no run, or not that of the batch", e);
    f->count++;
    return 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What is in the ledger is added up, whatever it is: what is too much counts as the most. */
static void add_items(struct accounts *a, struct account *account, const struct settle *s)
{
    uint64_t items = account->items + least(s->items, RECORD_ITEMS);
    char name[80];

    if (items > ACCOUNT_ITEMS)
        err_set(&a->odd, ERR_INPUT,
                "record %" PRIu64 " (settle): the items of %s are more than can be counted", s->seq,
                text_printable(name, sizeof name, account->name));
    account->items = least(items, ACCOUNT_ITEMS);
}

static int book_settle(struct accounts *a, const struct settle *s, uint64_t credits, struct err *e)
{
    struct account *account = &a->list[s->account];

    if (s->credits != credits)
        return err_set(e, ERR_INPUT,
                       "record %" PRIu64 " (settle): credits is %" PRIu64
                       ", the rules give %" PRIu64,
                       s->seq, s->credits, credits);
    struct account_event *events =
        err_grow(account->events, account->events_count, &account->events_capacity, sizeof *events,
                 "accounts", e);
    if (!events)
        return -1;
    account->events = events;
    events[account->events_count++] =
        (struct account_event){(double)least(s->items, RECORD_ITEMS), s->time_us, s->rejected};
    account->credits += credits;
    account->rejections += s->rejected;
    if (!s->rejected)
        add_items(a, account, s);
    a->left -= credits;
    return 0;
}

/* Checks one run's settle records against the rules, and books them. */
static int book_batch(struct fold *f, struct err *e)
{
    size_t n = f->count;
    uint64_t emission = credits_emission(f->a->left, f->a->rate[0], f->a->rate[1]);
    uint64_t *work = err_alloc(2 * n, sizeof *work, "credits", e);
    struct settle *firsts =
        err_grow(f->firsts, f->firsts_count, &f->firsts_capacity, sizeof *firsts, "accounts", e);
    int rc = -1;

    f->count = 0;
    if (firsts) {
        f->firsts = firsts;
        firsts[f->firsts_count++] = f->settles[0];
    }
    if (!work || !firsts)
        goto done;
    uint64_t *part = work + n;
    for (size_t i = 0; i < n; i++)
        work[i] = f->settles[i].rejected ? 0 : f->settles[i].items;
    rc = credits_divide(emission, work, n, part, e);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = book_settle(f->a, &f->settles[i], part[i], e);
done:
    free(work);
    return rc;
}

static int book_record(const struct record *r, void *context, struct err *e)
{
    struct fold *f = context;

    if (r->seq >= f->before)
        return 0;
    record_check_counts(r, &f->a->odd);
    if (strcmp(r->type, "genesis") == 0 && book_genesis(f->a, r, e) < 0)
        return -1;
    if (strcmp(r->type, "submit") == 0 && book_submit(f->a, r, e) < 0)
        return -1;
    if (strcmp(r->type, "settle") == 0 && keep_settle(f, r, e) < 0)
        return -1;
    return r->batch && f->count ? book_batch(f, e) : 0;
}

static int by_run(const void *a, const void *b)
{
    const struct settle *x = a, *y = b;
    int order = memcmp(x->run, y->run, sizeof x->run);

    return order ? order : x->seq < y->seq ? -1 : 1;
}

/* No run is settled twice. */
static int check_firsts(struct fold *f, struct err *e)
{
    struct settle *s = f->firsts;

    if (f->firsts_count > 1)
        qsort(s, f->firsts_count, sizeof *s, by_run);
    for (size_t i = 1; i < f->firsts_count; i++)
        if (memcmp(s[i - 1].run, s[i].run, sizeof s->run) == 0)
            return err_set(e, ERR_INPUT,
                           "record %" PRIu64 " (settle): record %" PRIu64
                           " settled its run already",
                           s[i].seq, s[i - 1].seq);
    return 0;
}

int accounts_fold(struct ledger *l, uint64_t before, struct accounts *a, struct err *e)
{
    struct fold f = {.a = a, .before = before};

    *a = (struct accounts){0};
    int rc = ledger_scan(l, book_record, &f, e);
    if (rc == 0)
        rc = check_firsts(&f, e);
    free(f.settles);
    free(f.firsts);
    if (rc < 0) {
        err_context(e, "%s", ledger_directory(l));
        accounts_free(a);
    }
    return rc;
}

void accounts_free(struct accounts *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->list[i].name);
        free(a->list[i].events);
    }
    free(a->list);
    lookup_free(&a->names);
    *a = (struct accounts){0};
}

int accounts_check_items(const struct accounts *a, const char *slave, uint64_t items, struct err *e)
{
    const struct account *account = accounts_find(a, slave);
    uint64_t had = account ? account->items : 0;
    char name[80];

    if (items <= ACCOUNT_ITEMS - had)
        return 0;
    return err_set(e, ERR_INPUT,
                   "slave %s has %" PRIu64 " items in this ledger, and %" PRIu64
                   " more cannot be counted: see ledger verify",
                   text_printable(name, sizeof name, slave), had, items);
}

const struct account *accounts_find(const struct accounts *a, const char *name)
{
    size_t i = lookup_find(&a->names, name);

    return i == LOOKUP_NONE ? NULL : &a->list[i];
}

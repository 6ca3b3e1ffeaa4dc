/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger/accounts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/credits.h"
#include "util/parse.h"

/* The settle records of one run are one batch: they are collected until the
 * batch ends, and then checked and booked together. */
struct fold {
    struct accounts *a;
    uint64_t before;
    struct record *settles;
    size_t count, capacity;
};

static struct account *account_of(struct accounts *a, const char *name, struct err *e)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->list[i].name, name) == 0)
            return &a->list[i];
    if (a->count == a->capacity) {
        size_t capacity = a->capacity ? 2 * a->capacity : 16;
        struct account *list = realloc(a->list, capacity * sizeof *list);
        if (!list) {
            err_memory(e, "accounts");
            return NULL;
        }
        a->list = list;
        a->capacity = capacity;
    }
    char *copy = strdup(name);
    if (!copy) {
        err_memory(e, "accounts");
        return NULL;
    }
    a->list[a->count] = (struct account){.name = copy};
    return &a->list[a->count++];
}

static int add_event(struct account *account, const struct account_event *event, struct err *e)
{
    if (account->events_count == account->events_capacity) {
        size_t capacity = account->events_capacity ? 2 * account->events_capacity : 4;
        struct account_event *events = realloc(account->events, capacity * sizeof *events);
        if (!events)
            return err_memory(e, "history");
        account->events = events;
        account->events_capacity = capacity;
    }
    account->events[account->events_count++] = *event;
    return 0;
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
        return err_set(e, ERR_INPUT, "record 0 (genesis): its credits make no sense");
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
    struct account *account = account_of(a, record_get(r, "slave"), e);

    if (!account || record_get_double(r, "seconds", &seconds, e) < 0)
        return -1;
    account->seconds += seconds;
    return 0;
}

static int book_settle(struct accounts *a, const struct record *r, uint64_t items, uint64_t credits,
                       struct err *e)
{
    struct account *account = account_of(a, record_get(r, "slave"), e);
    bool rejected = strcmp(record_get(r, "decision"), "accepted") != 0;

    if (!account)
        return -1;
    account->credits += credits;
    account->items += rejected ? 0 : items;
    account->rejections += rejected;
    return add_event(account, &(struct account_event){(double)items, r->time_us, rejected}, e);
}

/* Checks one run's settle records against the rules, and books them. */
static int book_batch(struct fold *f, struct err *e)
{
    size_t n = f->count;
    uint64_t emission = credits_emission(f->a->left, f->a->rate[0], f->a->rate[1]), paid = 0;
    uint64_t *items = err_alloc(3 * n, sizeof *items, "credits", e);
    int rc = -1;

    f->count = 0;
    if (!items)
        return -1;
    uint64_t *work = items + n, *part = items + 2 * n;
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &f->settles[i];
        if (record_get_u64(r, "items", &items[i], e) < 0)
            goto done;
        work[i] = strcmp(record_get(r, "decision"), "accepted") == 0 ? items[i] : 0;
    }
    if (credits_divide(emission, work, n, part, e) < 0)
        goto done;
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &f->settles[i];
        uint64_t credits;
        if (record_get_u64(r, "credits", &credits, e) < 0)
            goto done;
        if (credits != part[i]) {
            err_set(e, ERR_INPUT,
                    "record %" PRIu64 " (settle): credits is %" PRIu64 ", the rules give %" PRIu64,
                    r->seq, credits, part[i]);
            goto done;
        }
        paid += credits;
        if (book_settle(f->a, r, items[i], credits, e) < 0)
            goto done;
    }
    f->a->left -= paid;
    rc = 0;
done:
    free(items);
    return rc;
}

static int keep_settle(struct fold *f, const struct record *r, struct err *e)
{
    if (f->count == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 16;
        struct record *settles = realloc(f->settles, capacity * sizeof *settles);
        if (!settles)
            return err_memory(e, "settle records");
        f->settles = settles;
        f->capacity = capacity;
    }
    f->settles[f->count++] = *r;
    return 0;
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct fold *f = context;

    if (r->seq >= f->before)
        return 0;
    if (strcmp(r->type, "genesis") == 0 && book_genesis(f->a, r, e) < 0)
        return -1;
    if (strcmp(r->type, "submit") == 0 && book_submit(f->a, r, e) < 0)
        return -1;
    if (strcmp(r->type, "settle") == 0 && keep_settle(f, r, e) < 0)
        return -1;
    return r->batch && f->count ? book_batch(f, e) : 0;
}

int accounts_fold(struct ledger *l, uint64_t before, struct accounts *a, struct err *e)
{
    struct fold f = {.a = a, .before = before};

    *a = (struct accounts){0};
    int rc = ledger_scan(l, visit, &f, e);
    free(f.settles);
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
    *a = (struct accounts){0};
}

const struct account *accounts_find(const struct accounts *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->list[i].name, name) == 0)
            return &a->list[i];
    return NULL;
}

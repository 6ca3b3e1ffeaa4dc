/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds runs in a ledger. */
#include "ledger/fold/runs.h"

#include <string.h>

/* Which run a scan looks for: one key, or the last of a contract and data. */
struct search {
    const char *key, *contract, *data;
    uint64_t round; /* or RUN_EVERY_ROUND */
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

static int fold_wanted(const struct record *r, void *context, struct err *e)
{
    struct search *s = context;
    const char *run = record_get(r, "run");

    if (strcmp(r->type, "publish") == 0)
        return is_wanted(s, r) ? run_begin(s->run, r, e) : 0;
    if (!run || !s->run->key[0] || strcmp(run, s->run->key) != 0)
        return 0;
    if (run_fold(s->run, r, s->round, e) < 0)
        return -1;
    if (s->contract && s->run->pruned)
        runs_free(s->run); /* there is nothing to go on with */
    return 0;
}

static int scan_for(struct ledger *l, struct search *s, struct err *e)
{
    *s->run = (struct run){0};
    if (ledger_scan(l, fold_wanted, s, e) == 0)
        return 0;
    runs_free(s->run);
    return err_context(e, "%s", ledger_directory(l));
}

int runs_find(struct ledger *l, const char *key, struct run *run, struct err *e)
{
    return runs_find_round(l, key, RUN_EVERY_ROUND, run, e);
}

int runs_find_round(struct ledger *l, const char *key, uint64_t round, struct run *run,
                    struct err *e)
{
    struct search s = {.key = key, .round = round, .run = run};

    if (scan_for(l, &s, e) < 0)
        return -1;
    if (!run->key[0])
        return err_set(e, ERR_INPUT, "%s: has no run %s", ledger_directory(l), key);
    return 0;
}

int runs_last(struct ledger *l, const char *contract, const char *data, struct run *run,
              struct err *e)
{
    struct search s = {.contract = contract, .data = data, .round = RUN_EVERY_ROUND, .run = run};

    return scan_for(l, &s, e);
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

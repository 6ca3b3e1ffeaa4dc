/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb that tells what slaves, nodes and accounts have computed. */

#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "contract/schema.h"
#include "report/history.h"
#include "util/alike.h"
#include "util/clock.h"
#include "util/parse.h"

/* Returns what a key of /filter/weight is in a contract that does not say it. */
static double usual(const char *key)
{
    const struct schema_field *f = schema_find("/filter/weight", key);
    double value = NAN;

    if (f && f->type == SCHEMA_DURATION)
        parse_duration(schema_default(f, CONTRACT_FORMAT), &value);
    else if (f)
        parse_double(schema_default(f, CONTRACT_FORMAT), &value);
    return value;
}

static int no_slave(const struct history *h, const char *name, const char *directory, struct err *e)
{
    char hint[ALIKE_HINT] = "";

    for (size_t i = 0; i < h->slaves.count; i++)
        if (alike_hint(hint, name, h->slaves.list[i].name))
            break;
    return err_set(e, ERR_INPUT,
                   "%s: has no slave %.200s%s: expected SITE/DATA/k or SITE/NODE/SLOT, as `ledger "
                   "history` lists them (another ledger is named by --ledger)",
                   directory, name, hint);
}

static int tell(struct ledger_call *c, const struct report_history *r, struct err *e)
{
    const char *by = c->w->by ? c->w->by : "slave";
    const struct history *h = r->history;
    bool json = c->w->json;

    if (c->count == 1) {
        const struct history_sum *x = history_find(&h->slaves, c->words[0]);
        return !x     ? no_slave(h, c->words[0], c->directory, e)
               : json ? report_slave_history_json(c->to, r, x, e)
                      : report_slave_history(c->to, r, x, e);
    }
    if (strcmp(by, "slave") == 0)
        return json ? report_history_json(c->to, r, e) : report_history(c->to, r, e);
    (json ? report_sums_json : report_sums)(c->to,
                                            strcmp(by, "node") == 0 ? &h->nodes : &h->accounts, by);
    return 0;
}

/* Of the records up to a time, weighed as at that time. */
static int fold(struct ledger *l, int64_t at_us, struct history *h, struct accounts *a,
                struct err *e)
{
    uint64_t before = UINT64_MAX;

    if ((at_us && history_until(l, at_us, &before, e) < 0) || history_fold(l, before, h, e) < 0)
        return -1;
    if (accounts_fold(l, before, a, e) == 0)
        return 0;
    history_free(h);
    return -1;
}

int ledger_history(struct ledger_call *c, struct err *e)
{
    const struct weight_options o = {.method = WEIGHT_POS,
                                     .t_min = usual("t_min"),
                                     .t_max = usual("t_max"),
                                     .half_life = usual("half_life"),
                                     .penalty = usual("penalty")};
    struct history h;
    struct accounts a;

    if (c->count == 1 && c->w->by)
        return err_set(e, ERR_USAGE, "a slave and --by exclude each other");
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l ? fold(l, c->w->at_us, &h, &a, e) : -1;
    ledger_close(l);
    if (rc < 0)
        return -1;
    const struct report_history r = {&h, &a, &o, c->w->at_us ? c->w->at_us : clock_utc_us()};
    rc = tell(c, &r, e);
    history_free(&h);
    accounts_free(&a);
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that read a ledger and tell what it says. */

#include "cli/ledger_verbs.h"
#include "ledger/fold/accounts.h"
#include "ledger/fold/history.h"
#include "ledger/fold/runs.h"

int ledger_show(struct ledger_call *c, struct err *e)
{
    struct report_filter f = c->w->filter;
    struct ledger *l = ledger_open_read(c->directory, e);
    char key[RUN_HEX + 1];
    int rc = l ? 0 : -1;

    f.slave = c->w->slave;
    if (rc == 0 && c->w->run) {
        rc = runs_choose(l, c->w->run, key, e);
        f.run = key;
    }
    if (rc == 0)
        rc = report_records(c->to, l, &f, c->w->json, e);
    ledger_close(l);
    return rc;
}

int ledger_balance(struct ledger_call *c, struct err *e)
{
    struct accounts a;
    uint64_t before = UINT64_MAX;
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l && c->w->at_us ? history_until(l, c->w->at_us, &before, e) : l ? 0 : -1;

    if (rc == 0)
        rc = accounts_fold(l, before, &a, e);
    ledger_close(l);
    if (rc < 0)
        return -1;
    if (c->w->json)
        report_balances_json(c->to, &a);
    else
        report_balances(c->to, &a);
    accounts_free(&a);
    return 0;
}

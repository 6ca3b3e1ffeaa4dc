/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that read a ledger and tell what it says. */

#include "cli/ledger_verbs.h"
#include "ledger/fold/accounts.h"
#include "report/ledger.h"

int ledger_show(struct ledger_call *c, struct err *e)
{
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l ? report_records(c->to, l, c->w->run, c->w->json, e) : -1;

    ledger_close(l);
    return rc;
}

int ledger_balance(struct ledger_call *c, struct err *e)
{
    struct accounts a;
    struct ledger *l = ledger_open_read(c->directory, e);
    int rc = l ? accounts_fold(l, UINT64_MAX, &a, e) : -1;

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
